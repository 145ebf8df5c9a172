# Everything a newcomer runs. Each target sets up what it needs; nothing but Python 3.11+, pip and make is assumed.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS = never
export UV_SYSTEM_CERTS = 1
# Compiled once, not in each of the hundreds of processes that the tests start.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
UV := .boot/bin/uv
BIN := .venv/bin
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
DATA ?= .data/demo
ONCE ?=

.PHONY: help setup demo test check format generate requirements mutants soak bench lock clean

help: ## what can be run
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## the environment, from hashed pins

$(UV): boot.txt
	@rm -rf .boot
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --require-hashes --target .boot -r boot.txt
	@touch $(UV)

.venv/.ready: $(UV) requirements-dev.txt pyproject.toml
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --require-hashes requirements-dev.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch .venv/.ready

demo: setup ## the demo story on the embedded default; ONCE=1 ends by itself
	@exec $(BIN)/loypa demo --data $(DATA) $(if $(ONCE),--once)

test: setup ## the whole suite, real nats-server and PostgreSQL included
	@$(BIN)/pytest --numprocesses 5 --dist loadfile --no-loadscope-reorder

check: setup ## format, lint, types, import floors, what is generated
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m contracts.generate --check
	@$(BIN)/python -m tests.requirements --check

format: setup ## put the code in format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .

generate: setup ## write schemas and AsyncAPI anew from contracts/
	@$(BIN)/python -m contracts.generate

requirements: setup ## write docs/requirements.md anew from the tests
	@$(BIN)/python -m tests.requirements

mutants: setup ## every small change to the council's rules: is it noticed?
	@$(BIN)/python -m tests.mutants

soak: setup ## the long fault and load tests
	@TMPDIR=$${TMPDIR:-/tmp} $(BIN)/pytest -p no:xdist tests/soak  # on the disk, as in earnest
	@$(BIN)/pytest -p no:xdist --hypothesis-profile searching tests/contracts tests/services

bench: setup ## ours beside the floor, from one run
	@$(BIN)/python -m tests.bench

lock: $(UV) ## resolve and pin anew: what runs, and what we also develop with
	@$(COMPILE) --output-file requirements.txt pyproject.toml
	@$(COMPILE) --output-file requirements-dev.txt --constraints requirements.txt --group dev pyproject.toml

clean: ## remove what setup and demo made
	@rm -rf .boot .venv .data mutants
