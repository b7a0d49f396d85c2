# Two commands matter: `make demo` and `make test`. Both set up everything themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo

.PHONY: demo test test-all lint benchmarks lock docs clean

demo: $(VENV)/run.stamp ## rehearse the default study, analyse, report, serve
	$(BIN)/trialwright demo $(DEMO)

test: $(VENV)/test.stamp ## every test but the long explorations
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-all: $(VENV)/test.stamp ## every test
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/test.stamp ## style and types alone
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

benchmarks: $(VENV)/test.stamp ## figures, side by side with peers
	for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

docs: $(VENV)/test.stamp ## the generated pages of docs/
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/translations.py

lock: $(VENV)/test.stamp ## exact versions with hashes, no registry named
	$(VENV)/bin/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 pyproject.toml --group build --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --output-file requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 pyproject.toml --group build --group test --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --output-file requirements/test.txt

clean:
	rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "trialwright needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(VENV)/python.stamp requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: $(VENV)/python.stamp requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/run.stamp
