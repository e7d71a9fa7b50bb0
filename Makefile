# Two commands do all: `make test` and `make lint`. Both run on a fresh machine that has Rust.
.PHONY: test test-yara lint services fmt bench limits load fuzz oracle endurance faults systemd

CARGO ?= cargo

# Everything that is claimed, the real Postfix, clamd and Redis included.
test: services
	$(CARGO) test --workspace --no-fail-fast

# What is left out of the others because of what it takes to build: rules of YARA as a scanner.
test-yara:
	$(CARGO) clippy -p tamis-scan -p tamis --features tamis/yara --all-targets --quiet -- -D warnings
	$(CARGO) test -p tamis-scan --features yara --test yara
	$(CARGO) test -p tamis --features yara --lib --test yara --test mutated_config --test docs

# What the tests run against. Installs Debian packages when it can, starts nothing, touches no mail set-up.
services:
	@sh packaging/test-services.sh

# Formatting, lints and documentation, warnings denied.
lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet

fmt:
	$(CARGO) fmt --all

bench:
	$(CARGO) bench -p tamis-benches

# The table of docs/limits.md: needs Python 3 and 4 GB of disk.
limits:
	$(CARGO) build --release -p tamis
	$(CARGO) run --release -p tamis-benches --example hard -- target/limits
	python3 benches/limits.py target/release/tamis target/limits

# The table of docs/benchmarks.md: processor time beside libmilter. Needs libmilter-dev, and a machine with little else to do.
load:
	$(CARGO) build --release -p tamis
	$(CARGO) run --release -p tamis-benches --example load -- target/release/tamis write=docs/benchmarks.md

# Each fuzz target for SECONDS (default 60); libFuzzer on the stable toolchain.
fuzz:
	@sh fuzz/run.sh $(or $(SECONDS),60)

# What Tamis delivers, before the eyes of other mail parsers: generated messages, or MAIL=DIR. See oracle/README.md.
oracle:
	$(CARGO) build -p tamis
	$(CARGO) build -p tamis-corpus --example ambiguous
	python3 oracle/oracle.py $(if $(MAIL),--mail "$(MAIL)") $(if $(EXCEPTIONS),--exceptions "$(EXCEPTIONS)") $(if $(SEED),--seed $(SEED)) \
		$(if $(COMBINATIONS),--combinations $(COMBINATIONS)) $(if $(ONLY),--only $(ONLY))

# Half an hour of mail through a real Postfix while policy and scanner change; SECONDS for another time, MAIL=DIR for more mail.
endurance:
	TAMIS_SECONDS=$(or $(SECONDS),1800) $(if $(MAIL),TAMIS_MAIL="$(MAIL)") $(CARGO) test --release -p tamis --test endurance -- --nocapture

# The daemon killed at, and failed by, every system call of the end of a message; `make test` takes a sample. Needs strace.
faults:
	TAMIS_FAULTS=all $(CARGO) test -p tamis --test fault_loops -- --nocapture kill:: errors::

# The units under a systemd of their own, in a container over a copy of this system. Needs root, systemd-nspawn and Python 3.
systemd:
	$(CARGO) build --release -p tamis
	sh packaging/systemd/check/run.sh target/release/tamis
