# `make help` lists the targets. Everything runs in .venv, from the locked requirements.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -o pipefail -c

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The demo looks at its own sample sources whatever the shell's environment points to.
DEMO_FROM := 2025-06-30
DEMO_TO := 2026-02-28
SERVERS := IREPLENISHMENT SCM_SHOPSTOCK OPSHOP SALESORDER OPPRODUCTION OPQUALITYCONTROL OPEMPEFFICIENCY
DEMO_ENV := STOREWATCH_TARGET=duckdb STOREWATCH_DUCKDB_PATH=warehouse/storewatch.duckdb \
	$(foreach server,$(SERVERS),STOREWATCH_SOURCE_$(server)=duckdb:///warehouse/sources.duckdb)
AS_OF := --vars '{as_of_date: $(DEMO_TO)}'

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: install
install: $(READY) ## install the locked requirements in .venv

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' \
		|| { echo "storewatch needs Python 3.11 or 3.12; name one: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "Installing the locked requirements in $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

profiles.yml:
	@cp profiles.example.yml profiles.yml

.PHONY: demo
demo: $(READY) profiles.yml ## sample sources -> loader -> dbt build on DuckDB -> what was found
	@echo "1/5 writing the sample sources"
	@$(BIN)/python -m dev.sample --from $(DEMO_FROM) --to $(DEMO_TO) --database warehouse/sources.duckdb
	@echo "2/5 copying ten feeds into the warehouse"
	@$(DEMO_ENV) $(BIN)/python -m loader setup
	@$(DEMO_ENV) $(BIN)/python -m loader load --from $(DEMO_FROM) --to $(DEMO_TO)
	@echo "3/5 building and testing the models (dbt build, whole output in logs/demo.log)"
	@mkdir -p logs
	@$(DEMO_ENV) $(BIN)/dbt build $(AS_OF) > logs/demo.log || { tail -n 40 logs/demo.log; exit 1; }
	@sed -nE -e 's/^[0-9:]+ +[0-9]+ of [0-9]+ WARN ([0-9]+) ([a-z_]+).*/    data quality: \1 in \2/p' \
		-e 's/^[0-9:]+ +Done\. (.*)/    \1/p' logs/demo.log
	@echo "4/5 writing the documentation (dbt docs generate)"
	@$(DEMO_ENV) $(BIN)/dbt --quiet docs generate --static $(AS_OF)
	@echo "5/5 reading the marts"
	@$(DEMO_ENV) $(BIN)/python -m dev.summary

.PHONY: test
test: $(READY) profiles.yml servers lint ## everything CI runs: linters, types, tests on three engines
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: lint
lint: $(READY) profiles.yml ## ruff, mypy, sqlfluff (which needs MariaDB to compile against)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m dev.lint_sql

.PHONY: servers
servers: ## install MariaDB where it is missing and this user may
	@command -v mariadbd >/dev/null || { \
		if [[ $$EUID == 0 ]] && command -v apt-get >/dev/null; then \
			echo "Installing MariaDB from the system's packages ..."; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq mariadb-server >/dev/null; \
		else \
			echo "MariaDB is not installed: tests on it will be skipped (apt install mariadb-server)"; \
		fi; }

.PHONY: db
db: $(READY) servers ## start a private MariaDB for development and print its environment
	@$(BIN)/python -m dev.servers mariadb up

.PHONY: bench
bench: $(READY) servers ## measure the loader and the dbt part, as ratios, into docs/benchmarks/ (an hour)
	@$(BIN)/python -m dev.bench_copy
	@$(BIN)/python -m dev.bench_build

.PHONY: detection
detection: $(READY) ## simulate declining stores, let the models find them, write docs/detection.md (hours)
	@$(BIN)/python -m dev.detection

.PHONY: digest
digest: $(READY) ## record that macros changed, so that the next build computes everything again
	@$(BIN)/python -m dev.macros_digest

.PHONY: lock
lock: ## resolve requirements.lock anew (needs uv)
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --quiet -o requirements.lock

.PHONY: clean
clean: ## remove dbt's output and the caches; the warehouse and .venv stay
	@rm -rf target logs .pytest_cache .mypy_cache .ruff_cache
