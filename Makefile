# guardian: every task is a target here; `make` alone lists them.
VENV := .venv
PYTHON := $(VENV)/bin/python
TEST_PACKAGES := unbound dnsdist nsd knot knot-dnsutils curl nginx-light minisign dnsmasq-base \
	bind9-dnsutils squid haproxy stubby knot-resolver nftables chromium chromium-driver gcc \
	libc6-dev iproute2 udhcpc debhelper dpkg-dev age
BENCH_PACKAGES := $(shell cat benchmarks/packages.txt)

DEBIAN_ROOT := /var/cache/guardian/debian-12
# Not guardian's own needs: those are Debian's.
DEBIAN_TEST_TOOLS := pytest pytest-timeout hypothesis aiosmtpd playwright axe-playwright-python scapy
DEBIAN_TESTS := tests/client tests/cli tests/lists tests/network tests/policy tests/safety tests/service \
	tests/settings tests/store tests/dns tests/end_to_end

FUZZED := tests/dns/test_fuzz.py tests/dns/test_proxied.py tests/dns/test_sieve.py \
	tests/dns/test_behind.py tests/dns/test_wire.py tests/dns/http

.DEFAULT_GOAL := help
.PHONY: help run test fuzz format messages screenshots bench bench-quick bench-policy bench-pages bench-lists bench-streams bench-overload clean packages bench-packages deb release debian-root test-debian

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

$(VENV)/run: pyproject.toml
	@python3 -c 'import ensurepip' 2>/dev/null || sh packaging/debian-packages python3-venv
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --editable .
	$(PYTHON) -m guardian.web.compiled
	@touch $@

$(VENV)/dev: $(VENV)/run
	$(PYTHON) -m pip install --quiet --editable '.[dev]'
	@touch $@

run: $(VENV)/run  ## install into .venv and start guardian with the example household
	@mkdir -p .state && cp -n config/home.yaml .state/home.yaml  # the pages write into this copy
	@exec $(VENV)/bin/guardian run --config .state/home.yaml --state .state

packages:
	@sh packaging/debian-packages $(TEST_PACKAGES)

bench-packages:
	@sh packaging/debian-packages $(BENCH_PACKAGES)

test: packages $(VENV)/dev  ## install what the tests need, then lint, types and all tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	PYTHONHASHSEED=0 $(PYTHON) -m pytest -n auto --dist loadfile

deb:  ## build the Debian package into dist/
	@sh packaging/debian-packages dpkg-dev debhelper
	@sh packaging/deb

release: $(VENV)/dev  ## build wheel, sdist, SBOM and digests of the last commit into dist/; KEY=minisign.key signs
	$(PYTHON) packaging/release.py --into dist $(if $(KEY),--key $(KEY))

debian-root:  ## make the small Debian in which tests/packaging install it (as root)
	@sh packaging/debian-packages mmdebstrap
	sh packaging/debian-root $(DEBIAN_ROOT)

test-debian:  ## run the tests that need no browser with Debian's own versions of what guardian uses
	@sh packaging/debian-packages $(TEST_PACKAGES) $(shell sh packaging/debian-needs) apprise python3-tqdm
	/usr/bin/python3 -m venv --system-site-packages $(VENV)-debian
	$(VENV)-debian/bin/pip install --quiet $(DEBIAN_TEST_TOOLS)
	@echo $(CURDIR) > $$($(VENV)-debian/bin/python -c 'import site; print(site.getsitepackages()[0])')/guardian.pth
	$(VENV)-debian/bin/python -m guardian.web.compiled
	PYTHONHASHSEED=0 $(VENV)-debian/bin/python -m pytest $(DEBIAN_TESTS)

fuzz: $(VENV)/dev  ## give all that reads the wire odd bytes, for some minutes
	$(PYTHON) -m pytest -q --hypothesis-profile=fuzz --timeout=0 $(FUZZED)

format: $(VENV)/dev  ## put the code into its form
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

messages: $(VENV)/dev  ## gather all sentences for translators
	$(PYTHON) -m guardian.web.messages

screenshots: packages $(VENV)/dev  ## take the pictures of docs/, and one of every page into .screenshots
	$(PYTHON) -m tests.web.screenshots .screenshots

bench: bench-packages $(VENV)/dev  ## measure guardian beside its peers
	$(PYTHON) -m benchmarks

bench-policy: bench-packages $(VENV)/dev  ## the policy alone: a school and a city compiled
	$(PYTHON) -m benchmarks --policy

bench-pages: bench-packages $(VENV)/dev  ## the pages of 100 people with a million rows, and what is written
	$(PYTHON) -m benchmarks --pages
	$(PYTHON) -m benchmarks --storage

bench-streams: bench-packages $(VENV)/dev  ## TCP and TLS beside dnsdist, and idle connections
	$(PYTHON) -m benchmarks --streams

bench-overload: bench-packages $(VENV)/dev  ## three times what can be answered, and a silent upstream
	$(PYTHON) -m benchmarks --overload

bench-lists: bench-packages $(VENV)/dev  ## what 200 k, 1 M and 5 M names cost, beside the peers
	$(PYTHON) -m benchmarks --lists

bench-quick: bench-packages $(VENV)/dev  ## the same in under a minute, beside dnsdist only
	$(PYTHON) -m benchmarks --quick

clean:  ## remove what the other targets made
	rm -rf $(VENV) $(VENV)-debian dist .state .mypy_cache .pytest_cache .ruff_cache .hypothesis
