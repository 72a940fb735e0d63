# Every command that a person or CI runs. `make` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The share of the full proofs and benchmarks that a run does; CI does a twentieth.
SCALE ?= 1
DYNAMODB_PORT ?= 18000
SQS_PORT ?= 19324
S3_PORT ?= 15000
OPENSEARCH_PORT ?= 19200
PROFILE ?= debug
SEEDS ?= 1 2 3
# Where and as what `make deploy` deploys.
STACK ?= cairn
PARAMETERS ?=
# What is asked of what `make deploy-local` deployed.
ASKED ?= story
ARCHITECTURE ?= $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)
PROOFS := prove-kill prove-jobs prove-files prove-fixity prove-tools prove-large prove-many prove-bombs \
	prove-fsync prove-torn prove-records prove-exports prove-rebuild prove-vocabularies prove-bus prove-same prove-queries

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the repository on http://127.0.0.1:8080 (data in ./.cairn; CAIRN_DATA, CAIRN_ADDR)
	cargo run --release -p cairn-local --bin cairn -- serve

build: ## build every program and test, together: alone, each would have some crates built with other features
	cargo build --workspace --all-targets

check: fmt clippy tidy deny lint-template test ## everything that CI checks

fmt: ## is the code formatted?
	cargo fmt --all --check

clippy: ## lints, where a warning is an error
	cargo clippy --workspace --all-targets -- -D warnings

tidy: ## layers, sizes, names, lists, licences, links
	cargo xtask tidy

deny: ## licences, sources, duplicates and unused dependencies (needs cargo-deny and cargo-machete)
	@for tool in cargo-deny cargo-machete; do command -v $$tool >/dev/null || \
		{ echo "make deny needs $$tool: cargo install --locked $$tool" >&2; exit 1; }; done
	cargo deny --log-level error check bans licenses sources
	cargo machete

advisories: ## known faults of dependencies, as of today (fetches the RustSec database)
	cargo deny check advisories

lint-template: ## are the templates of AWS clean? (cfn-lint and SAM, of their own environment)
	python3 tests/deploy/lint.py

test: tools build ## every test: Rust, real services, compatibility, proofs
	$(MAKE) --no-print-directory test-rust
	$(MAKE) --no-print-directory test-scripts
	$(MAKE) --no-print-directory test-infra
	$(MAKE) --no-print-directory compat
	$(MAKE) --no-print-directory prove SCALE=0.05
	$(MAKE) --no-print-directory deploy-local ASKED="story compat"
	$(MAKE) --no-print-directory deploy-local-edge

test-rust: ## the tests in Rust, with DynamoDB Local, ElasticMQ, moto and OpenSearch beside them
	@trap 'tests/services/dynamodb-start.sh stop $(DYNAMODB_PORT); tests/services/elasticmq-start.sh stop $(SQS_PORT); \
		tests/services/moto-start.sh stop $(S3_PORT); \
		tests/services/opensearch-start.sh stop $(OPENSEARCH_PORT)' EXIT; \
	tests/services/dynamodb-start.sh $(DYNAMODB_PORT); tests/services/elasticmq-start.sh $(SQS_PORT); \
	tests/services/moto-start.sh $(S3_PORT); tests/services/opensearch-start.sh $(OPENSEARCH_PORT); \
	CAIRN_TEST_DYNAMODB=http://127.0.0.1:$(DYNAMODB_PORT) CAIRN_TEST_SQS=http://127.0.0.1:$(SQS_PORT) \
	CAIRN_TEST_S3=http://127.0.0.1:$(S3_PORT) CAIRN_TEST_OPENSEARCH=http://127.0.0.1:$(OPENSEARCH_PORT) \
	cargo test --workspace

test-infra: ## the functions at the edge, and the construct of the CDK
	node --test infra/edge/
	cd infra/cdk && npm ci --silent --no-audit --no-fund
	cd infra/cdk && if node -e 'process.exit(process.versions.node.split(".")[0] < 20)'; then npm test; \
		else npx --yes -p node@20.19.0 npm test; fi

test-scripts: ## do the proofs notice what they must notice?
	python3 -m unittest discover -s tests/prove -p '*_test.py'

tools: ## is everything there that the tests need?
	@missing=0; \
	need() { command -v "$$1" >/dev/null || { echo "missing: $$1 ($$2)" >&2; missing=1; }; }; \
	need cargo "https://rustup.rs"; need java "a JDK 21 or newer: https://adoptium.net"; \
	need mvn "apt install maven"; need curl "apt install curl"; need strace "apt install strace"; \
	need wget "apt install wget"; need openssl "apt install openssl"; need strip "apt install binutils"; \
	ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || \
		{ echo "missing: libfaketime (apt install libfaketime)" >&2; missing=1; }; \
	( source tests/services/common.sh && jdk_at_least 21 >/dev/null ) || missing=1; \
	need flock "apt install util-linux"; need node "apt install nodejs"; need npm "apt install npm"; \
	need python3 "3.10 or newer: apt install python3 python3-venv"; \
	python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "missing: python3 3.10 or newer with venv (apt install python3-venv)" >&2; missing=1; }; \
	exit $$missing

compat: build ## the black-box tests that InvenioRDM passes (ARGS="-k publish")
	python3 tests/compat/run.py $(ARGS)

prove: $(PROOFS) ## all proofs (SCALE=1, PROFILE=debug)

prove-kill: build ## kill the server at random moments: nothing acknowledged is lost
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/kill.py

