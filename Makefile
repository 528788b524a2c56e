# Thin: every target calls a script, so that people, CI and editors run the same thing.
.DEFAULT_GOAL := help
.PHONY: help demo test page size e2e references lighthouse figures estimator bench-load bench-model bench-page lint deny fuzz fmt tools

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install what is missing, measure the simulated server, build the page, serve it on 127.0.0.1:8080 (PORT=…)
	@scripts/demo.sh

test: ## every test: native, wasm, browser, page size, figures; installs what they need
	@scripts/test.sh

page: tools ## build the page into dist/
	@scripts/page.sh

size: tools ## the brotli size of the page's first load, held below 180 KB
	@scripts/size.sh

e2e: ## what a reader does with the page built in dist/, in Chromium; accessibility and screenshots too
	@scripts/e2e.sh

references: ## take new references of how every view looks, on the page built in dist/; look at each changed one
	@scripts/e2e.sh screenshots --update-snapshots

lighthouse: ## Lighthouse on the page built in dist/, as on a phone: scores, times and bytes, held to their limits
	@scripts/lighthouse.sh

figures: tools ## regenerate the index of results/, docs/figures and the README's numbers
	@scripts/figures.sh

estimator: ## fit the estimator to the published records and write configs/estimator.toml and docs/estimator.md
	@scripts/estimator.sh

bench-load: ## the load generator against a server that stamps its sends, beside its peers; writes docs/benchmark-load.md
	@scripts/bench-load.sh

bench-model: tools ## how long one evaluation of the cost model takes, natively and in Chromium; writes docs/benchmark-model.md
	@scripts/bench-model.sh

bench-page: ## how long the page takes from a slider's tick to the painted frame, and with thousands of runs; writes docs/benchmark-page.md
	@scripts/bench-page.sh

lint: ## format check, clippy on both targets, rustdoc, shellcheck
	@scripts/lint.sh

deny: ## licences, advisories and sources of all dependencies, by cargo-deny
	@scripts/deny.sh

fuzz: ## feed the stream reader random bytes for a minute (FUZZ_SECONDS=…); needs a nightly compiler
	@scripts/fuzz.sh

fmt: ## format the code
	@cargo fmt --all

tools: ## install what building needs, pinned; a second run takes a second
	@scripts/tools.sh
