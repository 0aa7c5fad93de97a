# breakeven: `make help` lists the targets. Everything that is built goes to build/.

VERSION = 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
CC ?= cc
CFLAGS ?= -O2 -g
WERROR ?= # -Werror where we check, none where a newer compiler knows a new warning
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion $(WERROR)

# OPENMP= builds without it. Lists are expanded when a recipe runs, not before: `make deps bench` installs the libraries first.
OPENMP ?= -fopenmp
# PTHREADPOOL= and GLIB= build without these; else they are looked for once, when a recipe first needs to know.
PTHREADPOOL ?= $(eval PTHREADPOOL := $(shell flags=$$(pkg-config --cflags pthreadpool 2>/dev/null); \
	$(CC) $(CPPFLAGS) $$flags -include pthreadpool.h -E -x c /dev/null >/dev/null 2>&1 && \
	echo "-DHAVE_PTHREADPOOL $$flags"))$(PTHREADPOOL)
GLIB ?= $(eval GLIB := $(shell flags=$$(pkg-config --cflags glib-2.0 2>/dev/null) && \
	echo "-DHAVE_GLIB $$flags"))$(GLIB)
PACKAGES = hwloc gsl jansson inih zlib
ALL_CPPFLAGS = -D_GNU_SOURCE -I. -I$(BUILD) $(shell pkg-config --cflags $(PACKAGES)) $(PTHREADPOOL) $(GLIB) \
	$(CPPFLAGS)
# Functions begin at cache lines: what is changed elsewhere moves no loop that is measured to another place within one.
ALL_CFLAGS = -std=gnu17 -pthread -falign-functions=64 $(or $(OPENMP),-Wno-unknown-pragmas) $(WARNINGS) $(CFLAGS)
# All symbols are bound at the start: a forked child would bind those that it needs, each child again.
ALL_LDFLAGS = -pthread -Wl,-z,now $(OPENMP) $(CFLAGS) $(LDFLAGS)
LIBS = $(shell pkg-config --libs $(PACKAGES)) -lcsv -lm -ldl
TEST_LIBS = $(shell pkg-config --libs cmocka)

PROGRAM = $(BUILD)/breakeven
SOURCES = $(filter-out %/main.c strategies/image/server.c,$(wildcard bench/*.c bench/*/*.c strategies/*.c strategies/*/*.c))
# Fuzz targets are tests too: with replay.c each runs its corpus, with libFuzzer in its place it looks for more.
FUZZERS = $(patsubst tests/%.c,$(BUILD)/tests/%,$(filter-out %/replay.c,$(wildcard tests/fuzz/*.c)))
FUZZ_MAIN = $(BUILD)/tests/fuzz/replay.o
TESTS = $(patsubst tests/%.c,$(BUILD)/tests/%,$(shell find tests -name 'test_*.c')) $(FUZZERS)
OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o)
TORTURE = $(BUILD)/tests/torture/kills

# What spawn and forkserver exec: built in, and small, so that it starts fast.
IMAGE_SOURCES = $(wildcard strategies/image/*.c bench/work/*.c) bench/work.c bench/batch.c \
	$(addprefix bench/base/,affinity.c cgroup.c clock.c error.c limits.c memory.c parse.c text.c) \
	$(addprefix strategies/common/,alive.c carrier.c children.c) strategies/usage.c
IMAGE_LIBS = $(shell pkg-config --libs zlib) -lm
IMAGE_OBJECTS = $(IMAGE_SOURCES:%.c=$(BUILD)/%.o)
SCRIPTS = .ci/run .ci/deps.sh .ci/base.sh .ci/regress.sh bench/completions/breakeven.bash \
	$(wildcard tests/*.sh tests/*/*.sh)

.DEFAULT_GOAL = help
.PHONY: all deps deps-lint bench test torture trace floors report regress baseline asan ubsan tsan valgrind fuzz \
	fuzzers lint format install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM) ## build breakeven

help: ## this list (what `make` alone does)
	@LC_ALL=C grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | \
		LC_ALL=C sed -E 's/:[^#]*## ?/\t/' | awk -F '\t' '{printf "  make %-10s %s\n", $$1, $$2}'
	@echo "bench takes SUITE WORK SIZES WORKERS JOBS STRATEGIES SCHEDULE CHUNK ENV PARENT_MIB"
	@echo "  PARENT_PAGES PAYLOAD TRANSPORT BIND SPIN IDLE NEIGHBOURS"
	@echo "  INPUT BUDGET PRECISION ROUNDS SEED TIMEOUT JOB_TIMEOUT RETRIES OUT;"
	@echo "  trace takes STRATEGY WORK SIZE JOBS WORKERS TEMPERATURE SCHEDULE CHUNK"
	@echo "  PAYLOAD TRANSPORT TAKES OUT FORCE=yes;"
	@echo "  floors takes WORKERS ROUNDS; report takes DIR;"
	@echo "  regress takes BASE NEW SUITE BUDGET ROUNDS THRESHOLD METRIC ADVISORY OUT"

deps: ## install what is missing (apt, dnf, pacman or apk)
	@.ci/deps.sh

deps-lint: ## the same, with the tools of lint, asan, tsan and valgrind
	@.ci/deps.sh lint

# With -j, what is built waits for what is installed in the same call.
ifneq ($(filter deps deps-lint,$(MAKECMDGOALS)),)
INSTALLED = $(filter deps deps-lint,$(MAKECMDGOALS))
endif

# ------------------------------------------------------------------------------- building

# V=1 shows the commands.
Q = $(if $(V),,@)

# Changed flags, compiler or commit rebuild what depends on them.
$(BUILD)/flags: FORCE | $(INSTALLED)
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS)' | cmp -s - $@ || \
		echo '$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS)' > $@

