# The one list of commands, for people and for .ci/run alike. `make` alone explains them.

BIN := .venv/bin
# Where every branch counts: their own tests must take them all.
STRICT := policy crypto audit
.DEFAULT_GOAL := help
# Where it is set, each program that a test starts would compile all rooms anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run demo test check fmt bench bench-large bench-detector fuzz lock clean

help: ## Explain the commands
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Use it
run: .venv/.runtime ## Set up, seed a demonstration campaign in ./var and serve it on 127.0.0.1:8000
	@ISOLOIR_DATA_DIR=var $(BIN)/isoloir demo --serve

demo: .venv/.runtime ## Show the journeys on a scratch database, and leave nothing behind
	@$(BIN)/isoloir demo

##@ Work on it
setup: .venv/.dev ## Make .venv with all a developer needs
	@echo "ready: $(BIN)"

test: check ## Check everything, then run all tests on both engines
	@scripts/install_postgres
	@scripts/install_php
	@scripts/install_linters
	@scripts/install_generator
	@scripts/install_browser
	@echo "== tests of the rooms where every branch counts"
	@$(BIN)/pytest --numprocesses 2 --cov --cov-report= --cov-fail-under=0 $(STRICT:%=tests/%)
	@$(BIN)/coverage report
	@echo "== all other tests"
	@$(BIN)/pytest --numprocesses 2 $(STRICT:%=--ignore=tests/%)

check: .venv/.dev ## Check format, lint, types, the order of the rooms, spelling
	@echo "== format"
	@$(BIN)/ruff format --check .
	@echo "== lint"
	@$(BIN)/ruff check .
	@echo "== types"
	@$(BIN)/mypy
	@echo "== order of the rooms"
	@$(BIN)/lint-imports --no-logo
	@echo "== spelling"
	@$(BIN)/codespell

fmt: .venv/.dev ## Format, and fix what the linter can fix
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/.dev ## Measure
	@$(BIN)/python -m bench

bench-large: .venv/.dev ## Import ten million rows in one go (ROWS=200000 STEP=50000: fewer)
	@$(BIN)/python -m bench.large $(ROWS) $(STEP)

bench-detector: .venv/.dev ## Measure the detector: how right, how fast, beside a plain deny list
	@$(BIN)/python -m bench.detector

fuzz: .venv/.dev ## Try every route of the API deeper than the tests do
	@ISOLOIR_FUZZ_DEPTH=20 $(BIN)/pytest tests/api/test_fuzz.py

##@ Keep it
lock: .venv/.dev ## Take the newest versions into requirements/*.txt
	@scripts/lock

clean: ## Remove what was built; ./var (data and keys) stays
	@rm -rf .venv build dist htmlcov *.egg-info .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The stamps make a second call instant. The developer's lock contains the product's.
.venv/.runtime: requirements/runtime.txt pyproject.toml
	@scripts/install_python runtime
	@touch $@

.venv/.dev: requirements/dev.txt requirements/runtime.txt pyproject.toml
	@scripts/install_python dev
	@touch .venv/.runtime $@
