# Everything runs in .venv, which the first target that needs it builds from the hashed requirements. Python 3.11-3.14 is all it takes.

UV_VERSION := 0.13.9
CANDIDATES := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
BIN := .venv/bin
IN_VENV := PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=.

# What Python compiles is kept, and out of the tree: every start of a process would compile two seconds' worth of libraries anew.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/compiled
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check lock clean
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.runtime  ## serve on http://127.0.0.1:8000 with demo data, worker included; Ctrl+C ends it
	@exec $(BIN)/python app.py

test: .venv/.development  ## run every test; `make test ARGS="tests/views -x"` runs some of them
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: .venv/.development  ## format, lint, types, import contracts, templates, lengths, drawing, references, translations, view models, rules are read, models = migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases tests/fixtures tests/conftest.py .ci
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --quiet
	$(BIN)/djlint templates --lint --quiet
	@$(IN_VENV) python .ci/modules.py
	@$(IN_VENV) python .ci/drawing.py
	@$(IN_VENV) python .ci/references.py
	@$(IN_VENV) python .ci/translations.py
	@$(IN_VENV) python .ci/rules.py
	@$(IN_VENV) python .ci/view_models.py
	@$(IN_VENV) python .ci/models.py

.PHONY: findings
findings:  ## see whether libraries still do what surprised us; asks the registries of Python and npm
	@failed=; for script in findings/*.sh; do PYTHONDONTWRITEBYTECODE=1 bash $$script || failed="$$failed $$script"; done; \
	if [ -n "$$failed" ]; then echo "Changed, or could not run:$$failed" >&2; exit 1; fi

lock: .venv/.made  ## resolve requirements*.in into hashed requirements*.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt requirements.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header -c requirements.txt -o requirements-dev.txt requirements-dev.in

clean:  ## remove .venv and everything made from it; data in instance/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/.made:
	@set -e; for python in $(CANDIDATES); do \
	  if "$$python" -c '$(SUITABLE)' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Missing: Python 3.11-3.14 with its venv module (Debian, Ubuntu: apt-get install python3 python3-venv)" >&2; exit 1; fi; \
	"$$found" -m venv .venv; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) || echo "uv is not available; installing with pip"; \
	touch $@

.venv/.runtime: requirements.txt .venv/.made
	@set -e; $(call install,requirements.txt,--compile-bytecode)

.venv/.development: requirements-dev.txt .venv/.made
	@set -e; $(call install,requirements-dev.txt)

# What the product needs is compiled at once, on all processors. uv reads the certificates of the system, as offices behind a
# proxy of their own need; where it cannot help, pip does the same slower.
define install
{ [ -x $(BIN)/uv ] && $(BIN)/uv pip install --quiet --system-certs $(2) --python $(BIN)/python --require-hashes -r $(1); } \
|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
touch $@
endef
