#!/bin/sh
# Install a hashed requirement file and the project into .venv, with uv where it can be had.
set -eu
export PIP_DISABLE_PIP_VERSION_CHECK=1
if [ -x .venv/bin/uv ]; then
    # Compiled once here (pip does it by itself), else the first run of every command pays for it.
    install=".venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python"
else
    install=".venv/bin/python -m pip install --quiet"
fi
$install --require-hashes -r "$1"
$install --no-deps --no-build-isolation -e .
.venv/bin/python -m compileall -q monitor spiders
