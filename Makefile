# Two commands on a fresh machine: `make demo` shows what it does, `make test` proves that it works.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench bench-scale soak faults fuzz locks parity readers spark real dev docs lock clean

VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= data
MINUTES ?= 10
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
SOURCES := $(shell find dbt_project -name '*.sql' -o -name '*.yml' -o -name '*.csv' | grep -v /target/)

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(BIN)/uv: requirements/uv.txt
	@test -n "$(PYTHON)" || { echo "tidemark needs Python 3.11, 3.12 or 3.13: install one, or name it with make PYTHON=…" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.runtime: $(BIN)/uv requirements/runtime.txt pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/runtime.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.extras: $(VENV)/.runtime requirements/extras.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --no-deps -r requirements/extras.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

dbt_project/target/manifest.json: $(VENV)/.runtime $(SOURCES)
	$(BIN)/python -m orchestration.warehouse.build

setup: $(VENV)/.dev dbt_project/target/manifest.json  ## everything that the other commands need, into .venv

demo: dbt_project/target/manifest.json  ## a simulated market of 90 days, loaded and told; ends with the page to open
	$(BIN)/tidemark --home $(HOME_DIR) demo

test: setup  ## all tests
	$(BIN)/pytest -n auto --dist worksteal

lint: setup  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup  ## how fast, as ratios to the bare work
	$(BIN)/python -m tests.bench

bench-scale: spark  ## a day of the tenth year against one of the first, on DuckDB and on Spark: hours
	$(BIN)/python -m tests.bench.scale

soak: setup  ## the recorder for an hour at ten times the busiest known rate: memory flat, nothing lost
	$(BIN)/python -m tests.recorder.soak

faults: setup  ## nights that are killed, starved and fed damaged files, three hundred times: nothing lost
	$(BIN)/python -m tests.faults

fuzz: setup  ## dumps of every feed, spoiled at random, for MINUTES: no line lost, no value wrong
	$(BIN)/python -m tests.fuzz $(MINUTES)

locks: setup  ## backfills, runs, readers and kills at once on one home: no lock met, nothing half read
	$(BIN)/python -m tests.locks

$(VENV)/.spark: $(VENV)/.runtime requirements/spark.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.txt -r requirements/spark.txt
	@touch $@

spark: setup $(VENV)/.spark  ## Apache Spark for the target spark, 0.4 GB, into .venv; it needs Java 17

parity: spark  ## the same models on a Spark cluster of two workers and on DuckDB: every mart, row and column
	$(BIN)/python -m tests.parity

$(VENV)/.readers: $(VENV)/.spark requirements/readers.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/readers.txt
	@touch $@

readers: setup $(VENV)/.readers  ## every client of docs/readers.md on a publication: all rows of all marts
	TIDEMARK_REQUIRE_READERS=1 $(BIN)/pytest tests/readers

real: setup  ## recaps of real days, where ../shared/real is there
	$(BIN)/python -m tests.real real-recaps

$(HOME_DIR)/published/tidemark.duckdb: | dbt_project/target/manifest.json
	$(BIN)/tidemark --home $(HOME_DIR) demo

dev: setup $(HOME_DIR)/published/tidemark.duckdb  ## Dagster's UI on a seeded home
	$(BIN)/tidemark --home $(HOME_DIR) ui

docs: $(HOME_DIR)/published/tidemark.duckdb  ## the models and their columns as one page to read
	TIDEMARK_BUILD_DB=$(HOME_DIR)/build/warehouse.duckdb $(BIN)/dbt --quiet docs generate --static --project-dir dbt_project \
		--profiles-dir dbt_project --target-path $(abspath $(HOME_DIR))/docs --log-path $(abspath $(HOME_DIR))/docs
	@echo "Open $(HOME_DIR)/docs/static_index.html"

lock: $(BIN)/uv  ## pin the requirements anew, with hashes and without any index address
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml --group setup -o requirements/runtime.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml --group dev -o requirements/dev.txt
	printf 'dagster-postgres\npsycopg2-binary\nobstore\n' | $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q \
		--no-deps --constraint requirements/dev.txt - -o requirements/extras.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --constraint requirements/dev.txt \
		requirements/hosts.in -o requirements/hosts.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-deps -q requirements/spark.in -o requirements/spark.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --constraint requirements/dev.txt \
		requirements/readers.in -o requirements/readers.txt

clean:  ## remove what setup and demo made
	rm -rf $(VENV) $(HOME_DIR) dbt_project/target dbt_project/logs
