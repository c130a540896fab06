# Needs Python 3.11 or newer and make; everything else is brought by `make setup`.
.DEFAULT_GOAL := help
.PHONY: help setup weights demo test lint bench wheelhouse lock clean

# The first Python that is new enough; or choose: make setup PYTHON=/path/to/python3.11
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done)
BIN := .venv/bin
WEIGHTS := base all-MiniLM-L6-v2
ARGS ?=

# make demo WHEELHOUSE=folder: nothing but that folder is asked for packages and weights.
ifdef WHEELHOUSE
export PIP_NO_INDEX := 1
export PIP_FIND_LINKS := $(abspath $(WHEELHOUSE))
endif

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do \
		printf 'make %-11s %s\n' "$$name" "$$text"; done

setup: ## Install into .venv (FIRSTCALL_TORCH=cuda for a GPU, WHEELHOUSE=folder without network)
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "firstcall needs Python 3.11 or newer; '$(or $(PYTHON),python3)' is not." >&2; \
		echo "Install one, or name it: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	@'$(PYTHON)' tools/setup_env.py

weights: setup ## Fetch the models' weights, once (240 MB)
	@$(BIN)/firstcall models fetch $(WEIGHTS)

demo: weights ## Why do the sample centre's customers call again? Ends with the report's path
	$(BIN)/firstcall run data/sample/recordings --metadata data/sample/contacts.csv \
		--settings data/sample/firstcall.toml --workspace workspace-demo

test: weights ## Run the tests (ARGS="tests/unit -k fcr" for some)
	$(BIN)/python -m pytest $(ARGS)

lint: setup ## Style, types, and which folder may import which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: weights ## Measure accuracy on the sample
	$(BIN)/python -m bench.accuracy $(ARGS)

wheelhouse: setup ## Collect packages and weights for a machine without network
	@$(BIN)/python tools/wheelhouse.py wheelhouse

lock: ## Write constraints.txt anew with the newest versions that pyproject.toml allows
	@'$(PYTHON)' tools/lock.py

clean: ## Remove what was made here; weights and the wheelhouse stay
	rm -rf .venv workspace-demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
