# Everything happens in .venv, which the targets make themselves. pip's own configuration is left alone.
PYTHON ?= python3
PORT ?= 8000

# One process of tests for each core; the one that is through first takes tests from the others.
SIDE_BY_SIDE ?= --numprocesses auto --dist worksteal

VENV := .venv
BIN := $(VENV)/bin
COMPILE := --quiet --upgrade --generate-hashes --strip-extras --no-header --annotation-style line \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
export FLASK_APP := app.py
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check format bench docs requirements clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.runtime ## Install what is needed, prepare the database and serve on port 8000 (PORT=... for another)
	$(BIN)/flask db upgrade
	$(BIN)/flask seed
	PORT=$(PORT) $(BIN)/gunicorn app:app

test: $(VENV)/.dev ## Run all tests
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

check: $(VENV)/.dev ## Format, lint, types, import rules, facts, and tests with branch coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	DATABASE_URL=sqlite:// $(BIN)/flask reference check
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --cov --cov-report=term:skip-covered

format: $(VENV)/.dev ## Rewrite the Python files in the house format
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

bench: $(VENV)/.runtime ## Measure speed
	$(BIN)/python -m bench

docs: $(VENV)/.runtime ## Write the generated pages of the documentation
	$(BIN)/python -m docs.generate

requirements: $(VENV)/.dev ## Compile requirements*.txt anew, with the newest releases
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile $(COMPILE) --output-file requirements.txt requirements.in
	$(BIN)/pip-compile $(COMPILE) --output-file requirements-dev.txt requirements-dev.in

clean: ## Remove what the targets made, except a database
	rm -rf $(VENV) .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "IgCost needs Python 3.11 or later; name one with make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@
