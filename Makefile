# Every target makes what it needs in .venv. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8642
ARGS ?=
SOURCES := bot cogs sandbox demo tests benchmarks

# Where bytecode may not be written, each of the many processes that tests start compiles the whole bot again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo tour run doctor sandbox test sweep cuts faults kill soak reconnects games copies check strings messages pseudo format bench stall contract routes container shots taps lock clean

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quetzal needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@echo "Making $(VENV) with $$($(PYTHON) --version): a few seconds"
	@$(PYTHON) -m venv $(VENV)

# One stamp a set of packages: run < demo < dev.
$(VENV)/%.stamp: requirements/%.lock pyproject.toml | $(BIN)/python
	@requirements/install.sh $*
	@touch $@

demo: $(VENV)/demo.stamp ## The bot offline, on an embedded panel and Discord: prints one link
	@echo "Starting the demo"
	$(BIN)/quetzal demo --port $(PORT) $(ARGS)

tour: $(VENV)/demo.stamp ## A conversation of ten steps in the terminal, as a user sees it
	$(BIN)/quetzal tour $(ARGS)

run: $(VENV)/run.stamp ## The bot for real, with the settings in .env
	$(BIN)/quetzal run

doctor: $(VENV)/run.stamp ## Check a set-up step by step
	$(BIN)/quetzal doctor

sandbox: $(VENV)/demo.stamp ## A stand-in panel and node on loopback
	$(BIN)/quetzal sandbox $(ARGS)

test: $(VENV)/dev.stamp ## The tests: two to three minutes on two cores; make sweep has the long ones
	$(BIN)/python -m pytest -n 3 -q $(ARGS)

sweep: $(VENV)/dev.stamp ## What the tests leave out: every press with every level, faults at every request, all rows of long tables, long stories
	$(BIN)/python -m pytest -n 3 -q -m "sweep or hypothesis" --hypothesis-profile=sweep $(ARGS)

cuts: $(VENV)/dev.stamp ## The connection to Discord cut before and after every request of every command and press: about 39 minutes of CPU time; ARGS="-k network": of one group
	$(BIN)/python -m pytest -n 2 -q -m cuts -rP $(ARGS)

faults: $(VENV)/dev.stamp ## Every fault at every request of every change of a file, as a table: about half an hour
	$(BIN)/python -m tests.file_faults $(ARGS)

soak: $(VENV)/dev.stamp ## Half an hour of cut connections, expired tokens and node restarts: no change missed, no growth (ARGS=--minutes=3)
	$(BIN)/python -m tests.soak $(ARGS)

reconnects: $(VENV)/dev.stamp ## 10,000 live connections cut and made again: nothing is left behind. About ten minutes
	$(BIN)/python -m tests.soak.reconnects $(ARGS)

kill: $(VENV)/dev.stamp ## The bot killed 200 times and more while it sends alerts, as a table: half an hour; ARGS=--what=jobs: in its jobs
	$(BIN)/python -m tests.crash_recovery $(ARGS)

games: $(VENV)/dev.stamp ## Real game servers queried for players, as a table (tests/games/real/install.sh), and 20,000 broken answers
	$(BIN)/python -m tests.games.real
	$(BIN)/python -m tests.games.fuzz

copies: $(VENV)/dev.stamp ## Copies at real storage services, as a table (tests/copies/real/install.sh), and their tests
	$(BIN)/python -m tests.copies.real
	$(BIN)/python -m pytest -q tests/copies $(ARGS)

check: $(VENV)/dev.stamp ## Format, lint, strict types, import layers, words
	$(BIN)/ruff format --check $(SOURCES) || { echo "make format writes it in this form"; exit 1; }
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -m "" tests/test_strings.py tests/test_patterns.py

strings: $(VENV)/dev.stamp ## Every text that people read, with where it is shown; fails for banned words, long titles, lists by hand
	$(BIN)/python -m tests.support.strings

pseudo: $(VENV)/dev.stamp ## The suite in a language that is English in disguise: longer words, and no text left out
	$(BIN)/python -m pytest -n 3 -q -m "not cuts" -p tests.support.pseudo $(or $(ARGS),tests/cogs tests/access_matrix tests/attacks tests/ui tests/responses tests/fault_messages)

messages: $(VENV)/dev.stamp ## The template of the message catalogue, and each language brought up to date with it
	$(BIN)/python -m tests.support.catalogue

format: $(VENV)/dev.stamp ## Format the code and fix what lint can
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

bench: $(VENV)/dev.stamp ## Speed and memory, compared in one run
	$(BIN)/python -m benchmarks $(ARGS)

stall: $(VENV)/dev.stamp ## The longest step of the event loop for hostile and huge content, as a table
	$(BIN)/python -m benchmarks.stall $(ARGS)

contract: $(VENV)/dev.stamp ## The scenario suite against a real panel: PANEL_URL=... PANEL_API_KEY=... PANEL_SERVER=...
	$(BIN)/python -m tests.contract $(ARGS)

routes: $(VENV)/dev.stamp ## Every route of the panel's web page: our command, recordings, sandbox, stories; fails for one without
	$(BIN)/python -m tests.panel.routes

container: $(VENV)/dev.stamp ## The Dockerfile linted, its steps run in a clean root (as root, with debootstrap)
	$(BIN)/hadolint Dockerfile
	$(BIN)/python -m tests.container $(ARGS)

shots: $(VENV)/dev.stamp ## Screenshots of the demo page for docs/, in headless Chromium
	$(BIN)/python -m tests.support.screenshots $(if $(CHROMIUM),--chromium $(CHROMIUM)) $(ARGS)

taps: $(VENV)/dev.stamp ## The taps and seconds of the most frequent jobs, played on the demo page
	$(BIN)/python -m tests.support.jobs $(ARGS)

lock: $(VENV)/dev.stamp ## Resolve the lock files again
	PATH=$(BIN):$$PATH sh requirements/lock.sh

clean: ## Remove what these targets made
	rm -rf $(VENV) .games .copies .mypy_cache .ruff_cache .pytest_cache
