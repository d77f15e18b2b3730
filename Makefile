# The only task runner; CI runs the same targets. `make help` lists them.
# Variables: CARGO_TARGET_DIR (default target), TORG_STATE_DIR (.torg/state), TORG_RUNTIME_DIR (.torg/runtime).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup readers build run test check fmt clippy guards drift schemas e2e browser bench say clean

TARGET := $(or $(CARGO_TARGET_DIR),target)
TORG := $(TARGET)/debug/torg
export TEXT

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: ## fetch the pinned servers and weights into .torg/runtime (nothing the second time)
	@python3 deploy/runtime/fetch.py

# Only the tests read PDFs.
readers:
	@python3 deploy/runtime/fetch.py --only qpdf --only pdfium --only zxing

# The dev profile, because it builds in a third of the time; the language crate is optimised in it all the same.
build: ## build the programs torg and torg-sim
	cargo build --workspace --bins --locked

run: setup build ## a demo shop with everything in one process; prints where to look; Ctrl-C stops it
	@exec $(TORG) up --demo

say: ## write to the running demo shop as a buyer: make say TEXT="есть в наличии?"
	@test -x $(TORG) || { echo "not built yet: run \`make run\` in another terminal first" >&2; exit 1; }
	@exec $(TORG) say "$${TEXT:?say what? make say TEXT=\"...\"}"

# The evaluation comes first: it fails when understanding got worse, and leaves the trained classifier for the tests.
# Programs and tests in one go, so that both see the same dependencies and none is compiled twice.
test: setup readers ## every test, with real servers started by the tests themselves
	cargo build --workspace --bins --tests --locked
	@$(TORG) eval services/lib/language/data/development.tsv
	@if cargo nextest --version >/dev/null 2>&1; \
	then cargo nextest run --workspace --locked --no-fail-fast; \
	else cargo test --workspace --locked --no-fail-fast; fi

e2e: setup ## only the stories in tests/
	cargo build --workspace --bins --tests --locked
	@if cargo nextest --version >/dev/null 2>&1; \
	then cargo nextest run --workspace --locked --no-fail-fast -E 'package(e2e)'; \
	else cargo test --package e2e --locked --no-fail-fast; fi

# Built as for the tests, so that nothing is compiled twice. What is missing is told before the building, not after it.
browser: ## the console in headless Chromium (needs node and npm); pictures in .torg/pictures
	@python3 -B tests/browser/run.py --needs
	@$(MAKE) --no-print-directory setup
	cargo build --workspace --bins --tests --locked
	@python3 -B tests/browser/run.py

check: fmt clippy guards drift ## what a change must pass beside its tests

fmt:
	cargo fmt --all --check

clippy:
	cargo clippy --workspace --all-targets --locked -- -D warnings

guards:
	@python3 -B deploy/guards

drift:
	@python3 -B deploy/guards/drift.py schemas/json services/README.md services/*/README.md -- $(MAKE) --no-print-directory schemas

schemas: ## write anew what is generated: JSON Schemas, and parts of the READMEs in services/
	cargo build --workspace --examples --locked
	@$(TARGET)/debug/examples/write
	@$(TARGET)/debug/examples/docs

bench: setup ## measure, as ratios to a baseline of the same run: make bench ARGS="append"
	cargo build --workspace --bins --release --locked
	@exec $(TARGET)/release/torg bench $(ARGS)

clean: ## remove what was built and fetched; the state directory with its shops stays
	cargo clean
	rm -rf -- $(or $(TORG_RUNTIME_DIR),.torg/runtime)