COMMIT = $(shell git describe --always --dirty 2>/dev/null || echo unknown)
$(BUILD)/build_facts.h: FORCE | $(INSTALLED)
	@mkdir -p $(@D)
	@printf '#define BUILD_VERSION "%s"\n#define BUILD_COMMIT "%s"\n#define BUILD_FLAGS "%s"\n' \
		'$(VERSION)' '$(COMMIT)' '$(strip $(CFLAGS) $(OPENMP))' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC $@'
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/bench/host.o: $(BUILD)/build_facts.h
$(BUILD)/bench/assets.o: $(wildcard bench/suites/*.ini plots/*.gp bench/report/page/*) $(BUILD)/image-static $(BUILD)/image-dynamic

$(BUILD)/image-dynamic: $(IMAGE_OBJECTS)
	@echo '  LD $@'
	$(Q)$(CC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(IMAGE_LIBS) -o $@

# Where a library has no static form both are the same; with sanitizers too, since what they need does not run there.
STATIC = $(if $(findstring -fsanitize,$(CFLAGS)),,-static -s)
$(BUILD)/image-static: $(IMAGE_OBJECTS) | $(BUILD)/image-dynamic
	@echo '  LD $@'
	$(Q){ $(CC) $(STATIC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(IMAGE_LIBS) -o $@ && $@ nothing; } 2>/dev/null || cp $(BUILD)/image-dynamic $@

$(PROGRAM): $(BUILD)/bench/main.o $(OBJECTS)
	@echo '  LD $@'
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(LIBS) -o $@

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(OBJECTS)
	@echo '  LD $@'
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(LIBS) $(TEST_LIBS) -o $@

$(FUZZERS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(FUZZ_MAIN) $(OBJECTS)
	@echo '  LD $@'
	$(Q)$(CC) $(ALL_LDFLAGS) $(FUZZ_LDFLAGS) $^ $(LIBS) $(TEST_LIBS) -o $@

fuzzers: $(FUZZERS)

-include $(OBJECTS:.o=.d) $(TESTS:=.d) $(TORTURE).d $(FUZZ_MAIN:.o=.d) $(BUILD)/bench/main.d $(BUILD)/strategies/image/main.d

# ------------------------------------------------------------------------------- running

option = $(if $($(1)),--$(2) '$($(1))')
BENCH_OPTIONS = $(call option,WORK,work) $(call option,SIZES,sizes) $(call option,WORKERS,workers) \
	$(call option,JOBS,jobs) $(call option,STRATEGIES,strategies) \
	$(call option,SCHEDULE,schedule) $(call option,CHUNK,chunk) $(call option,ENV,env) \
	$(call option,PARENT_MIB,parent-mib) $(call option,PARENT_PAGES,parent-pages) \
	$(call option,BIND,bind) $(call option,SPIN,spin) $(call option,IDLE,idle) \
	$(call option,NEIGHBOURS,neighbours) $(call option,PAYLOAD,payload) $(call option,TRANSPORT,transport) \
	$(call option,INPUT,input) $(call option,BUDGET,budget) $(call option,ROUNDS,rounds) \
	$(call option,PRECISION,precision) \
	$(call option,SEED,seed) $(call option,TIMEOUT,timeout) $(call option,JOB_TIMEOUT,job-timeout) \
	$(call option,RETRIES,retries) $(call option,OUT,out)

bench: $(PROGRAM) ## measure SUITE (default, quick, article or an .ini), write CSV, draw plots
	$(PROGRAM) run $(SUITE) $(BENCH_OPTIONS)
	@$(if $(OUT),,ln -sfn ../results/latest/plots plots/latest)

trace: $(PROGRAM) ## who ran which job of one batch, and when
	$(PROGRAM) trace $(call option,STRATEGY,strategy) $(call option,WORK,work) \
		$(call option,SIZE,size) $(call option,JOBS,jobs) $(call option,WORKERS,workers) \
		$(call option,TEMPERATURE,temperature) $(call option,SCHEDULE,schedule) \
		$(call option,CHUNK,chunk) $(call option,PAYLOAD,payload) $(call option,TRANSPORT,transport) \
		$(call option,TAKES,takes) $(call option,OUT,out) $(if $(FORCE),--force)

# What README shows; pages and pictures of both come from the files that lie beside them.
EXAMPLE = results/examples/two-cpus
EXAMPLES = $(EXAMPLE) $(EXAMPLE)-peers
.PHONY: example pictures
example: $(PROGRAM) ## measure the runs that README shows again, on this machine
	$(PROGRAM) run default --budget 300s --formats svg --force --out $(EXAMPLE)
	$(PROGRAM) run peers --formats svg --force --out $(EXAMPLE)-peers
	gzip -9 --force --no-name $(EXAMPLES:=/samples.csv)
	$(MAKE) pictures

pictures: $(PROGRAM) ## draw README's pictures again, from the runs in results/examples
	$(foreach run,$(EXAMPLES),$(PROGRAM) report $(run) --quiet --formats svg &&) true

floors: $(PROGRAM) ## what this machine can do at best, and how near each strategy comes
	$(PROGRAM) floors $(call option,WORKERS,workers) $(call option,ROUNDS,rounds)

DIR ?= results/latest
report: $(PROGRAM) ## tables and plots of the run in DIR again
	$(PROGRAM) report $(DIR)

# BASE is a commit, tag or program, which is compared with this build in the same rounds; or a folder with a run, and then NEW
# is one too (default: a fresh run).
BASE ?= results/baseline
REGRESS = $(or $(OUT),$(BUILD)/regress)
REGRESS_OPTIONS = $(call option,THRESHOLD,threshold) $(call option,METRIC,metric) $(if $(filter yes 1,$(ADVISORY)),--advisory)
REGRESS_MEASURING = $(call option,BUDGET,budget) $(call option,ROUNDS,rounds)
regress: export BREAKEVEN = $(PROGRAM)
regress: export REGRESS_OUT = $(REGRESS)
regress: $(PROGRAM) ## compare this build with BASE (a commit, a program, or a run); fails where it got slower
	+@MAKE='$(MAKE)' .ci/regress.sh $(REGRESS_OPTIONS) -- $(REGRESS_MEASURING)

baseline: $(PROGRAM) ## measure results/baseline again, on this machine
	$(PROGRAM) run quick --force --out results/baseline
	rm -rf results/baseline/plots results/baseline/samples.csv

.PHONY: handicap selftest
handicap: ## the build whose jobs `make selftest` slows down
	$(MAKE) BUILD=$(BUILD)/handicap CPPFLAGS='$(CPPFLAGS) -DBREAKEVEN_HANDICAP' all

selftest: $(PROGRAM) handicap ## how often the regression check errs on this machine, and what it finds
	$(PROGRAM) compare --selftest $(BUILD)/handicap/breakeven $(call option,BUDGET,budget)

# ------------------------------------------------------------------------------- checking

# FAULTS=no leaves tests/faults/ out.
test: $(PROGRAM) $(TESTS) $(TORTURE) ## build and run all tests
	@BREAKEVEN=$(PROGRAM) tests/run.sh $(if $(filter no,$(FAULTS)),--no-faults) $(TESTS)

# One kill a batch for Python's pools, since they do not outlive it; most batches of Pool end by their deadline.
KILLS ?= 1000
PEER_KILLS ?= 20
torture: $(TORTURE) ## kill workers at random instants (KILLS), Python's too (PEER_KILLS), and count what is lost
	@echo tool,kills,hangs,jobs,crashed,lost,twice,wrong,noticed_p99_ms
	@$(TORTURE) $(KILLS) forkpool
	@$(TORTURE) $(KILLS) forkteam
	@if command -v python3 >/dev/null; then tests/torture/peers.py $(PEER_KILLS); else echo "python3: not installed" >&2; fi

asan: ## the tests with address and undefined-behaviour sanitizers
	$(MAKE) BUILD=build/asan BREAKEVEN_TEST_JOBS=1000 \
		CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' test

ubsan: ## the tests with the undefined-behaviour sanitizer alone, by clang
	$(MAKE) BUILD=build/ubsan CC=clang BREAKEVEN_TEST_JOBS=1000 \
		CFLAGS='-O1 -g -fsanitize=undefined -fno-sanitize-recover=all' test

# First all but what runs in libraries that are not built for this sanitizer (OpenMP, pthreadpool, GLib): their threads wait
# for each other by futexes of their own, so that all that one hands to another looks like a race. Then openmp by clang, whose
# libomp tells what it does by libarcher; but not that it uses a task's memory again for the next, so openmp-tasks is left
# out. The command line is, too, since its runs have OpenMP in them.
TSAN_CFLAGS = -O1 -g -fsanitize=thread
TSAN_TESTS = $(TESTS:$(BUILD)/%=build/tsan/%)
TSAN_OMP_TESTS = $(patsubst %,build/tsan-omp/tests/strategies/test_%,strategies payload crashes leaks)
ARCHER = $(wildcard $(shell clang -print-resource-dir 2>/dev/null)/../../libarcher.so)
tsan: ## the test programs with the thread sanitizer
	$(MAKE) BUILD=build/tsan CFLAGS='$(TSAN_CFLAGS)' build/tsan/breakeven $(TSAN_TESTS)
	BREAKEVEN=build/tsan/breakeven BREAKEVEN_TEST_JOBS=1000 \
		BREAKEVEN_TEST_STRATEGIES=serial,fork,spawn,forkserver,forkpool,forkteam,threads,threadpool \
		tests/run.sh --programs $(TSAN_TESTS)
	$(if $(ARCHER),$(MAKE) tsan-omp,@echo 'OpenMP is left out: no clang, or no libarcher beside its libomp')

.PHONY: tsan-omp
tsan-omp:
	$(MAKE) BUILD=build/tsan-omp CC=clang CFLAGS='$(TSAN_CFLAGS)' $(TSAN_OMP_TESTS)
	OMP_TOOL_LIBRARIES=$(ARCHER) TSAN_OPTIONS=ignore_noninstrumented_modules=1 \
		BREAKEVEN_TEST_JOBS=1000 BREAKEVEN_TEST_STRATEGIES=openmp tests/run.sh --programs $(TSAN_OMP_TESTS)

valgrind: $(PROGRAM) $(TESTS) ## the unit tests under valgrind
	@BREAKEVEN=$(PROGRAM) BREAKEVEN_TEST_JOBS=100 tests/run.sh --valgrind $(TESTS)

FUZZ_SECONDS ?= 30
# FUZZ_RUNS=1000000 ends each target after so many inputs, or after FUZZ_SECONDS.
fuzz: ## FUZZ_SECONDS (30) of libFuzzer for each parser, two at a time; needs clang
	@echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
		clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null || \
		{ echo 'fuzz: clang or its libFuzzer is missing; make deps-lint installs clang' >&2; exit 4; }
	+$(MAKE) BUILD=build/fuzz CC=clang OPENMP= PTHREADPOOL= GLIB= FUZZ_MAIN= FUZZ_LDFLAGS=-fsanitize=fuzzer \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=all -fno-omit-frame-pointer' \
		fuzzers
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_RUNS=$(FUZZ_RUNS) tests/fuzz/run.sh $(FUZZERS:$(BUILD)/%=build/fuzz/%)

FORMATTED = $(shell git ls-files '*.c' '*.h')
# cppcheck 2.10 takes the -1 of an anonymous mmap for a mistake.
lint: ## clang-format, cppcheck, shellcheck, mandoc and the include rules
	clang-format --dry-run -Werror $(FORMATTED)
	cppcheck --quiet --std=c17 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=invalidFunctionArg --error-exitcode=1 \
		-D_GNU_SOURCE -I. $(filter-out tests/%,$(filter %.c,$(FORMATTED)))
	shellcheck -x $(SCRIPTS)
	@if command -v mandoc >/dev/null; then mandoc -Tlint -Wwarning bench/man/breakeven.1; else \
		echo 'breakeven.1 is not checked: mandoc is not installed' >&2; fi
	tests/includes.sh

format: ## clang-format all sources in place
	clang-format -i $(FORMATTED)

# ------------------------------------------------------------------------------- installing

# Where shells and man look for them; the names are theirs.
SHARE = $(PREFIX)/share
MAN_PAGE = $(SHARE)/man/man1/breakeven.1
BASH_COMPLETION = $(SHARE)/bash-completion/completions/breakeven
ZSH_COMPLETION = $(SHARE)/zsh/site-functions/_breakeven
FISH_COMPLETION = $(SHARE)/fish/vendor_completions.d/breakeven.fish
DOCUMENTS = $(SHARE)/doc/breakeven
INSTALLED_FILES = $(PREFIX)/bin/breakeven $(MAN_PAGE) $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION) \
	$(DOCUMENTS)/README.md $(DOCUMENTS)/LICENSE

install: $(PROGRAM) ## install to PREFIX (default /usr/local) below DESTDIR
	install -D -m 755 $(PROGRAM) '$(DESTDIR)$(PREFIX)/bin/breakeven'
	install -D -m 644 bench/man/breakeven.1 '$(DESTDIR)$(MAN_PAGE)'
	install -D -m 644 bench/completions/breakeven.bash '$(DESTDIR)$(BASH_COMPLETION)'
	install -D -m 644 bench/completions/_breakeven '$(DESTDIR)$(ZSH_COMPLETION)'
	install -D -m 644 bench/completions/breakeven.fish '$(DESTDIR)$(FISH_COMPLETION)'
	install -D -m 644 README.md '$(DESTDIR)$(DOCUMENTS)/README.md'
	install -D -m 644 LICENSE '$(DESTDIR)$(DOCUMENTS)/LICENSE'

# Folders that others use too stay in a live system; below DESTDIR those that are empty go.
uninstall: ## remove what install put there
	rm -f $(foreach file,$(INSTALLED_FILES),'$(DESTDIR)$(file)')
	$(if $(DESTDIR),cd '$(DESTDIR)' && for folder in $(foreach file,$(INSTALLED_FILES),'.$(dir $(file))'); do \
		rmdir -p "$$folder" 2>/dev/null || true; done,rmdir '$(DOCUMENTS)' 2>/dev/null || true)

clean: ## remove build/
	rm -rf build
