# What a newcomer types. Each target sets up what it needs first; the second time that takes no time.
PYTHON ?= python3
BIN := .venv/bin
GRAPH ?= saved_graphs/ppo_cartpole.json
QUICK := not slow and not bench

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint bench bench-peers clean .venv qt

help: ## show this list
	@echo 'RL Flow Studio: draw a reinforcement learning algorithm as a dataflow graph, and run it on Ray.'
	@awk -F ':.*## ' '/^[.a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: .venv ## open the studio; without a display, train PPO on CartPole in this terminal
	@if [ "$$(uname)" = Darwin ] || [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  .ci/setup libraries && echo 'Opening the studio with $(GRAPH).' && exec $(BIN)/rlflow open $(GRAPH); \
	else \
	  .ci/setup libraries || echo 'Only the studio needs them.'; \
	  echo 'There is no display, so $(GRAPH) trains in this terminal.'; exec $(BIN)/rlflow run $(GRAPH); \
	fi

test: lint qt ## check the code and run every quick test
	@echo 'Running the tests.'
	@$(BIN)/python -m pytest -q
	@echo 'Running the tests of the engine once more, where Qt cannot be imported.'
	@RLFLOW_NO_QT=1 $(BIN)/python -m pytest -q -p no:pytest-qt -m '$(QUICK) and not ray' tests/engine

test-all: test ## the quick tests, then those that train until they have learned
	@echo 'Running the slow tests.'
	@$(BIN)/python -m pytest -q -m slow --timeout=0

lint: .venv ## check style, types and which module imports which
	@echo 'Checking the style (ruff), the types (mypy) and the layers (import-linter).'
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: .venv qt ## measure speed: all, with ROWS=ppo,dqn some rows of the table, with LESS=1 more briefly
	@status=0; $(BIN)/python -m tests.benchmarks $(if $(ROWS),--rows $(ROWS)) $(if $(LESS),--quick) || status=1; \
	$(if $(ROWS),,$(BIN)/python -m pytest -q -m bench --timeout=0 || status=1;) exit $$status

bench-peers: ## measure other libraries, installed beside ours, for `make bench` to compare with
	@if $(PYTHON) -m venv .venv-peers && .venv-peers/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r tests/benchmarks/peers/requirements.txt; then .venv-peers/bin/python tests/benchmarks/peers/measure.py; \
	else echo 'They cannot be installed here: make bench compares with the figures that it has.'; fi

clean: ## delete the virtual environment, caches and build leftovers; runs/ stays
	rm -rf .venv .venv-peers build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv: .venv/.installed ## install the packages into .venv, at the versions of constraints.txt

.venv/.installed: pyproject.toml constraints.txt
	@.ci/setup packages $(PYTHON)

qt: .venv
	@.ci/setup libraries
