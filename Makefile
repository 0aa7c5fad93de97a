# breakeven: `make help` lists the targets. Everything that is built goes to build/.

VERSION = 0.1.0

# What each target takes, by the names of the program's options: JOB_TIMEOUT is --job-timeout. .ci/options.sh makes them of
# it again; they reach it by the environment, never as a part of a shell's text. ARGS is anything else, with blanks between.
all_takes = BUILD OPENMP PTHREADPOOL GLIB MPI V
# The keys of suites are read off their table, so that a new one is one line there.
suite_keys := $(shell awk -F'"' '/^ +KEY/ { print $$2 }' bench/data/dimensions.h bench/run/suite.h | LC_ALL=C tr a-z- A-Z_)
# SHELL is make's own: --shell goes by ARGS.
suite_keys := $(filter-out SHELL,$(suite_keys))
bench_takes = SUITE $(suite_keys) FORMATS OUT FORCE RESUME ARGS
trace_takes = STRATEGY WORK SIZE JOBS WORKERS HOSTS TIMEOUT TEMPERATURE SCHEDULE CHUNK PAYLOAD TRANSPORT SEED INPUT JOB_TIMEOUT RETRIES \
	TAKES ALL OUT FORCE ARGS
floors_takes = STRATEGIES WORKERS HOSTS ROUNDS OUT FORCE ARGS
report_takes = DIR FORMATS ARGS
regress_takes = BASE NEW SUITE BUDGET ROUNDS THRESHOLD METRIC ADVISORY OUT
selftest_takes = BUDGET
test_takes = FAULTS
torture_takes = KILLS PEER_KILLS STOPS RUNNER_KILLS
fuzz_takes = FUZZ_SECONDS FUZZ_RUNS
accuracy_takes = SITTINGS BUDGET CHOICES OUT
TAKING = all bench trace floors report regress selftest test torture fuzz accuracy
OPTIONS = $(sort $(foreach target,$(TAKING),$($(target)_takes))) HANDICAP

# They count on make's command line alone: a WORK or an ENV in the environment is somebody else's.
$(foreach name,$(OPTIONS),$(if $(filter command,$(origin $(name))),,$(eval override undefine $(name))))

PREFIX ?= /usr/local
BUILD ?= build
CC ?= cc
CFLAGS ?= -O2 -g
TEST_CFLAGS = -O0 # how fast a test's own code is matters to nobody; what it tests has CFLAGS alone
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
# What the program of MPI's ranks is compiled by, which calls CC: MPI=mpicc.mpich is another, MPI= builds without.
export OMPI_CC = $(CC)
export MPICH_CC = $(CC)
MPI ?= $(eval MPI := $(shell OMPI_CC='$(CC)' MPICH_CC='$(CC)' mpicc -include mpi.h -E -x c /dev/null >/dev/null 2>&1 && \
	echo mpicc))$(MPI)
# asked(VARIABLE,OPTIONS): what pkg-config answers, who is asked once, when it is first needed, and not for each file.
asked = $(eval $(1) := $(shell pkg-config $(2) 2>/dev/null))$($(1))
PACKAGES = hwloc gsl jansson inih zlib
PACKAGE_CPPFLAGS = $(call asked,PACKAGE_CPPFLAGS,--cflags $(PACKAGES))
PACKAGE_LIBS = $(call asked,PACKAGE_LIBS,--libs $(PACKAGES))
CMOCKA_LIBS = $(call asked,CMOCKA_LIBS,--libs cmocka)
ZLIB_LIBS = $(call asked,ZLIB_LIBS,--libs zlib)
ALL_CPPFLAGS = -D_GNU_SOURCE -I. -I$(BUILD) -Iinclude $(PACKAGE_CPPFLAGS) $(PTHREADPOOL) $(GLIB) \
	$(if $(HANDICAP),-DBREAKEVEN_HANDICAP) $(CPPFLAGS)
