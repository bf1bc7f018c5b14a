# Two commands do everything: `make run` and `make test`. Both set up what they need.
SHELL := /bin/bash
BIN := .venv/bin
JOBS ?= 3  # test files at once: much of a test is waiting, for a browser, a process, an expiry

.DEFAULT_GOAL := help
.PHONY: help run test setup build train check doctor lint fuzz audit evaluate bench chaos browse docs site release clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup ## set up, build, train and start the bot; Ctrl-C stops it
	@exec $(BIN)/charter-oak serve

test: setup ## set up and run every test
	@scripts/system-packages
	@$(BIN)/charter-oak train
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile
	@scripts/test-newer

setup: .venv/.ready

.venv/.ready: uv.lock pyproject.toml scripts/setup
	@scripts/setup

build: setup ## compile content/ into build/law.db
	@$(BIN)/charter-oak build

train: setup ## train the language model where its inputs changed
	@$(BIN)/charter-oak train

check: setup ## check the content files
	@$(BIN)/charter-oak check

doctor: setup ## look for what a deployer may get wrong
	@$(BIN)/charter-oak doctor

lint: setup ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fuzz: setup train ## send every surface anything, many thousand times, and count
	@HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -q tests/test_fuzz_readers.py tests/test_fuzz_surfaces.py

audit: setup ## look the locked packages up among published advisories
	@$(BIN)/python -m tests.audit

evaluate: setup train ## score the question bank against the trained model
	@$(BIN)/python -m tests.evaluate

bench: setup ## measure everything, beside a stock Rasa on the same data; smaller: make bench ARGS="--short --only ours"
	@$(BIN)/python -m bench $(ARGS)

chaos: setup ## break a fleet of replicas on purpose; writes docs/reliability.md
	@$(BIN)/charter-oak train
	@$(BIN)/python -m bench.chaos --write

browse: build ## browse the store read-only in Datasette
	@scripts/browse

docs: setup train ## make every generated document anew, then the site
	@$(BIN)/python -m manual
	@$(MAKE) --no-print-directory site

site: setup ## build the site of docs/ into build/site
	@scripts/site

release: setup train ## build the tagged release into dist/ (docs/releasing.md); from any tree: make release ARGS=--rehearse
	@$(BIN)/python -m release build $(ARGS)

clean: ## remove everything that can be made again
	rm -rf .venv .venv-newer .venv-docs .tools build dist models .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis
