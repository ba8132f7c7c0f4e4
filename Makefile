# Every target makes what it needs in .venv; a stamp there says which set of packages is installed.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin

.PHONY: demo test test-kernels lint parity hips bench notebooks tables page page-check clean

demo: .venv/installed-demo
	$(BIN)/chalkgrad train digits

test: .venv/installed-dev
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 8

# The whole suite again: without native kernels, and as on lesser CPUs.
test-kernels: .venv/installed-dev
	CHALKGRAD_NATIVE=0 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --maxprocesses 8
	CHALKGRAD_VECTOR=avx2 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --maxprocesses 8
	CHALKGRAD_VECTOR=plain OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --maxprocesses 8

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

parity: .venv/installed-parity
	$(BIN)/python -m pytest tests/torch_parity

hips:
	$(PYTHON) -m scripts.hips

bench: .venv/installed-bench
	$(BIN)/python -m benchmarks $(ONLY) $(if $(THREADS),--threads $(THREADS))

notebooks: .venv/installed-dev
	$(BIN)/jupyter execute --inplace notebooks/*.ipynb

tables: .venv/installed-dev
	$(BIN)/python -m scripts.primitives_table > out.tmp && mv out.tmp docs/primitives.md
	$(BIN)/python -m scripts.numpy_table > out.tmp && mv out.tmp docs/numpy.md
	$(BIN)/python -m scripts.tensor_typing > out.tmp && mv out.tmp autograd/_tensor_methods.pyi
	$(BIN)/ruff format --quiet autograd/_tensor_methods.pyi

page: frontend/node_modules/.package-lock.json
	cd frontend && npm run --silent build

page-check: frontend/node_modules/.package-lock.json
	cd frontend && npm run --silent check

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm ci --silent --no-audit --no-fund

clean:
	rm -rf frontend/node_modules .venv out build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed-demo: EXTRAS := fast,viz,data
.venv/installed-dev: EXTRAS := dev
.venv/installed-parity: EXTRAS := dev,parity
.venv/installed-bench: EXTRAS := bench

.venv/installed-%: pyproject.toml | .venv/created
	$(BIN)/python -m pip install --quiet --editable '.[$(EXTRAS)]'
	@touch $@

.venv/created:
	@test -n '$(PYTHON)' || { echo 'make: no Python 3.11 or newer found; install one or say PYTHON=/path/to/python' >&2; exit 1; }
	@echo 'Making .venv with $(PYTHON)'
	@$(PYTHON) -m venv .venv || { \
		echo 'Trying again with the pip of $(PYTHON) itself' && \
		$(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --python $(BIN)/python install pip; }
	@touch $@
