# Every target in one line each: make help.

SHELL       := /bin/bash
.SHELLFLAGS := -o pipefail -c

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X github.com/provost-itsm/provost/internal/app.version=$(VERSION)

# No target needs a C compiler, but race: so that builds, checks and tests share one build cache on every machine.
export CGO_ENABLED := 0

# How long each fuzz target runs: a time (30s) or a number of inputs (2000x).
FUZZTIME      ?= 30s
TEST_FUZZTIME ?= 2000x
# How often `make torture` kills and restarts the server.
ROUNDS ?= 50
# More arguments: make run ARGS="--listen 127.0.0.1:9000", make bench ARGS="--workload T5".
ARGS ?=

# Bytes that the program has to stay under.
MAX_SIZE := 40000000

# The version of golangci-lint that .golangci.yml is written for.
LINT_VERSION := v2.12.2
LINT         := bin/tools/golangci-lint-$(LINT_VERSION)

# The web app, which is built anew when a source is newer.
WEB := web/dist/index.html

TOTALS := go run ./internal/testkit/totals

.PHONY: help
help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Build everything and start the demo (ARGS="--listen 127.0.0.1:9000")
	bin/provost demo $(ARGS)

# Go itself knows what has changed, and links again only then.
.PHONY: build
build: go web ## Build bin/provost, with the web app where Node.js is
	go build -trimpath -buildvcs=false -ldflags "$(LDFLAGS)" -o bin/provost ./cmd/provost

.PHONY: web
web: $(WEB) ## Build the web app

# Without Node.js there is no web app, and the program says so at its front page.
$(WEB): web/package-lock.json web/package.json web/vite.config.ts web/tsconfig.json web/index.html $(shell find web/src web/public web/scripts -type f)
	@if command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory web/node_modules/.package-lock.json && npm --prefix web run --silent build; \
	else echo "== no npm, no web app" >&2; fi

web/node_modules/.package-lock.json: web/package-lock.json
# Not "npm ci": it insists on the builds of its tools for machines that a registry may not have.
	@echo "== installing the npm packages of web"; npm --prefix web install --no-save --loglevel=error && touch $@

.PHONY: types
types: go web/node_modules/.package-lock.json ## Make the web app's types anew of the API as it is
	@PROVOST_OPENAPI=$(CURDIR)/web/node_modules/.openapi.json go test -count=1 -run '^TestTheWebAppKnowsTheAPIAsItIs$$' ./internal/app
	@npm --prefix web run --silent types -- node_modules/.openapi.json

.PHONY: webtest
webtest: web ## Check the web app's style and run its unit tests
	@if command -v npm >/dev/null; then npm --prefix web run --silent lint && npm --prefix web test --silent; fi

.PHONY: measure-web
measure-web: build browser ## Measure the web app in Chromium on a machine that does nothing else (docs/benchmarks.md)
	@data=$$(mktemp -d); bin/provost demo --data $$data --listen 127.0.0.1:0 --credentials $$data/credentials </dev/null >$$data/log 2>&1 & \
	server=$$!; trap 'kill $$server; rm -rf $$data' EXIT; \
	until [ -s $$data/credentials ]; do kill -0 $$server || exit 1; sleep 0.2; done; \
	cd e2e && PROVOST_CREDENTIALS=$$data/credentials PROVOST_URL=$$(sed -n 's/.*"base_url": "\(.*\)",/\1/p' $$data/credentials) \
		npx playwright test -c measure/playwright.config.ts

.PHONY: e2e
e2e: build browser ## Run the specs of e2e/specs in Chromium against the demo
	@go test -json -count=1 -timeout=30m ./internal/testkit/browser | $(TOTALS)

.PHONY: test
test: postgres clients web browser ## Run everything CI runs: vet, lint, gates, all tests on both engines, a short fuzz; print totals
	@failed=; \
	for step in vet lint webtest gate; do \
		echo "== $$step"; $(MAKE) --no-print-directory $$step || failed="$$failed $$step"; \
	done; \
	echo "== tests, then $(TEST_FUZZTIME) inputs for each fuzz target"; \
	{ go test -json -count=1 -timeout=30m ./...; \
	  $(MAKE) --no-print-directory fuzzjson FUZZTIME=$(TEST_FUZZTIME); } | $(TOTALS) $$failed

# SQLite itself, which is C made Go, is not watched: that would take several times as long and find nothing of ours. The domains
# run on SQLite alone here, since what they do beside each other is the same on both. Left out is what runs the program as a process of its own, and what
# does one thing after another: the command line, the making of a demo, the benchmarks, the packages that only read messages.
RACE := -race -gcflags='modernc.org/...=-race=false' -short -json -count=1 -timeout=30m

