# One target for each thing that people do here. Everything lands in .venv, out and site; `make clean` removes them.
# Needed beforehand: Python 3.11 or later, and make.

VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
CONSTRAINTS := requirements/constraints.txt
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --constraint $(CONSTRAINTS)

.DEFAULT_GOAL := help
.PHONY: help demo test lint types layers units coverage docs reference bench images clean

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

demo: $(VENV)/.program ## Assess the example shop and inspect an image of this machine's files; writes out/*.html
	@mkdir -p out
	$(BIN)/basewright assess examples/shop -o html=out/shop.html
	@echo
	$(BIN)/python tools/make_demo_image.py out/demo-image
	$(BIN)/basewright inspect oci-dir:out/demo-image --cache-dir out/cache -o html=out/image.html
	@echo
	@echo "The same as documents for people: out/shop.html and out/image.html"

test: lint types layers units docs ## Run every check: style, types, layers, tests, documentation
	@echo "Everything passed."

lint: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/typos

types: $(VENV)/.tests
	$(BIN)/mypy

layers: $(VENV)/.tests
	$(BIN)/lint-imports

units: $(VENV)/.tests $(VENV)/.tools
	$(BIN)/python -m pytest -n $(JOBS)

coverage: $(VENV)/.tests $(VENV)/.tools ## Run the tests and say which lines and branches they reach
	$(BIN)/python -m pytest -n $(JOBS) --timeout 600 --cov=basewright --cov-report=term:skip-covered --cov-fail-under=85

docs: $(VENV)/.tests ## Build the documentation into site/
	$(BIN)/python tools/write_reference.py --check
	$(BIN)/zensical build --clean --strict

reference: $(VENV)/.tests ## Write what the documentation takes from the code
	$(BIN)/python tools/write_reference.py

bench: $(VENV)/.tests ## Measure, and write benchmarks/results/
	$(PIP) --group bench
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/inspect_images.py

images: $(VENV)/.tests ## Build the images that `make bench` inspects (as root, with network; 2.5 GB in .cache)
	$(BIN)/python benchmarks/images.py

clean: ## Remove everything that was made
	rm -rf $(VENV) out site build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .cache

$(VENV)/bin/python:
	sh tools/make_venv.sh $(VENV)

# The program alone: what `make demo` needs.
$(VENV)/.program: $(VENV)/bin/python pyproject.toml $(CONSTRAINTS)
	$(PIP) pip
	$(PIP) --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.program
	$(PIP) --group test --group docs --group fuzz
	@touch $@

# Tools of the system that some tests use; a test whose tool is missing says so and is skipped.
$(VENV)/.tools: $(VENV)/bin/python
	sh tools/install_tools.sh
	@touch $@
