# Thin: every target calls a script, so that people, CI and editors run the same thing.
.DEFAULT_GOAL := help
.PHONY: help demo test page size e2e references lighthouse figures estimator bench-load bench-model bench-page lint deny fuzz fmt tools

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install the tools, rehearse a measurement, build the page and serve it on 127.0.0.1:8080 (set PORT to change)
	@scripts/demo.sh

test: ## run every test (native, wasm, browser, page size, figures); install what they need
	@scripts/test.sh

page: tools ## build the page into dist/
	@scripts/page.sh

size: tools ## print the brotli size of the page's first load; fail above 180 KB
	@scripts/size.sh

e2e: ## test the page built in dist/ in Chromium: user actions, accessibility, screenshots
	@scripts/e2e.sh

references: ## take new reference screenshots of every view of the page in dist/; review each changed one
	@scripts/e2e.sh screenshots --update-snapshots

lighthouse: ## run Lighthouse on the page built in dist/ as on a phone; fail when a score, time or size is over its limit
	@scripts/lighthouse.sh

figures: tools ## regenerate the index of results/, docs/figures and the numbers in README.md
	@scripts/figures.sh

estimator: ## fit the estimator to the published records; write configs/estimator.toml and docs/estimator.md
	@scripts/estimator.sh

bench-load: ## benchmark the load generator and its peers against a server that records what it sends; write docs/benchmark-load.md
	@scripts/bench-load.sh

bench-model: tools ## benchmark one evaluation of the cost model, native and in Chromium; write docs/benchmark-model.md
	@scripts/bench-model.sh

bench-page: ## benchmark the page: slider to painted frame, thousands of runs; write docs/benchmark-page.md
	@scripts/bench-page.sh

lint: ## check the format; run clippy on both targets, rustdoc and shellcheck
	@scripts/lint.sh

deny: ## check licences, advisories and sources of all dependencies with cargo-deny
	@scripts/deny.sh

fuzz: ## feed the stream reader random bytes for a minute (FUZZ_SECONDS=…); needs a nightly compiler
	@scripts/fuzz.sh

fmt: ## format the code
	@cargo fmt --all

tools: ## install the pinned build tools; does nothing when they are there
	@scripts/tools.sh
