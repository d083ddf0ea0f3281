#!/bin/sh
# Install a hashed requirement file and the project into .venv, with uv where it can be had.
set -eu
export PIP_DISABLE_PIP_VERSION_CHECK=1
if [ -x .venv/bin/uv ]; then
    install=".venv/bin/uv pip install --quiet --python .venv/bin/python"
else
    install=".venv/bin/python -m pip install --quiet"
fi
$install --require-hashes -r "$1"
$install --no-deps --no-build-isolation -e .
