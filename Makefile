# Two commands do everything: `make run` and `make test`.
PYTHON3 ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell command -v $(p))))
BOOTSTRAP = $(PYTHON3) tools/bootstrap.py
VENV = .venv/bin
# Tests run side by side, file by file; each of these has a Postgres of its own.
JOBS ?= 3
# Where bootstrap puts Node.js when the system has none that fits.
export PATH := $(CURDIR)/.venv/node-bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run test setup setup-dev lint types frontend-test unit integration e2e bench fmt clean

help: ## What there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: setup ## Set up what is missing and start the dashboard
	@exec $(VENV)/python -m mediaops run

test: setup-dev lint types frontend-test ## Set up what is missing and run every check and test
	$(VENV)/python -m pytest -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

setup: ## Only set up: virtual environment, packages, browser components
	@$(BOOTSTRAP) runtime frontend

setup-dev: ## The same with what tests need, a browser included
	@$(BOOTSTRAP) dev frontend browser

lint: ## Style and common mistakes
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .

types: ## Static types, Python and TypeScript
	$(VENV)/pyright
	npm --prefix frontend run --silent typecheck

frontend-test: ## Unit tests of the browser components
	npm --prefix frontend run --silent test

unit integration e2e: setup-dev ## One group of tests
	$(VENV)/python -m pytest tests/$@ $(PYTEST_ARGS)

bench: setup-dev ## Measure: tables on screen, JSON in benchmarks/results
	$(VENV)/python -m benchmarks $(BENCH_ARGS)

fmt: ## Format the code
	$(VENV)/ruff check --fix . && $(VENV)/ruff format .

clean: ## Remove what was built (not the data in .mediaops)
	rm -rf .venv frontend/node_modules mediaops/ui/static
