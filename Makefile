# `make` lists what can be done.  Every target sets up what it needs: Python 3.11 or later and
# make are enough, and nothing is compiled.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SPARK  := .spark/.ready
VAULT  ?= demo-vault
PORT   ?= 8000
SERVE  ?= yes
# Of `make ordeal`: the seed (from the clock when it is empty; printed), the rounds of each test
# (its own number when it is empty), the seconds each decoder is fuzzed.
SEED   ?=
ROUNDS ?=
FUZZ   ?= 60
# So many changes of the code are tried by `make mutation`.
SAMPLE ?= 150

.DEFAULT_GOAL := help
.PHONY: help setup demo test check docs bench spark ordeal fuzz coverage mutation serve lock format

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1	/' | expand -t 10

setup: $(READY) ## make .venv with everything in it

$(READY): requirements/all.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Candlemark needs Python 3.11 or later; name one with: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/all.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## build a demonstration vault, print the response of justice, show it and its public site in a browser
	@$(BIN)/candlemark demo demo-vault --port $(PORT) $(if $(filter no,$(SERVE)),--no-serve)

# Tests start our programs some hundred times: those are compiled once, whatever this machine says.
test: export PYTHONDONTWRITEBYTECODE =
test: $(READY) ## run every test
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(READY) ## lint, types, the order of the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: $(READY) ## write docs/reference anew from the commands, terms and errors
	$(BIN)/python tools/reference.py

bench: $(READY) ## measure import, occupancy, the ledger and read models beside other tools and limits, as ratios
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/bench.txt
	$(BIN)/python -m pytest -q tests/measure/notebook/test_notebook.py -k known_libraries
	$(BIN)/python bench/import_ratio.py
	$(BIN)/python bench/occupancy_ratio.py
	$(BIN)/python bench/estimators_ratio.py
	$(BIN)/python bench/ledger_ratio.py
	$(BIN)/python bench/model_ratio.py
	$(BIN)/python bench/figures_ratio.py
	$(BIN)/python bench/opening_ratio.py
	$(BIN)/python bench/process_ratio.py
	$(BIN)/python bench/stays_ratio.py
	$(BIN)/python bench/linkage_ratio.py
	$(BIN)/python bench/queue_ratio.py
	$(BIN)/python bench/protect_ratio.py
	$(BIN)/python bench/site_build.py
	$(BIN)/python -m pytest -q tests/publish -k "pandas or others_keep"

$(SPARK): $(READY) requirements/spark-build.txt requirements/spark.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target .spark --only-binary :all: --require-hashes -r requirements/spark-build.txt
	PYTHONPATH=.spark $(BIN)/python -m pip install --quiet --disable-pip-version-check --target .spark --no-deps --no-build-isolation --require-hashes -r requirements/spark.txt
	@touch $@

spark: $(SPARK) ## the contract of the engines on Spark too, installed apart in .spark (half a gigabyte; needs Java 17)
	SPARK_LOCAL_IP=127.0.0.1 PYTHONPATH=.spark $(BIN)/python -m pytest tests/measure/log/test_engines.py tests/measure/process/test_engines.py tests/linkage/engine/test_spark.py -k "same_whole_numbers or same_clusters"

ordeal: $(READY) ## hours: cuts, kills, faults, flips, writers, three places, exports, fuzzing, coverage, mutation (SEED= ROUNDS= FUZZ=)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/ordeal.txt
	ORDEAL=full SEED=$(SEED) ROUNDS=$(ROUNDS) $(BIN)/python -m pytest -n auto --dist worksteal -m ordeal tests/ordeal tests/ledger --ignore tests/ordeal/test_many_writers.py
	ORDEAL=full SEED=$(SEED) ROUNDS=$(ROUNDS) $(BIN)/python -m pytest tests/ordeal/test_many_writers.py
	$(MAKE) fuzz coverage mutation

fuzz: $(READY) ## feed each decoder with atheris for FUZZ seconds
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/ordeal.txt
	set -e; for target in $$(PYTHONPATH=tests $(BIN)/python -c 'from ordeal.fuzz.targets import TARGETS; print(*TARGETS)'); do \
	  seed=$(or $(SEED),$$(date +%s)); echo "$$target: seed $$seed, $(FUZZ) s"; \
	  $(BIN)/python tests/ordeal/fuzz/run.py $$target $(FUZZ) $$seed; done

coverage: $(READY) ## branches of seal and ledger that tests go through, fails under 98 %; lines of tests to a line of code
	$(BIN)/coverage erase
	PYTHONPATH=tools $(BIN)/coverage run -m pytest -q -p reaching tests/seal tests/ledger tests/contracts
	$(BIN)/python tools/sloc.py
	$(BIN)/coverage report --precision=1 --fail-under=98
	$(BIN)/python tools/branches.py 98

mutation: $(READY) ## changes of seal and ledger that tests notice, drawn from all; fails under 90 % (SAMPLE= SEED=)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/ordeal.txt
	$(BIN)/python tools/mutation.py --least 90 --sample $(SAMPLE) $(if $(SEED),--seed $(SEED))

serve: $(READY) ## show a vault in a browser: make serve VAULT=DIR PORT=8000
	$(BIN)/candlemark serve --vault $(VAULT) --port $(PORT)

format: $(READY) ## let ruff put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## pin the dependencies anew (needs the uv command)
	uv pip compile pyproject.toml --extra exchange --extra linkage --extra measure --extra postgres --extra stamp --extra web --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --only-binary :all: --quiet --output-file requirements/all.txt
	uv pip compile pyproject.toml --extra exchange --extra linkage --extra measure --extra postgres --extra stamp --extra web --group bench --constraint requirements/all.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --only-binary :all: --quiet --output-file requirements/bench.txt
	uv pip compile pyproject.toml --extra exchange --extra linkage --extra measure --extra postgres --extra stamp --extra web --group ordeal --constraint requirements/all.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --only-binary :all: --quiet --output-file requirements/ordeal.txt
