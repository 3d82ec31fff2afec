# Two commands matter: make demo, make test. `make help` lists all.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## create .venv with the pinned versions

$(STAMP): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; name it with: make PYTHON=/path/to/python3.x"; exit 1; }
	@echo "Setting up $(VENV) (about a minute the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: setup ## start the service on 127.0.0.1:3003
	$(BIN)/issue-intelligence serve

demo: setup ## play the product once: a shop breaks, in seven scenes
	@$(BIN)/issue-intelligence demo --once

test: setup ## run the tests, those that start processes beside all others
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup ## lint, format, types, import contracts, sizes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/architecture

bench: setup ## measure speed and durability; figures belong in docs/benchmarks.md
	$(BIN)/python -m benchmarks

docs: setup ## write the pages that are made from the code
	$(BIN)/python -m scripts.write_decisions

lock: ## renew constraints.txt (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --all-extras --upgrade pyproject.toml -o constraints.txt

clean: ## remove .venv, caches and build results
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
