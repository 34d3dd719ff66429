# Everything this project does, one target each. `make demo` and `make test` need python3 (3.11 or later), make and nothing else.

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
ENGINE_WORKERS ?= 3 # a third one works while the others wait for an engine
SLOWEST := --durations 10 --durations-min 2
ELSEWHERE := real_engine frozen faults security client languages policies versions browser site # tests of other targets

AWS_TESTS := tests/recording/s3 tests/recording/iam tests/recording/test_ignored_changes.py tests/recording/test_default_tags.py \
	tests/real_engine/storage/test_storage.py tests/real_engine/storage/test_storage_drift.py
VERSION_TOOLS := hypothesis pytest pytest-xdist rich
VERSION_TESTS := tests/native tests/dynamic tests/frozen tests/real_engine/test_conversation.py tests/real_engine/objects/test_persona.py \
	tests/real_engine/storage/test_storage.py tests/real_engine/test_native_yaml.py tests/real_engine/test_change_of_plugin.py
NEW_PYTHON ?= $(shell for python in $(PYTHON) python3.13 python3.14 $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.1[3-9]*/bin/python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 13))' 2> /dev/null && echo $$python && break; done)

.PHONY: help demo test test-fast lint docs picture types unit engine-tests test-faults test-contract test-client test-policies test-languages test-browser screenshots site test-site sdks test-security test-aws test-versions bench bench-check bench-scale engine wheel clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/demo engine ## Run the main job offline on the real engine, step by step (KEEP=1 leaves it up)
	@$(BIN)/python -m tools.demo $(if $(KEEP),--keep)

test: lint types unit engine-tests ## Run every check and test

lint: .venv/ready ## Check style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m tools.docs --check

docs: .venv/ready ## Write docs/ from the field tables
	$(BIN)/python -m tools.docs

picture: .venv/ready engine ## Write docs/preview.svg from what a real preview prints
	@$(BIN)/python -m tools.picture