# Functions begin at cache lines: what is changed elsewhere moves no loop that is measured to another place within one. Nor does
# the folder that it is built in, whose name would stand in the image, and that in the program: one source is one program.
ALL_CFLAGS = -std=gnu17 -pthread -falign-functions=64 -ffile-prefix-map="$$PWD"=. $(or $(OPENMP),-Wno-unknown-pragmas) $(WARNINGS) $(CFLAGS)
# All symbols are bound at the start: a forked child would bind those that it needs, each child again.
ALL_LDFLAGS = -pthread -Wl,-z,now $(OPENMP) $(CFLAGS) $(LDFLAGS)
LIBS = $(PACKAGE_LIBS) -lcsv -lm -ldl
TEST_LIBS = $(CMOCKA_LIBS)

# BUILD is a part of the names of targets, and of the text of recipes.
define SPECIAL :=
' " ` \ $$ & | ; < > ( ) [ ] { } * ? ! ~ % : = #
endef
BUILD_UNFIT = $(if $(BUILD),,empty)$(filter -%,$(BUILD))$(strip $(foreach c,$(SPECIAL),$(findstring $c,$(BUILD))))
ifneq ($(BUILD),$(firstword $(BUILD))$(BUILD_UNFIT))
$(error breakeven: BUILD: '$(BUILD)' is empty, has a blank or one of $(SPECIAL) in it, or - in front)
endif

PROGRAM = $(BUILD)/breakeven
SOURCES := $(filter-out %/main.c strategies/image/server.c,$(wildcard bench/*.c bench/*/*.c bench/*/*/*.c strategies/*.c strategies/*/*.c))
# Fuzz targets are tests too: with replay.c each runs its corpus, with libFuzzer in its place it looks for more.
FUZZERS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(filter-out %/replay.c,$(wildcard tests/fuzz/*.c)))
FUZZ_MAIN = $(BUILD)/tests/fuzz/replay.o
FUZZ_LDFLAGS =
TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(shell find tests -name 'test_*.c')) $(FUZZERS)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY = $(BUILD)/breakeven.a
HELPERS = $(BUILD)/tests/page/answers
TORTURE = $(addprefix $(BUILD)/tests/torture/,kills newborn stops)

# What spawn and forkserver exec: built in, and small, so that it starts fast.
IMAGE_SOURCES = $(wildcard strategies/image/*.c bench/work/*.c) bench/job/work.c bench/job/batch.c \
	$(addprefix bench/,$(addprefix base/,cgroup.c clock.c error.c exit_status.c limits.c memory.c parse.c policy.c text.c) machine/affinity.c process/child.c process/processes.c) \
	$(addprefix bench/command/,block.c template.c) $(addprefix strategies/command/,helper.c launch.c) \
	$(addprefix strategies/common/,alive.c relay.c peer.c) strategies/usage.c
IMAGE_LIBS = $(ZLIB_LIBS) -lm
# The one that is linked dynamically can load a work from a shared library, too.
IMAGE_LOADER_OBJECTS = $(patsubst %,$(BUILD)/bench/plugin/%.o,library loaded_work)
IMAGE_OBJECTS = $(IMAGE_SOURCES:%.c=$(BUILD)/%.o)

# What mpirun starts for mpi and mpi-static: built in, too. It is linked with MPI, and breakeven is not.
RANK_SOURCES = $(wildcard strategies/mpi/rank/*.c)
RANK_OBJECTS = $(BUILD)/strategies/mpi/protocol.o $(filter-out $(BUILD)/strategies/image/main.o,$(IMAGE_OBJECTS)) $(IMAGE_LOADER_OBJECTS)
SCRIPTS = .ci/run $(wildcard .ci/*.sh) bench/completions/breakeven.bash \
	$(wildcard tests/*.sh tests/*/*.sh)

.DEFAULT_GOAL = help
.PHONY: all deps deps-peers deps-lint bench test test-long torture trace floors report regress baseline asan ubsan tsan valgrind fuzz \
	accuracy fuzzers lint format install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM) ## build breakeven

