# nnanki: what a clone needs, in a few words. `make` alone lists them.
#
# Everything is installed into .venv, from the exact versions in constraints.txt.
# The stamps .venv/.quick, .deck and .test say that it was installed to the end.

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
# Each file of tests in one process, so that what it set up is not set up twice.
PYTEST = $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile
STAMPS = $(VENV)/.quick $(VENV)/.deck $(VENV)/.test
# The tests that need neither PyTorch nor a browser nor Anki, and end within a minute.
QUICK = $(patsubst %,tests/test_%.py,bearing cache changes conflicts copies dependency \
	excerpt lint lock marks mutate parse rooms style unbound wording words workflows)

# For packages that are built on the way, too; the second name is for newer pips.
export PIP_CONSTRAINT = constraints.txt
export PIP_BUILD_CONSTRAINT = constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.NOTPARALLEL:
.PHONY: help deck preview test test-quick check update lint format clean moved

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "make %-10s %s\n", $$1, $$2 }'

deck: $(VENV)/.deck ## build the deck: dist/nnanki.apkg
	@$(BIN)/nnanki build

preview: $(VENV)/.deck ## write the gallery of all cards: dist/gallery/index.html
	@$(BIN)/nnanki preview

test: $(VENV)/.test ## run all tests; with T=…, those: make test T=tests/nn
	@$(PYTEST) $(T)

test-quick: $(VENV)/.quick ## the tests that need neither PyTorch nor a browser nor Anki
	@$(BIN)/python -m pytest -n auto -q $(QUICK)

check: $(VENV)/.deck ## prove every card and write nothing; warnings count
	@$(BIN)/nnanki check --strict

update: $(VENV)/.deck ## write golden text and the lock
	@$(BIN)/nnanki update

# nnanki/nn becomes cards: its lines fit a phone.
lint: $(VENV)/.test ## style and types
	@$(BIN)/ruff check benchmarks nnanki operators pictures tests
	@$(BIN)/ruff format --check --exclude nnanki/nn benchmarks nnanki operators pictures tests
	@$(BIN)/ruff format --check --line-length 60 nnanki/nn
	@$(BIN)/mypy
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

format: $(VENV)/.test ## put the code into shape
	@$(BIN)/ruff check --fix benchmarks nnanki operators pictures tests
	@$(BIN)/ruff format --exclude nnanki/nn benchmarks nnanki operators pictures tests
	@$(BIN)/ruff format --line-length 60 nnanki/nn

clean: ## remove all that these commands made
	rm -rf $(VENV) dist build .nnanki_cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# -- setting up ---------------------------------------------------------------

# A folder that was moved or copied has scripts that start another folder's Python.
HERE := $(findstring $(CURDIR)/$(VENV)/,$(shell head -n 3 $(BIN)/pip 2>/dev/null))
moved:

$(VENV)/.quick: pyproject.toml constraints.txt $(if $(HERE),,moved)
	$(call install,quick)
	@touch $@

$(VENV)/.deck: pyproject.toml constraints.txt $(if $(HERE),,moved)
	$(call install,nn)
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt tests/ankis.txt $(if $(HERE),,moved)
	$(call install,nn$(comma)quick$(comma)test)
	$(ankis)
	@touch $(STAMPS)

comma = ,
fail = { echo "nnanki: $(1)" >&2; exit 1; }
OLD = 'import sys; sys.exit(sys.version_info < (3, 11))'

# What an earlier set-up left half done: packages without their last file, and pip's
# own leftovers. Taking these out lets pip install them anew.
define install
@command -v $(PYTHON) >/dev/null || $(call fail,there is no $(PYTHON); install Python 3.11 or newer$(comma) with venv)
@$(PYTHON) -c $(OLD) || $(call fail,$$($(PYTHON) -V) is too old; name Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS))
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(call fail,this Python cannot make environments; install its venv module (on Debian and Ubuntu: apt install python3-venv))
@echo "nnanki: setting up $(VENV); the first time this downloads PyTorch and takes some minutes"
@rm -f $(STAMPS)
@$(if $(HERE),$(BIN)/python -m pip --version >/dev/null 2>&1 ||) $(PYTHON) -m venv --clear $(VENV)
@for info in $(VENV)/lib/python3*/site-packages/*.dist-info; do test -e "$$info/INSTALLER" || rm -rf "$$info"; done
@rm -rf $(VENV)/lib/python3*/site-packages/~*
@$(BIN)/python -m pip install -qq --editable '.[$(1)]' || $(call fail,$(UNFINISHED))
endef
UNFINISHED = the set-up did not finish; run the same command again

# A folder gets its name when it is whole. What Anki's library needs is in .venv already.
define ankis
@unset PIP_CONSTRAINT; for version in $$(sed '/^#/d' tests/ankis.txt); do \
	folder=$(VENV)/ankis/$$version; test -d $$folder && continue; rm -rf $$folder.part; \
	$(BIN)/python -m pip install -qq --no-deps --target $$folder.part anki==$$version && \
	mv $$folder.part $$folder || $(call fail,$(UNFINISHED)); \
done
endef