prove-jobs: build ## kill the server while it imports, cancel and resume: each record once
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/jobs.py

prove-files: build ## kill the server while files are sent, published, taken over: none lost, nothing orphaned
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/files.py

prove-fixity: build ## damage files on disk in five ways: an audit reports exactly those
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/fixity.py

prove-tools: build ## curl, wget, pooch, zenodo_get and the AWS CLI send and fetch files
	PROFILE=$(PROFILE) python3 tests/prove/tools.py

prove-large: build ## send 5 GiB in parts, the sender killed twice: nothing is sent again, memory does not grow
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/large.py

prove-many: build ## 10,000 files in one draft: published and taken over at the cost of one; prints the times
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/many.py

prove-bombs: build ## ZIP files made to cost much: nothing takes long, memory does not grow
	PROFILE=$(PROFILE) python3 tests/prove/bombs.py

prove-same: build ## 5,000 generated searches find the same in the folder and on a real OpenSearch
	OPENSEARCH_PORT=$(OPENSEARCH_PORT) SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/same.py

prove-rebuild: build ## make the index anew under writes, searches and kills: nobody misses anything, index = store
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/rebuild.py

prove-vocabularies: build ## a dump of ROR's size is imported, again, and with changes; then suggestions; prints times and memory
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/vocabularies.py

prove-queries: build ## searches made to cost much: none above 50 ms of CPU or 50 MB (SEED=1, CAIRN_RECORDS=file)
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/queries.py

prove-scale: ## searches of 100,000 records: times, memory, sizes and rates, printed (release build; CAIRN_RECORDS=file)
	cargo build --release -p cairn-local --bin cairn
	SCALE=$(SCALE) PROFILE=release python3 tests/prove/scale.py

prove-fsync: build ## by strace: no write is acknowledged before its data is synced
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/fsync.py

prove-torn: build ## tear and flip bytes of the store: a clean start or a loud failure
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/torn.py

prove-bus: build ## a million messages and many events: none lost, none twice, memory flat; prints the rates
	SCALE=$(SCALE) target/$(PROFILE)/bus

chaos: ## deposits while everything fails: every change takes effect once (SEEDS="1 2 3")
	SEEDS="$(SEEDS)" cargo test --workspace --test chaos -- --nocapture

prove-records: build ## real records come back as deposited, counted by another program (CAIRN_RECORDS=file)
	PROFILE=$(PROFILE) python3 tests/prove/records.py

prove-exports: build ## real records in every form, read by programs of others; what each costs (CAIRN_RECORDS=file, SCALE)
	SCALE=$(SCALE) PROFILE=$(PROFILE) python3 tests/prove/exports.py

bench: ## speed, memory and store trips, printed (release build; SCALE=1)
	cargo build --release -p cairn-local -p cairn-tests --bin cairn --bin load
	SCALE=$(SCALE) python3 bench/bench.py

bench-files: ## upload and download of 1 GiB beside dd, printed (release build; SCALE=1, ROUNDS=3)
	cargo build --release -p cairn-local --bin cairn
	SCALE=$(SCALE) python3 bench/files.py

bench-reindex: ## the index made anew on a real OpenSearch beside raw _bulk, printed (release build; RECORDS=4000)
	cargo build --release -p cairn-local --bin cairn
	OPENSEARCH_PORT=$(OPENSEARCH_PORT) python3 bench/reindex.py

bench-lambda: ## start of the packaged Lambda binary: first poll, first reply with one read, CPU, connections (after make package)
	python3 bench/start.py
	python3 bench/cold.py

snapshots: ## accept what the tests answer now; read the differences before committing
	INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test -p cairn-tests
	git --no-pager diff --stat

infra: build ## write the templates of functions, tables, queues, alarms anew, from the tables in the code
	target/debug/cairn-infra

package: ## target/package/{api,events}.zip for Lambda, and what is in them (ARCHITECTURE=arm64|x86_64)
	ARCHITECTURE=$(ARCHITECTURE) cargo xtask package

package-check: ## does the last commit give the same packages from two folders? (builds twice)
	ARCHITECTURE=$(ARCHITECTURE) cargo xtask package-check

deploy-local: build ## deploy the template and the programs to a stand-in for AWS, and go through them (PROFILE=debug, ASKED="story compat")
	PROFILE=$(PROFILE) python3 tests/deploy/run.py $(ASKED)

deploy-local-edge: build ## the same behind CloudFront, as far as a stand-in for AWS has it (PROFILE=debug)
	PROFILE=$(PROFILE) python3 tests/deploy/run.py edge

deploy-local-compat: build ## the tests of `make compat`, asked of the template on the same stand-in (ARGS="-k publish", PROFILE=debug)
	PROFILE=$(PROFILE) python3 tests/deploy/run.py compat $(ARGS)

deploy: package ## deploy to AWS, with `sam` and the account that it finds (PARAMETERS="Administrator=you@example.org …")
	sam deploy --template-file template.yaml --stack-name $(STACK) --resolve-s3 \
		--capabilities CAPABILITY_IAM --parameter-overrides Architecture=$(ARCHITECTURE) $(PARAMETERS)

docs: ## the documentation of the code, in target/doc
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

.PHONY: help run build check fmt clippy tidy deny advisories test test-rust test-infra test-scripts tools compat prove $(PROOFS) \
	prove-scale chaos bench bench-files bench-reindex bench-lambda snapshots infra lint-template package package-check deploy-local deploy-local-edge deploy-local-compat deploy docs