help: ## this list (what `make` alone does)
	@LC_ALL=C grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | \
		LC_ALL=C sed -E 's/:[^#]*## ?/\t/' | awk -F '\t' '{printf "  make %-11s %s\n", $$1, $$2}'
	@echo 'Targets take variables, make bench WORK=mmap OUT=/tmp/run:'
	@$(foreach target,$(TAKING),echo '$(target) takes $($(target)_takes)' | fold -s -w 90 | LC_ALL=C sed '1s/^/  /; 2,$$s/^/    /';)
	@echo '  install and uninstall take PREFIX DESTDIR'
	@echo '  what builds takes CC CFLAGS CPPFLAGS LDFLAGS WERROR too; these and PREFIX DESTDIR may also be environment variables'

deps: ## install what building, measuring and the tests need (apt, dnf, pacman or apk)
	@.ci/deps.sh install tests -- $(CC) $(OPENMP)

deps-peers: ## install what SUITE=peers compares with, and joblib and numpy for strategies in Python
	@.ci/deps.sh install tests peers -- $(CC) $(OPENMP)

deps-lint: ## install the tools of lint, asan, tsan and valgrind too
	@.ci/deps.sh install tests lint -- $(CC) $(OPENMP)

# With -j, one package manager runs at a time, and what is built waits for what is installed in the same call.
INSTALLED = $(filter deps deps-peers deps-lint,$(MAKECMDGOALS))
deps-peers: | $(filter deps,$(INSTALLED))
deps-lint: | $(filter deps deps-peers,$(INSTALLED))

# need(build) ends make with one line where something is missing, before the compiler says it in many.
need = $(call stop,$(shell .ci/deps.sh missing $(1) -- $(CC) $(OPENMP)))
stop = $(if $(1),$(error breakeven: $(1)))

# ------------------------------------------------------------------------------- building

# V=1 shows the commands.
Q = $(if $(V),,@)

# What is built appears whole and under a name of its own first ($$$$ is the shell's process): two makes may build the same.
new = $@.$$$$
whole = -o $(new) && mv -f $(new) $@ || { rm -f $(new); false; }

# Changed flags, compiler or commit rebuild what depends on them.
$(BUILD)/flags: private export TEXT = $(MPI) $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(TEST_CFLAGS) $(ALL_LDFLAGS) $(LIBS)
$(BUILD)/flags: FORCE | $(INSTALLED)
	$(call need,build)
	@mkdir -p $(@D)
	@printf '%s\n' "$$TEXT" | cmp -s - $@ || { printf '%s\n' "$$TEXT" > $(new) && mv -f $(new) $@; }

# A release has no git, and may lie in the clone of something else.
COMMIT = $(or $(if $(wildcard .git),$(shell git describe --always --dirty 2>/dev/null)),unknown)
define FACTS
#define BUILD_VERSION "$(VERSION)"
#define BUILD_COMMIT "$(COMMIT)"
#define BUILD_FLAGS "$(subst ",\",$(subst \,\\,$(strip $(CFLAGS) $(OPENMP))))"
endef
$(BUILD)/build_facts.h: private export TEXT = $(FACTS)
$(BUILD)/build_facts.h: FORCE | $(INSTALLED)
	@mkdir -p $(@D)
	@printf '%s\n' "$$TEXT" | cmp -s - $@ || { printf '%s\n' "$$TEXT" > $(new) && mv -f $(new) $@; }

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC $@'
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -MT $@ -MF $(new).d -c $< -o $(new) && \
		mv -f $(new).d $(@:.o=.d) && mv -f $(new) $@ || { rm -f $(new) $(new).d; false; }