.PHONY: race
race: go postgres ## Run the tests of what happens at once under the race detector (needs a C compiler)
	@command -v gcc >/dev/null || command -v clang >/dev/null || \
		{ echo "make race needs a C compiler: apt-get install gcc libc6-dev" >&2; exit 1; }
	@{ CGO_ENABLED=1 go test $(RACE) ./internal/platform/db/...; \
	  CGO_ENABLED=1 PROVOST_TEST_ENGINES=sqlite go test $(RACE) $$(go list ./... | grep -v -e /internal/platform/db -e /internal/testkit/ -e /internal/cli -e /app/demo -e /internal/bench -e /sso/saml -e /sso/scim); } | $(TOTALS)

.PHONY: vet
vet: go
	@go vet ./... && go -C e2e/clients vet ./...

.PHONY: lint
lint: go $(LINT) ## Check the code's style and common mistakes (.golangci.yml says why; ARGS=--fix)
	@GOLANGCI_LINT_CACHE=$(CURDIR)/bin/lint-cache $(LINT) run $(ARGS) ./... # a shared cache mixes the paths of two checkouts

$(LINT): # built from source, once; takes some minutes
	@echo "== building golangci-lint $(LINT_VERSION)"
	@GOFLAGS= GOBIN=$(CURDIR)/bin/tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mv bin/tools/golangci-lint $@

.PHONY: fuzz
fuzz: go ## Fuzz every parser of outside bytes (FUZZTIME=30s each)
	@$(MAKE) --no-print-directory fuzzjson | $(TOTALS)

# One `go test` for each fuzz target, because that is all it takes at a time.
.PHONY: fuzzjson
fuzzjson:
	@failed=0; \
	for file in $$(grep -rl --include='*_test.go' '^func Fuzz' internal | sort); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
			go test -json -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) -timeout=0 "./$$(dirname "$$file")" || failed=1; \
		done; \
	done; exit $$failed

.PHONY: torture
torture: postgres ## Kill the server, and PostgreSQL, at random moments under load (ROUNDS=50)
	@PROVOST_TORTURE_ROUNDS=$(ROUNDS) go test -json -count=1 -timeout=0 -run='^TestTorture' ./internal/... | $(TOTALS)

.PHONY: bench
bench: build ## Measure the workloads (ARGS="--workload T5"; --store postgres needs --database-url)
	bin/provost bench $(ARGS)

# Half a minute of the workloads, which fails when a request costs many times the CPU it should.
.PHONY: gate
gate: build
	@size=$$(wc -c <bin/provost); [ $$size -lt $(MAX_SIZE) ] || { echo "bin/provost has $$size bytes; $(MAX_SIZE) are too many" >&2; exit 1; }
	@bin/provost bench --short 2>bin/gate.log | tail -n 26 || { tail -n 5 bin/gate.log; exit 1; }

.PHONY: clean
clean: ## Remove what was built, not data
	rm -rf bin

# What a machine must have, installed or told in one line.

# The OAuth clients of the client matrix. Without Node.js, or without a network, their tests say so: skipped here, failed where CI is set.
.PHONY: clients
clients: go
	@cd e2e/clients && if [ node_modules/.package-lock.json -nt package-lock.json ]; then :; \
	elif command -v npm >/dev/null; then \
		echo "== installing the npm packages of e2e/clients"; npm ci --loglevel=error && touch node_modules/.package-lock.json; \
	else echo "== no npm, no OAuth clients of Node.js" >&2; fi || true
	@go -C e2e/clients mod download || true

# Chromium and Playwright, for the specs of the web app: without, their test says so.
.PHONY: browser
browser:
	@command -v chromium >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || { \
		echo "== installing chromium for the specs of the web app"; export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq </dev/null && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core </dev/null; } || true
	@cd e2e && if [ node_modules/.package-lock.json -nt package-lock.json ] || ! command -v npm >/dev/null; then :; \
	else echo "== installing the npm packages of e2e"; \
		PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --loglevel=error && touch node_modules/.package-lock.json; fi || true

.PHONY: go
go:
	@command -v go >/dev/null || { echo "Go 1.26 is needed: https://go.dev/doc/install" >&2; exit 1; }

.PHONY: postgres
postgres: go
	@[ -x /usr/lib/postgresql/15/bin/initdb ] || \
	{ initdb --version 2>/dev/null | grep -q ' 15\.'; } || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "== installing postgresql-15 for the tests"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq </dev/null && apt-get install -y -qq --no-install-recommends postgresql-15 </dev/null; \
	else \
		echo "PostgreSQL 15 is needed for the tests: sudo apt-get install postgresql-15" >&2; exit 1; \
	fi
