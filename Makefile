PYTHON ?= python3
VENV ?= .venv
MONAILABEL_VENV ?= .venv-monailabel
NNUNET_VENV ?= .venv-nnunet
TEST_PROCESSES ?= 2
RUN = $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help install train train-volume monailabel nnunet test test-monailabel lint clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if v >= (3, 11) else "Python 3.11 or newer is needed, this is %d.%d; name another with make PYTHON=..." % v)'
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --requirement requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(RUN) -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

install: $(VENV)/.installed  ## make the virtual environment with all requirements

train: $(VENV)/.installed  ## train on the demo data set, which is generated at first use
	$(RUN) -m monai.bundle run training --config_file configs/train.json

train-volume: $(VENV)/.installed  ## train on the demo volumes, which are generated at first use
	$(RUN) -m monai.bundle run training --config_file configs/volume/train.json

$(MONAILABEL_VENV)/.installed: requirements-monailabel.txt requirements-monailabel-no-deps.txt
	$(PYTHON) -m bundle.serving.environment --venv $(MONAILABEL_VENV)
	@touch $@

monailabel: $(MONAILABEL_VENV)/.installed  ## make the virtual environment of the MONAI Label server

$(NNUNET_VENV)/.installed: requirements-nnunet.txt
	$(PYTHON) -m bundle.benchmarking.nnunet.build --venv $(NNUNET_VENV)
	@touch $@

nnunet: $(NNUNET_VENV)/.installed  ## make the virtual environment of nnU-Net, a rival in benchmarks

test: $(VENV)/.installed-dev  ## run the tests
	$(RUN) -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile

test-monailabel: $(VENV)/.installed-dev $(MONAILABEL_VENV)/.installed  ## run the tests with a MONAI Label server
	MONAILABEL_VENV=$(MONAILABEL_VENV) $(RUN) -m pytest tests/monailabel

lint: $(VENV)/.installed-dev  ## check style
	$(RUN) -m ruff check . && $(RUN) -m ruff format --check .

clean:  ## remove the virtual environments; data, models and results stay
	rm -rf $(VENV) $(MONAILABEL_VENV) $(NNUNET_VENV)
