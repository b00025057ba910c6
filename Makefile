VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: review test lint mutants docs clean

review: $(VENV)/installed  ## render the example review into outputs/ta-hsb
	$(BIN)/review build ta-hsb

test: $(VENV)/installed-dev  ## run the tests
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/installed-dev
	$(BIN)/ruff check pipeline tests
	$(BIN)/ruff format --check pipeline tests
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@

mutants: $(VENV)/installed-dev  ## change rules one at a time, and see which tests notice: ROOM=screening/consensus
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/benchmarks/mutants.py $(ROOM)

docs: $(VENV)/installed-docs  ## the documentation as a site, into build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

$(VENV)/installed-docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[docs]"
	touch $@

clean:  ## everything derived
	rm -rf $(VENV) outputs/*/