types: .venv/ready ## Check types, strictly
	$(BIN)/mypy tavus_provider tests tools benchmarks
	@for program in __main__.py examples/*/*.py; do \
	    MYPYPATH=$$(dirname $$program) $(BIN)/mypy --no-error-summary --command "$$(cat $$program)" || { echo "in $$program"; exit 1; }; \
	done

unit: .venv/ready ## Run the fast tests: units, sandbox, contract
	$(BIN)/pytest -n $(WORKERS) $(SLOWEST) $(addprefix --ignore tests/,$(ELSEWHERE))

test-fast: .venv/ready ## Run the tests that need no engine, no AWS, no installation and no other process: for the inner loop
	$(BIN)/pytest -n $(WORKERS) $(addprefix --ignore tests/,$(ELSEWHERE) recording cli tools benchmarks test_package.py)

engine-tests: .venv/ready engine ## Run the tests that drive the real engine
	$(BIN)/pytest -n $(ENGINE_WORKERS) $(SLOWEST) tests/real_engine tests/frozen tests/faults/test_sample.py

test-faults: .venv/ready engine ## Run the fault matrix and the random walks: lost, duplicates and left have to be 0 (PLUGIN=native)
	$(BIN)/pytest -n $(WORKERS) --plugin $(or $(PLUGIN),dynamic) tests/faults --ignore tests/faults/test_sample.py

test-languages: .venv/ready engine sdks ## Run the programs in TypeScript and Go on the real engine (minutes and 400 MB the first time)
	$(BIN)/pytest tests/languages

test-browser: .venv/browser ## Use the pages of the local Tavus in a real browser
	$(BIN)/pytest tests/browser

screenshots: .venv/browser ## Write docs/room.png and docs/dashboard.png
	@$(BIN)/python -m tools.browser

site: .venv/site ## Write the documentation as a website into build/site: a link that leads nowhere is an error
	@$(BIN)/python -m tools.site

test-site: .venv/site .venv/browser ## Check the website: links, tabs, navigation, search in a real browser, nothing from elsewhere
	$(BIN)/pytest tests/site

sdks: .languages/ready ## Write the SDKs for TypeScript and Go into sdk/

test-contract: .venv/contract ## Compare with Tavus's own document, and fuzz the sandbox: OPENAPI=path/to/openapi.yml
	@test -n "$(OPENAPI)" || { echo "say where Tavus's document is: make test-contract OPENAPI=path/to/openapi.yml"; exit 2; }
	OPENAPI=$(OPENAPI) $(BIN)/pytest tests/contract

test-client: .venv/ready .venv-client/ready ## Let Tavus's own command-line client work with the local Tavus
	$(BIN)/pytest -n $(WORKERS) tests/client

test-policies: engine .venv-policies/ready ## Run the policy pack with its own SDK and on the real engine
	.venv-policies/bin/pytest -n $(WORKERS) tests/policies

test-security: .venv/ready engine .venv-security/ready ## Let scanners of third parties judge what is deployed
	$(BIN)/pytest --show-capture=no tests/security

test-aws: .venv/ready engine .venv-aws/ready ## Run the tests of buckets and roles on two readings of AWS: moto and LocalStack
	$(BIN)/pytest -n $(WORKERS) $(AWS_TESTS)
	$(BIN)/pytest --aws localstack -m "not moto" $(AWS_TESTS)

test-versions: .venv/ready engine .versions/oldest/pulumi .versions/lowest/ready .versions/newest/ready ## Run the core of the tests with the oldest engine and packages, and with a newer Python
	PATH="$(CURDIR)/.versions/oldest:$$PATH" $(BIN)/pytest -n $(WORKERS) $(VERSION_TESTS)
	.versions/lowest/bin/pytest -n $(WORKERS) $(VERSION_TESTS)
	.versions/newest/bin/pytest -n $(WORKERS) $(VERSION_TESTS)
	$(BIN)/pytest -n $(WORKERS) tests/versions

bench: .venv-bench/ready engine ## Measure, check the targets, write docs/performance.md (QUICK=1, or GROUPS=1,4 SIZES=1,10 REPEAT=5)
	@.venv-bench/bin/python -m benchmarks --command "$(strip make bench $(MAKEOVERRIDES))" $(if $(QUICK),--quick) \
		$(if $(GROUPS),--groups $(GROUPS)) $(if $(SIZES),--sizes $(SIZES)) $(if $(DELAYS),--delays $(DELAYS)) \
		$(if $(WIDTHS),--widths $(WIDTHS)) $(if $(REPEAT),--repeat $(REPEAT)) $(if $(PAGES),--pages)

bench-check: .venv-bench/ready engine ## Measure a part again: fails if a ratio is more than a fifth above the kept one
	@.venv-bench/bin/python -m benchmarks --check

bench-scale: .venv-bench/ready engine ## Measure 1000 conversations in one stack and in several, write docs/scale.md (QUICK=1, or SIZES=100,500)
	@.venv-bench/bin/python -m benchmarks.scale --command "$(strip make bench-scale $(MAKEOVERRIDES))" $(if $(QUICK),--quick) \
		$(if $(SIZES),--sizes $(SIZES)) $(if $(PAGES),--pages)

engine: ## Find or get the real pulumi
	@tools/pulumi/pulumi version > /dev/null

wheel: .venv/ready ## Build the wheel into dist/
	$(BIN)/python -m build --wheel

.venv/demo: pyproject.toml requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12")'
	@echo "Making the environment .venv (half a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[local-aws]'
	@touch $@

.venv/ready: .venv/demo
	@echo "Adding what tests need to .venv (a minute, once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.venv/site: .venv/demo
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[site]'
	@touch $@

.venv/contract: .venv/ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,contract]'
	@touch $@

.venv/browser: .venv/ready
	@command -v chromium chromedriver > /dev/null || { test "$$(id -u)" = 0 && \
	    echo "Installing Debian's chromium (a minute, once)" && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium chromium-driver > /dev/null; } || \
	    { echo "A browser is needed: apt-get install chromium chromium-driver"; exit 2; }
	@touch $@

# What tests need would be loaded, too: httpx takes along trio, which the driver of the browser brings.
.venv-bench/ready: pyproject.toml requirements.txt
	@echo "Making .venv-bench, which has what users have (half a minute, once)"
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

.venv-client/ready: tests/client/requirements.txt
	@echo "Making the client's environment in .venv-client (half a minute, once)"
	@$(PYTHON) -m venv --clear .venv-client
	@.venv-client/bin/pip install --quiet --disable-pip-version-check --requirement tests/client/requirements.txt
	@touch $@

.venv-policies/ready: tests/policies/requirements.txt pyproject.toml requirements.txt
	@echo "Making .venv-policies, with the SDK for policies (a minute, once)"
	@$(PYTHON) -m venv --clear .venv-policies
	@.venv-policies/bin/pip install --quiet --disable-pip-version-check --requirement tests/policies/requirements.txt \
	    --editable '.[testing]' $(VERSION_TOOLS)
	@touch $@

.venv-security/ready: tests/security/requirements-policies.txt tests/security/requirements-prowler.txt
	@echo "Making the scanners' environments in .venv-security (minutes and 2.6 GB, once)"
	@for scanners in policies prowler; do \
	    $(PYTHON) -m venv --clear .venv-security/$$scanners || exit 1; \
	    .venv-security/$$scanners/bin/pip install --quiet --disable-pip-version-check \
	        --requirement tests/security/requirements-$$scanners.txt || exit 1; \
	done
	@touch $@

.languages/ready: tavus_provider/native/schema.json tools/pulumi/languages.py $(wildcard tools/pulumi/nodejs/* tools/pulumi/golang/* tools/pulumi/sdks/*)
	@$(PYTHON) tools/pulumi/languages.py tavus_provider/native/schema.json .languages sdk
	@touch $@

.venv-aws/ready: tests/support/aws/requirements-localstack.txt
	@test -n "$(NEW_PYTHON)" || { echo "LocalStack needs Python 3.13 or later: make test-aws NEW_PYTHON=path/to/python3.13"; exit 2; }
	@echo "Making LocalStack's environment .venv-aws (two minutes and 500 MB, once)"
	@$(NEW_PYTHON) -m venv --clear .venv-aws
	@.venv-aws/bin/pip install --quiet --disable-pip-version-check --requirement tests/support/aws/requirements-localstack.txt
	@touch $@

.versions/oldest/pulumi: tools/pulumi/oldest.py tools/pulumi/oldest/go.mod tools/pulumi/oldest/go.sum
	@$(PYTHON) tools/pulumi/oldest.py .versions/oldest
	@touch $@

.versions/lowest/ready: pyproject.toml requirements.txt
	@echo "Making .versions/lowest, with the oldest packages (a minute, once)"
	@$(PYTHON) -m venv --clear .versions/lowest
	@sed -n 's/^\([A-Za-z_0-9]*\)>=\([0-9.]*\).*/\1==\2/p' requirements.txt > .versions/lowest/lowest.txt
	@.versions/lowest/bin/pip install --quiet --disable-pip-version-check --constraint .versions/lowest/lowest.txt \
	    --editable '.[local-aws]' $(VERSION_TOOLS)
	@touch $@

.versions/newest/ready: pyproject.toml requirements.txt
	@test -n "$(NEW_PYTHON)" || { echo "A Python from 3.13 on is needed: make test-versions NEW_PYTHON=path/to/python3.13"; exit 2; }
	@echo "Making .versions/newest, with a newer Python (a minute, once)"
	@$(NEW_PYTHON) -m venv --clear .versions/newest
	@.versions/newest/bin/pip install --quiet --disable-pip-version-check --editable '.[local-aws]' $(VERSION_TOOLS)
	@touch $@

clean: ## Remove what was made here (the engine stays in the user's cache)
	rm -rf .languages .versions sdk .venv .venv-bench .venv-client .venv-policies .venv-security .venv-aws build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
