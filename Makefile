# Everything a person does here. Each target sets up what it needs, on a fresh machine too.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help setup demo test lint format campaign bench docs clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.stamp-ready
GATEWAYS := $(wildcard tests/channels/gateway/*/package.json)
GATEWAYS_READY := $(GATEWAYS:package.json=node_modules/.stamp-ready)
# Expanded only in the recipes that use it: it may install a Node.
NODE = $$(scripts/node.sh path)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1
ifdef PYTHON
export PYTHON
endif

help: ## this list
	@echo 'make TARGET, where TARGET is one of:'
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  \1\t\2/' | expand -t 14

setup: $(READY) ## make .venv and install the program with its tools

demo: $(READY) ## a simulated community, told in the terminal
	@$(BIN)/qunguan demo --headless

test: $(READY) $(GATEWAYS_READY) ## the tests
	QUNGUAN_NODE="$(NODE)" $(BIN)/python -m pytest -q $(ARGS)

campaign: $(READY) $(GATEWAYS_READY) ## the long tests: thousands of generated cases, kill and restart
	QUNGUAN_NODE="$(NODE)" QUNGUAN_CAMPAIGN=1 $(BIN)/python -m pytest -q -m campaign $(ARGS)

lint: $(READY) ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy bot
	$(BIN)/lint-imports

format: $(READY) ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(READY) ## measure
	@$(BIN)/qunguan bench

docs: $(READY) ## write the generated parts of the documents and check them all
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python -m pytest -q tests/docs $(ARGS)

clean: ## remove everything that make made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf $(GATEWAYS:package.json=node_modules)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt scripts/find-python.sh
	@python=$$(scripts/find-python.sh) || exit 1; \
	if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "making $(VENV) with $$python"; \
		rm -rf $(VENV); \
		"$$python" -m venv $(VENV) || exit 1; \
	fi
	@echo 'installing (about a minute the first time)'
	@$(BIN)/python -m pip install -qq -c constraints.txt -e '.[dev]'
	@touch $@

tests/channels/gateway/%/node_modules/.stamp-ready: tests/channels/gateway/%/package.json tests/channels/gateway/%/package-lock.json | $(READY)
	@echo 'installing the test gateway "$*"'
	@scripts/node.sh npm --prefix $(@D)/.. ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error
	@touch $@