$(BUILD)/bench/data/host.o $(BUILD)/strategies/mpi/protocol.o: $(BUILD)/build_facts.h
$(BUILD)/bench/assets/assets.o: $(wildcard bench/suites/*.ini plots/*.gp bench/report/page/* docs/examples/new-*/* include/breakeven/*.h strategies/runner/python/*.py) $(BUILD)/image-static $(BUILD)/image-dynamic $(BUILD)/mpi-rank

$(BUILD)/image-dynamic: $(IMAGE_OBJECTS) $(IMAGE_LOADER_OBJECTS)
	@echo '  LD $@'
	$(Q)$(CC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(IMAGE_LIBS) -ldl $(whole)

# Where a library has no static form both are the same; with sanitizers too, since what they need does not run there.
STATIC = $(if $(findstring -fsanitize,$(CFLAGS)),,-static -s)
$(BUILD)/image-static: $(IMAGE_OBJECTS) | $(BUILD)/image-dynamic
	@echo '  LD $@'
	$(Q){ $(CC) $(STATIC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(IMAGE_LIBS) -o $(new) && $(new) nothing; } 2>/dev/null || \
		cp $(BUILD)/image-dynamic $(new); mv -f $(new) $@

# In one step: what is looked for while recipes run says whether there is MPI. Where there is none the file is empty.
$(BUILD)/mpi-rank: $(RANK_OBJECTS) $(RANK_SOURCES) $(wildcard strategies/mpi/rank/*.h)
	@echo '  LD $@'
	$(Q)$(if $(MPI),$(MPI) $(ALL_CPPFLAGS) $(filter-out $(OPENMP),$(ALL_CFLAGS)) $(RANK_SOURCES) $(RANK_OBJECTS) $(LDFLAGS) $(IMAGE_LIBS) -ldl,: >$(new);:) $(whole)

$(PROGRAM): $(BUILD)/bench/main.o $(OBJECTS)
	@echo '  LD $@'
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(LIBS) $(whole)

$(BUILD)/tests/%.o: private ALL_CFLAGS += $(TEST_CFLAGS)
$(BUILD)/tests/machine/test_conditions.o: private TEST_CFLAGS = # it asks how it was compiled
$(TESTS:=.o) $(TORTURE:=.o) $(HELPERS:=.o): | cmocka
.PHONY: cmocka
cmocka: | $(INSTALLED)
	$(call need,tests)

# What tests link with: each takes what it needs. It is a list of names alone (T), which is written in no time.
$(LIBRARY): $(OBJECTS)
	@echo '  AR $@'
	$(Q)rm -f $(new) && $(AR) qcsT $(new) $^ && mv -f $(new) $@ || { rm -f $(new); false; }

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIBRARY)
	@echo '  LD $@'
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(LIBS) $(TEST_LIBS) $(whole)

$(FUZZERS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(FUZZ_MAIN) $(LIBRARY)
	@echo '  LD $@'
	$(Q)$(CC) $(ALL_LDFLAGS) $(FUZZ_LDFLAGS) $^ $(LIBS) $(TEST_LIBS) $(whole)

fuzzers: $(FUZZERS)

-include $(OBJECTS:.o=.d) $(IMAGE_OBJECTS:.o=.d) $(TESTS:=.d) $(TORTURE:=.d) $(HELPERS:=.d) $(FUZZ_MAIN:.o=.d) $(BUILD)/bench/main.d $(BUILD)/strategies/image/main.d

# ------------------------------------------------------------------------------- running

# run(COMMAND...): the program, with what the target takes.
run = @.ci/options.sh $(PROGRAM) $(1) -- $($@_takes)

bench: $(PROGRAM) ## measure SUITE (default, quick, article or an .ini), write CSV, draw plots
	@$(if $(filter peers,$(SUITE)),.ci/deps.sh missing peers -- $(CC) $(OPENMP) | sed 's/^/breakeven: warning: SUITE=peers: /' >&2)
	$(call run,run)
	@$(if $(OUT),,ln -sfn ../results/latest/plots plots/latest)

trace: $(PROGRAM) ## who ran which job of one batch, and when
	$(call run,trace)

# What README shows; pages and pictures of both come from the files that lie beside them.
EXAMPLE = results/examples/two-cpus
EXAMPLES = $(EXAMPLE) $(EXAMPLE)-peers $(EXAMPLE)-python
EXAMPLES_OF_YOUR_JOB = results/examples/your-job/function results/examples/your-job/command
# Measured on a machine that is seldom at hand: make example leaves it alone.
EXAMPLE_OF_MANY = results/examples/sixteen-cpus
.PHONY: example pictures
example: $(PROGRAM) ## measure the runs that README shows again, on this machine
	$(PROGRAM) run default --budget 300s --formats svg --force --out $(EXAMPLE)
	$(PROGRAM) run peers --formats svg --force --out $(EXAMPLE)-peers
	$(PROGRAM) run --work squares --sizes 1e2..1e6 --workers all --strategies fork,forkpool,forkteam,py-process,py-pool,joblib-loky \
		--budget 180s --formats svg --force --out $(EXAMPLE)-python
	gzip -9 --force --no-name $(EXAMPLES:=/samples.csv)
	$(MAKE) pictures

pictures: $(PROGRAM) ## draw README's pictures again, from the runs in results/examples
	$(foreach run,$(EXAMPLES) $(EXAMPLES_OF_YOUR_JOB) $(EXAMPLE_OF_MANY),$(PROGRAM) report $(run) --quiet --formats svg &&) true

floors: $(PROGRAM) ## what this machine can do at best, and how near each strategy comes
	$(call run,floors)

report: export DIR ?= results/latest
report: $(PROGRAM) ## tables and plots of the run in DIR (results/latest) again
	$(call run,report)

# BASE is a commit, tag or program, which is compared with this build in the same rounds; or a folder with a run
# (results/baseline), and then NEW is one too (default: a fresh run). The script builds, once it has looked at what is asked.
regress: private export BREAKEVEN = $(PROGRAM)
regress: private export REGRESS_MAKE = $(MAKE)
regress: | $(INSTALLED) ## compare this build with BASE (a commit, a program, or a run); fails where it got slower
	+@.ci/regress.sh

baseline: $(PROGRAM) ## measure results/baseline again, on this machine
	$(PROGRAM) run quick --force --out results/baseline
	rm -rf results/baseline/plots results/baseline/samples.csv

.PHONY: handicap selftest
handicap: ## the build whose jobs `make selftest` slows down
	$(MAKE) BUILD=$(BUILD)/handicap HANDICAP=yes all

selftest: $(PROGRAM) handicap ## how often the regression check errs on this machine, and what it finds
	$(call run,compare --selftest $(BUILD)/handicap/breakeven)

# ------------------------------------------------------------------------------- checking

# What takes minutes by nature: batches of 100000 jobs, a thousand lives of a strategy, a hundred worlds of chance,
# instructions that valgrind counts. `make test` has the same tests with smaller numbers, but for instructions.
LONG_TESTS = $(addprefix $(BUILD)/tests/,strategies/test_strategies strategies/test_leaks strategies/test_crashes \
	data/test_begun report/test_timeline visit/test_trace run/test_steering run/test_instructions)

# Scripts that take the longest: every command of the documents, all of make's variables, other runtimes, MPI, builds that go wrong while
# they are compared, and faults that are not about processes.
LONG_SCRIPTS = $(addprefix tests/,mpi.sh hosts.sh mpi-kills.sh mpi-partition.sh slurm.sh mpi4py.sh calibrate.sh documents.sh make.sh instructions.sh questions.sh runners.sh runtimes.sh python.sh python-own.sh contenders.sh cluster-checks.sh \
	$(addprefix faults/,damage.sh disk.sh memory.sh names.sh neighbours.sh pictures.sh streams.sh surroundings.sh))

# FAULTS=no leaves tests/faults/ out. What each test took is in build/tests/times.txt.
test: export BREAKEVEN_TEST_JOBS ?= 1000
test: export TEST_LATER = $(LONG_SCRIPTS)
test: $(PROGRAM) $(TESTS) $(TORTURE) $(HELPERS) ## build and run the tests; what takes minutes is in test-long
	@BREAKEVEN=$(PROGRAM) TEST_TIMES=$(BUILD)/tests/times.txt tests/run.sh $(if $(filter no,$(FAULTS)),--no-faults) $(TESTS)

test-long: export BREAKEVEN_TEST_LONG = yes
test-long: $(PROGRAM) $(LONG_TESTS) ## tests with large batches, many repetitions, every document's commands, faults of disks and names
	@BREAKEVEN=$(PROGRAM) TEST_TIMES=$(BUILD)/tests/times-long.txt tests/run.sh $(LONG_TESTS) $(LONG_SCRIPTS)

# One kill a batch for Python's pools, since they do not outlive it; most batches of Pool end by their deadline.
torture: export KILLS ?= 1000
torture: export PEER_KILLS ?= 20
torture: export STOPS ?= 500
torture: export RUNNER_KILLS ?= 400
torture: $(PROGRAM) $(TORTURE) ## kill workers (KILLS), Python's too (PEER_KILLS), stop and kill all in whole runs (STOPS), and runners (RUNNER_KILLS); count the loss
	@echo tool,kills,hangs,jobs,crashed,lost,twice,wrong,noticed_p99_ms
	@$(BUILD)/tests/torture/kills "$$KILLS" forkpool
	@$(BUILD)/tests/torture/kills "$$KILLS" forkteam
	@$(BUILD)/tests/torture/kills "$$KILLS" forkpool ordered 4 25
	@$(BUILD)/tests/torture/kills "$$KILLS" forkpool unordered 0 3
	@if command -v python3 >/dev/null; then tests/torture/peers.py "$$PEER_KILLS"; else echo "python3: not installed" >&2; fi
	@echo strategy,runs,signals,hangs,left,wrong
	@BREAKEVEN=$(PROGRAM) $(BUILD)/tests/torture/stops "$$STOPS"
	@BREAKEVEN_TEST_KILLS="$$RUNNER_KILLS" BREAKEVEN=$(PROGRAM) tests/run.sh tests/runners.sh

# BUDGET is of each sitting's run; OUT keeps them, and what lies there is not measured again.
accuracy: export SITTINGS ?= 5
accuracy: private export BREAKEVEN = $(PROGRAM)
accuracy: $(PROGRAM) ## how far `breakeven advise` and `auto` are from what is measured here: SITTINGS (5) runs of BUDGET (300s)
	@tests/accuracy.sh "$${OUT:-$(BUILD)/accuracy}"

asan: ## the tests with address and undefined-behaviour sanitizers
	$(MAKE) BUILD=build/asan BREAKEVEN_TEST_JOBS=1000 TEST_CFLAGS= \
		CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' test

ubsan: ## the tests with the undefined-behaviour sanitizer alone, by clang
	$(MAKE) BUILD=build/ubsan CC=clang BREAKEVEN_TEST_JOBS=1000 TEST_CFLAGS= \
		CFLAGS='-O1 -g -fsanitize=undefined -fno-sanitize-recover=all' test

# Programs that start no thread have nothing to race with.
# First all but what runs in libraries that are not built for this sanitizer (OpenMP, pthreadpool, GLib): their threads wait
# for each other by futexes of their own, so that all that one hands to another looks like a race. Then openmp by clang, whose
# libomp tells what it does by libarcher; but not that it uses a task's memory again for the next, so openmp-tasks is left
# out. The command line is, too, since its runs have OpenMP in them.
TSAN_CFLAGS = -O1 -g -fsanitize=thread
ALONE_TESTS = $(addprefix $(BUILD)/tests/,analyse/% base/% data/% findings/% fuzz/% report/% stats/% run/test_plan run/test_steering \
	run/test_suite)
TSAN_TESTS = $(patsubst $(BUILD)/%,build/tsan/%,$(filter-out $(ALONE_TESTS),$(TESTS)))
TSAN_OMP_TESTS = $(patsubst %,build/tsan-omp/tests/strategies/test_%,strategies payload crashes leaks)
TSAN_OMP_SOURCES = $(filter strategies/% $(addprefix bench/,assets/% base/% command/% job/% machine/% plugin/% process/% runner/% work/%),$(SOURCES))
ARCHER = $(wildcard $(shell clang -print-resource-dir 2>/dev/null)/../../libarcher.so)
tsan: ## the test programs with the thread sanitizer
	$(MAKE) BUILD=build/tsan CFLAGS='$(TSAN_CFLAGS)' TEST_CFLAGS= build/tsan/breakeven $(TSAN_TESTS)
	BREAKEVEN=build/tsan/breakeven BREAKEVEN_TEST_JOBS=1000 \
		BREAKEVEN_TEST_STRATEGIES=serial,fork,spawn,forkserver,forkpool,forkteam,threads,threadpool \
		tests/run.sh --programs $(TSAN_TESTS)
	$(if $(ARCHER),$(MAKE) tsan-omp,@echo 'OpenMP is left out: no clang, or no libarcher beside its libomp')

.PHONY: tsan-omp
tsan-omp:
	$(MAKE) BUILD=build/tsan-omp CC=clang CFLAGS='$(TSAN_CFLAGS)' TEST_CFLAGS= SOURCES='$(TSAN_OMP_SOURCES)' $(TSAN_OMP_TESTS)
	OMP_TOOL_LIBRARIES=$(ARCHER) TSAN_OPTIONS=ignore_noninstrumented_modules=1 \
		BREAKEVEN_TEST_JOBS=1000 BREAKEVEN_TEST_STRATEGIES=openmp tests/run.sh --programs $(TSAN_OMP_TESTS)

valgrind: $(PROGRAM) $(TESTS) ## the unit tests under valgrind
	@BREAKEVEN=$(PROGRAM) BREAKEVEN_TEST_JOBS=100 tests/run.sh --valgrind $(TESTS)

# FUZZ_RUNS=1000000 ends each target after so many inputs, or after FUZZ_SECONDS.
fuzz: ## FUZZ_SECONDS (30) of libFuzzer for each parser, two at a time; needs clang
	@echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
		clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null || \
		{ echo 'fuzz: clang or its libFuzzer is missing; make deps-lint installs clang' >&2; exit 4; }
	+$(MAKE) BUILD=build/fuzz CC=clang OPENMP= PTHREADPOOL= GLIB= MPI= TEST_CFLAGS= FUZZ_MAIN= FUZZ_LDFLAGS=-fsanitize=fuzzer \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=all -fno-omit-frame-pointer' \
		fuzzers
	@tests/fuzz/run.sh $(FUZZERS:$(BUILD)/%=build/fuzz/%)

FORMATTED = $(shell find bench strategies tests -name '*.[ch]' | sort)
# The examples of the manual page stand near its top, where people look for them, and not where mandoc expects them.
MANDOC_EXCEPT = sections out of conventional order: Sh ENVIRONMENT$$
# cppcheck 2.10 takes the -1 of an anonymous mmap for a mistake.
lint: ## clang-format, cppcheck, shellcheck, mandoc and the include rules
	clang-format --dry-run -Werror $(FORMATTED)
	cppcheck --quiet -j "$$(nproc)" --std=c17 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=invalidFunctionArg --error-exitcode=1 \
		-D_GNU_SOURCE -I. $(filter-out tests/%,$(filter %.c,$(FORMATTED)))
	shellcheck -x $(SCRIPTS)
	@if command -v mandoc >/dev/null; then ! mandoc -Tlint -Wwarning bench/man/breakeven.1 | grep -v '$(MANDOC_EXCEPT)'; else \
		echo 'breakeven.1 is not checked: mandoc is not installed' >&2; fi
	tests/includes.sh

format: ## clang-format all sources in place
	clang-format -i $(FORMATTED)

# ------------------------------------------------------------------------------- installing

install uninstall: export INSTALL_PREFIX = $(PREFIX)
install uninstall: export INSTALL_ROOT = $(DESTDIR)
install: $(PROGRAM) ## install to PREFIX (default /usr/local) below DESTDIR
	@.ci/install.sh install $(PROGRAM)

uninstall: ## remove what install put there, folders too
	@.ci/install.sh uninstall

clean: ## remove build/
	rm -rf build
