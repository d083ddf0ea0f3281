# Two commands on a fresh machine with Python >= 3.11 and make: `make demo` and `make test`.

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if command -v $$each >/dev/null 2>&1 && $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$each; break; fi; done)
BIN = .venv/bin
WORKERS ?= 2

.PHONY: demo test check scoreboard bench lock clean

demo: .venv/demo.stamp
	@$(BIN)/listing-monitor demo

test: check
	@sh .ci/browser.sh
	@sh .ci/postgres.sh
	$(BIN)/python -m pytest -n $(WORKERS)

check: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

scoreboard: .venv/test.stamp
	$(BIN)/python -m benchmarks.scoreboard

bench: .venv/test.stamp
	$(BIN)/python -m benchmarks.audit
	$(BIN)/python -m benchmarks.path --workers
	$(BIN)/python -m benchmarks.engine

# pip under Python 3.10 searches for minutes and ends in a misleading error: look first.
.venv/python.stamp:
	@test -n "$(PYTHON)" || { echo "listing-monitor needs Python 3.11 or newer; this machine has: $$(python3 --version 2>&1). Install one, or name it: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "listing-monitor needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || echo "uv cannot be had; pip takes its place, slower"
	@touch $@

.venv/demo.stamp: .venv/python.stamp .ci/requirements/demo.txt pyproject.toml hatch_build.py
	@sh .ci/install.sh .ci/requirements/demo.txt
	@touch $@

.venv/test.stamp: .venv/python.stamp .ci/requirements/test.txt pyproject.toml hatch_build.py
	@sh .ci/install.sh .ci/requirements/test.txt
	@touch $@ .venv/demo.stamp

# Plain name==version --hash lines without any index address.
lock: .venv/python.stamp
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 pyproject.toml .ci/requirements/build.in -o .ci/requirements/demo.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --all-extras pyproject.toml .ci/requirements/build.in -o .ci/requirements/test.txt

clean:
	rm -rf .venv build dist monitor/screening/tables
