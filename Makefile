# The ways into kiosk. Each target sets up what it needs, quickly when it is there already.
# KIOSK_* settings reach kiosk from the environment and from the command line: make demo KIOSK_PORT=8123
.DEFAULT_GOAL := help
.PHONY: help demo quick test later pooled test-all loaded check bench fleet faults screenshots translations pins setup clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do \
	  printf '  make %-13s %s\n' "$$name" "$$what"; done

demo: ## a demo school on http://127.0.0.1:8000 (KIOSK_PORT and KIOSK_DATA_DIR are honoured)
	@sh scripts/setup.sh build
	@exec .venv/bin/kiosk demo

quick: ## a minute: verbs and rules on SQLite, without pages, processes or a browser
	@sh scripts/setup.sh test
	@sh scripts/test.sh quick

test: ## before each push: verbs on both databases, pages, a browser (ARGS="tests/report -k card": only some)
	@sh scripts/setup.sh test
	@sh scripts/test.sh main $(ARGS)

later: ## what CI adds: every kind of page in a browser, faults, PostgreSQL, of long lists a part
	@sh scripts/setup.sh test
	@sh scripts/test.sh later

pooled: ## tests of PostgreSQL once more, through PgBouncer with two connections (part of later)
	@sh scripts/setup.sh test
	@sh scripts/pooled.sh

test-all: ## every test there is, before a release: every lesson, page, language and size
	@$(MAKE) --no-print-directory test
	@sh scripts/test.sh rest

loaded: ## FILES="tests/browser/test_waiting.py": these tests twenty times beside two busy loops
	@sh scripts/setup.sh test
	@sh scripts/loaded.sh $(FILES)

check: ## style, types, layers, templates, security, content, known vulnerabilities (under a minute)
	@sh scripts/setup.sh test
	@sh scripts/check.sh

bench: ## measure what the pages of a full school cost, on SQLite and PostgreSQL (BENCH_POSTGRESQL=address: that one)
	@sh scripts/setup.sh test
	@exec .venv/bin/python -m tools.bench

fleet: ## break each part of docs/trust.md under a class, for half an hour, as root (FAULTS="kill cut": those alone)
	@sh scripts/setup.sh test
	@exec .venv/bin/python -m tools.fleet $(FAULTS)

faults: ## the long tests: power cuts, full disks, load
	@sh scripts/setup.sh test
	@sh scripts/faults.sh

screenshots: ## take the pictures of every page
	@sh scripts/setup.sh test
	@CHROMIUM="$$(sh scripts/chromium.sh)" && export CHROMIUM && exec .venv/bin/python scripts/screenshots.py

translations: ## collect new texts into translations/*.po
	@sh scripts/setup.sh build
	@sh scripts/translations.sh

pins: ## write requirements/*.txt again after a change of pyproject.toml (UPGRADE=1: newest allowed)
	@sh scripts/setup.sh build
	@sh scripts/pins.sh

setup: ## only make .venv ready for work
	@sh scripts/setup.sh test

clean: ## remove what make made, except a school's data
	rm -rf .venv kiosk/static/built dist build .mypy_cache .ruff_cache .hypothesis .import_linter_cache
