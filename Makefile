# make demo   install into .venv and show the service at work: no camera, no broker needed
# make try    read the plates of a picture drawn on the spot
# make test   install what the checks need and run them all
# make help   the rest

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DATA   ?= ../shared/data
FONTS  ?= $(DATA)/fonts
RUNS   ?= runs
SHELL  := /bin/sh

.PHONY: help demo try install test lint format train-reader train-detector release \
	evaluate lock page-pictures clean

help:
	@sed -n 's/^# //p' Makefile
	@echo "make lint, make format, make lock, make clean"
	@echo "make train-reader train-detector release evaluate  (see models/README.md)"

demo: $(VENV)/.installed-demo
	$(BIN)/edge-anpr demo

try: install
	$(BIN)/edge-anpr sample build/sample.jpg --seed 3 --plates 3
	$(BIN)/edge-anpr read build/sample.jpg --annotate build/read
	@echo "Annotated picture: build/read/sample.jpg"

install: $(VENV)/.installed

test: $(VENV)/.installed-dev
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n auto

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "edge-anpr needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@mkdir -p build
	@touch $@

$(VENV)/.installed-demo: requirements-demo.lock $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-demo.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock tests/camera/picamera2.lock $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/camera/picamera2.lock
	@touch $@

lock: $(VENV)/.installed-dev
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --quiet pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --python-version 3.11 --python-platform aarch64-manylinux_2_34 --quiet \
	  pyproject.toml deploy/numpy1.in -o deploy/numpy1.lock
	$(BIN)/python -c 'import tomllib; \
	  project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	  print(*project["optional-dependencies"]["cloud"], sep="\n")' | \
	  $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --python-version 3.11 --quiet \
	  --constraints requirements.lock - -o deploy/cloud.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --quiet --extra demo pyproject.toml -o requirements-demo.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --quiet --extra dev pyproject.toml -o requirements-dev.lock

# Training has an environment of its own; nothing of it reaches a device.
TRAIN := .venv-train/bin/python

$(TRAIN): models/training/requirements.txt
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install --quiet -r models/training/requirements.txt
	.venv-train/bin/pip install --quiet --editable .

train-reader: $(TRAIN)
	$(TRAIN) -m models.training.pool --fonts $(FONTS) --out $(RUNS)/pool
	$(TRAIN) -m models.training.train_reader --data $(DATA) --pool $(RUNS)/pool \
	  --fonts $(FONTS) --out $(RUNS)/reader --resume

train-detector: $(TRAIN)
	$(TRAIN) -m models.training.train_detector --data $(DATA) --fonts $(FONTS) \
	  --out $(RUNS)/detector --resume

release: $(TRAIN)
	$(TRAIN) -m models.training.release --data $(DATA) --pool $(RUNS)/pool \
	  --detector $(RUNS)/detector --reader $(RUNS)/reader

# The pictures of the page in docs/, taken anew by the tests.
page-pictures: $(VENV)/.installed-dev
	$(BIN)/pytest tests/web/test_in_chromium.py --screenshots build/page
	$(BIN)/python -m tests.web.pictures build/page docs

evaluate: $(TRAIN)
	$(TRAIN) -m models.training.evaluate --data $(DATA)

clean:
	rm -rf build dist $(VENV) .venv-train .mypy_cache .ruff_cache .pytest_cache
