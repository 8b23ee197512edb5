# The two commands are `make demo` and `make test`; `make help` lists the others. Everything that is built goes below build/.

JOBS ?= $(shell nproc)
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
export CCACHE_SLOPPINESS := pch_defines,time_macros

LOADGEN := build/release/loadgen
# Of `make simulate`.
SEEDS ?= 1000
FROM ?= 1
# A test counts twice, but for those that wait for timers and for TCP nearly all their time (PROCESSORS in tests/).
CTEST = ctest --output-on-failure --no-tests=error -j $(shell expr 2 \* $(JOBS) + 2)

.PHONY: help demo test build bench simulate soak lint package clean install-build install-test install-lint release asan tsan all-tests
.DEFAULT_GOAL := build

help:                   ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

demo: build             ## builds, then injects a full table of 1M routes into the embedded sink over 8 sessions
	@tools/demo.sh $(LOADGEN)

build: install-build release   ## build/release/loadgen

test: install-test all-tests   ## unit tests under sanitizers, real programs with the release binary
	@$(CTEST) --test-dir build/all-tests -LE soak

soak: install-test all-tests   ## what is too long for every day
	@cmake --build build/asan -j $(JOBS) -t barrage-soak-tests
	@cmake --build build/tsan -j $(JOBS) -t barrage-soak-tests
	@$(CTEST) --test-dir build/all-tests -L soak
	@$(MAKE) --no-print-directory fuzz SECONDS=$(SOAK_FUZZ_SECONDS)

simulate: install-test  ## SEEDS runs in the simulation, FROM this seed on; says which broke what
	$(call configure,release)
	@cmake --build build/release -j $(JOBS) -t simulate
	@build/release/tests/simulation/simulate SEEDS=$(SEEDS) FROM=$(FROM)

bench: install-test     ## what things cost; the comparison with the fastest sender there can be
	@cmake --preset release >build/release.log 2>&1 || { cat build/release.log; exit 1; }
	@cmake --build build/release -j $(JOBS)
	@for program in build/release/bench/*_bench; do "$$program" --benchmark_counters_tabular=true || exit 1; done
	@python3 bench/loops.py
	@python3 bench/compare.py --loadgen $(LOADGEN)

lint: install-lint      ## layout, clang-tidy, every header compiled alone
	@tools/lint.sh $(JOBS)

package:                ## a Debian package, build/package/barrage-bgp_*.deb
	@tools/install.sh build package
	@tools/package.sh build/package

clean:                  ## removes build/
	rm -rf build

install-build:
	@tools/install.sh build
install-test:
	@tools/install.sh build test sanitize
install-lint:
	@tools/install.sh build lint

# One tree after the other: each uses all cores by itself. Configuring is silent unless it fails.
define configure
@mkdir -p build && { cmake --preset $(1) >build/$(1).log 2>&1 || { cat build/$(1).log; exit 1; }; }
endef

release:
	$(call configure,release)
	@cmake --build build/release -j $(JOBS) -t barrage-loadgen

asan:
	$(call configure,asan)
	@cmake --build build/asan -j $(JOBS) -t barrage-tests

tsan:
	$(call configure,tsan)
	@cmake --build build/tsan -j $(JOBS) -t barrage-tests

# The tests of the three trees as one list, so that one ctest runs and counts all of them.
all-tests:
	@$(MAKE) --no-print-directory release
	@cmake --build build/release -j $(JOBS) -t barrage-tests barrage-bench
	@$(MAKE) --no-print-directory asan
	@$(MAKE) --no-print-directory tsan
	@mkdir -p build/all-tests
	@printf 'subdirs("%s")\n' $(foreach tree,release/tests asan/tests tsan/tests,"$(CURDIR)/build/$(tree)") >build/all-tests/CTestTestfile.cmake

SECONDS ?= 60
# Of each of the eleven targets in `make soak`, as many at once as there are cores: half an hour on two. More where there is time for it.
SOAK_FUZZ_SECONDS ?= 300
.PHONY: fuzz
fuzz:                   ## each decoder under libFuzzer for SECONDS, seeded by the shared data; finds are in build/fuzz
	@tools/install.sh build fuzz
	$(call configure,fuzz)
	@cmake --build build/fuzz -j $(JOBS) -t barrage-fuzz
	@python3 tests/fuzz/run.py build/fuzz $(SECONDS)
