#ifndef BREAKEVEN_DATA_DIMENSIONS_H
#define BREAKEVEN_DATA_DIMENSIONS_H

/* The dimensions of a cell: all that tells what is measured in one from what is measured in
 * another. A new one is a row of DIMENSIONS_LATEST and, where it is swept, a row of
 * DIMENSION_KEYS_ADDED: then suites and options take it, plans multiply by it, visits are told of
 * it, every file has it as its last column, and tables, pictures and exports name it. What is left
 * to do is what it means (bench/visit/cell.c) and its line in the man page.
 *
 * Two orders alone are told elsewhere, for the rows that are here already: that in which plans nest
 * the lists (bench/run/plan.c), and that in which people read them
 * (bench/report/panel/key_words.c).
 *
 * D(symbol, type, column, role, none, sent, what people read)
 *   symbol  the field of struct key, and the column of the files
 *   type    TEXT (never NULL) or COUNT (CSV_UNKNOWN where the strategy takes none)
 *   column  the type of its column (bench/base/csv.h)
 *   role    what serial's cell has (enum dimension_role)
 *   none    the value of serial's cell, or of a cell for which nothing else is said
 *   sent    how a visit is told of it: SENT_COUNT, SENT_SMALL (below 2^32), SENT_TEXT,
 * SENT_WORD(words, count), or NOT_SENT, where the harness alone needs it what people read: fields
 * of struct dimension_row
 *
 * Files were extended at their ends, so the rows come in groups, which each file has in this order
 * between columns of its own. */

#define DIMENSIONS_WORK(D)                                                                         \
    D(work, TEXT, CSV_KNOWN_TEXT, SERIES, "", SENT_WORD(work_names(), work_names_count()),         \
      .label = NULL)

#define DIMENSIONS_SIZE(D)                                                                         \
    D(size, COUNT, CSV_KNOWN_COUNT, POINT, 0, SENT_COUNT, .usual_count = CSV_UNKNOWN)

#define DIMENSIONS_BATCH(D)                                                                        \
    D(jobs, COUNT, CSV_KNOWN_COUNT, JOBS, 0, SENT_COUNT, .usual_count = CSV_UNKNOWN)               \
    D(strategy, TEXT, CSV_KNOWN_TEXT, OWN, "serial",                                               \
      SENT_WORD(strategy_names(), strategy_names_count()), .label = NULL)                          \
    D(workers, COUNT, CSV_KNOWN_POSITIVE, OWN, 1, SENT_SMALL, .usual_count = CSV_UNKNOWN)          \
    /* "" where the strategy takes none */                                                         \
    D(schedule, TEXT, CSV_TEXT, OWN, "", SENT_WORD(schedule_names, SCHEDULE_NAMES),                \
      .label = " %s", .title = ", %s", .varying = true, .link = DIMENSION_VARIES_WITH,             \
      .other = DIMENSION_chunk)                                                                    \
    /* jobs claimed at once; 0: the schedule's default */                                          \
    D(chunk, COUNT, CSV_COUNT, OWN, CSV_UNKNOWN, SENT_COUNT, .label = ",%s", .title = ",%s",       \
      .varying = true, .link = DIMENSION_VARIES_WITH, .other = DIMENSION_schedule)                 \
    /* "K=V;K=V" in the visit's environment */                                                     \
    D(env, TEXT, CSV_TEXT, SERIES, "", NOT_SENT, .label = " %s", .title = ", %s")

/* MiB that the process holds before it opens the strategy. */
#define DIMENSIONS_MEMORY(D)                                                                       \
    D(parent_mib, COUNT, CSV_KNOWN_COUNT, SERIES, 0, SENT_COUNT, .label = " +%s MiB",              \
      .title = ", %s MiB")

#define DIMENSIONS_DATA(D)                                                                         \
    /* of that memory: "4k" or "thp"; "" where there is none */                                    \
    D(parent_pages, TEXT, CSV_TEXT, SERIES, "", SENT_WORD(pages_names, PAGES_NAMES),               \
      .label = " %s", .title = " of %s pages", .link = DIMENSION_DEPENDS_ON,                       \
      .other = DIMENSION_parent_mib)                                                               \
    /* bytes into each job beside the work's input, and out of it beside its result */             \
    D(payload_in, COUNT, CSV_KNOWN_COUNT, SERIES, 0, SENT_COUNT, .label = " %s", .title = ", %s",  \
      .unit = DIMENSION_BYTES, .varying = true, .even_usual = true, .link = DIMENSION_ONE_WITH,    \
      .other = DIMENSION_payload_out)                                                              \
    D(payload_out, COUNT, CSV_KNOWN_COUNT, SERIES, 0, SENT_COUNT, .label = "/%s B",                \
      .title = "/%s B", .unit = DIMENSION_BYTES, .varying = true, .even_usual = true,              \
      .link = DIMENSION_ONE_WITH, .other = DIMENSION_payload_in)                                   \
    /* how payload travels: "shm", "pipe" or "message"; "" where it need not */                    \
    D(transport, TEXT, CSV_TEXT, OWN, "", SENT_WORD(transport_names, TRANSPORT_NAMES),             \
      .label = " by %s", .title = " by %s", .varying = true)

#define DIMENSIONS_WAITING(D)                                                                      \
    /* where a pool's workers run; "" where the strategy is no pool */                             \
    D(bind, TEXT, CSV_TEXT, OWN, "", SENT_WORD(bind_names, BIND_NAMES), .label = " bound %s",      \
      .title = ", bound %s", .varying = true, .usual_text = "none", .even_usual = true)            \
    /* how long they wait awake */                                                                 \
    D(spin_ns, COUNT, CSV_COUNT, OWN, CSV_UNKNOWN, SENT_COUNT, .label = " spin %s",                \
      .unit = DIMENSION_DURATION, .varying = true, .usual_count = DIMENSION_USUAL_SPIN_NS,         \
      .even_usual = true)                                                                          \
    /* that the caller sleeps before each map */                                                   \
    D(idle_ns, COUNT, CSV_KNOWN_COUNT, SERIES, 0, SENT_COUNT, .label = " after %s",                \
      .title = ", after %s of idling", .unit = DIMENSION_DURATION)                                 \
    /* processes that take CPU time beside the visit */                                            \
    D(neighbours, COUNT, CSV_KNOWN_COUNT, SERIES, 0, SENT_SMALL, .label = " beside %s",            \
      .title = ", beside %s busy process%s", .plural = "es")

/* "base" or "new" where two builds are compared. */
#define DIMENSIONS_BUILD(D)                                                                        \
    D(build, TEXT, CSV_TEXT, SERIES, "", NOT_SENT, .label = " (%s)", .title = ", build %s")

/* The last columns of every file, but for first_result_ns where it has that. */
#define DIMENSIONS_ADDED(D)                                                                        \
    /* of a strategy from a library, as they stood behind its ?; "" where there are none */        \
    D(options, TEXT, CSV_TEXT, OWN, "", SENT_TEXT, .label = "?%s", .title = ", with %s")           \
    /* the strategy that a speedup is the ratio to; "": serial */                                  \
    D(baseline, TEXT, CSV_TEXT, SERIES, "", NOT_SENT, .title = ", beside %s")                      \
    /* the interpreter of strategies in Python, as it was given; "" for all others */              \
    D(python, TEXT, CSV_TEXT, SERIES, "", SENT_TEXT, .label = " %s", .title = ", %s",              \
      .varying = true)                                                                             \
    /* how Python starts processes; "" where none are started */                                   \
    D(start_method, TEXT, CSV_TEXT, OWN, "", SENT_WORD(start_method_names, START_METHOD_NAMES),    \
      .label = " by %s", .title = ", by %s", .varying = true, .usual_text = "default")             \
    /* after so many a worker is replaced by a new one; 0: never */                                \
    D(jobs_per_worker, COUNT, CSV_ADDED_COUNT, OWN, 0, SENT_COUNT, .label = ", %s job%s a worker", \
      .title = ", %s job%s a worker", .plural = "s")                                               \
    /* how the caller takes them: "ordered" or "unordered", one by one; "": all at once */         \
    D(results, TEXT, CSV_TEXT, OWN, "", SENT_WORD(results_names, RESULTS_NAMES), .label = " %s",   \
      .title = ", %s results")                                                                     \
    /* jobs handed out whose results were not taken yet, at most; 0: all */                        \
    D(in_flight, COUNT, CSV_ADDED_COUNT, OWN, 0, SENT_COUNT, .label = ", %s in flight",            \
      .title = ", %s in flight")

/* New rows: the last columns of every file. A column that may be missing in files of before is
 * CSV_TEXT or CSV_ADDED_COUNT. */
#define DIMENSIONS_LATEST(D)                                                                       \
    /* of those that --hosts names, the first ones, on which the workers are; 0: none are named */ \
    D(hosts, COUNT, CSV_ADDED_COUNT, OWN, 0, SENT_SMALL, .label = " over %s host%s",               \
      .title = ", over %s host%s", .plural = "s")

#define DIMENSIONS(D)                                                                              \
    DIMENSIONS_WORK(D)                                                                             \
    DIMENSIONS_SIZE(D)                                                                             \
    DIMENSIONS_BATCH(D)                                                                            \
    DIMENSIONS_MEMORY(D)                                                                           \
    DIMENSIONS_DATA(D)                                                                             \
    DIMENSIONS_WAITING(D)                                                                          \
    DIMENSIONS_BUILD(D)                                                                            \
    DIMENSIONS_ADDED(D)                                                                            \
    DIMENSIONS_LATEST(D)

/* How long pools' workers wait awake unless somebody says otherwise. */
#define DIMENSION_USUAL_SPIN_NS 50000

/* The keys by which suites and options sweep them, in the order of the help.
 *
 * KEY(symbol, dimension, name, value, help, built_in, READ)
 *   symbol     of enum suite_key
 *   dimension  that takes its values; payload's are two
 *   name       in suites; --name is the option
 *   value      what the help calls it
 *   built_in   what holds where nobody says otherwise; NULL: nothing
 *   READ       NUMBERS(least, most, what else of struct number_rule; .cpus = 1: it knows 4cpus),
 *              DURATIONS, WORDS(words, count); or a parser of its own: OWN, OWN_NUMBERS, OWN_WORDS
 */
#define DIMENSION_KEYS_FIRST(KEY)                                                                  \
    KEY(work, work, "work", "W,..", "works to measure: see `breakeven list work`", NULL,           \
        OWN_WORDS(work_names(), work_names_count()))                                               \
    KEY(sizes, size, "sizes", "LIST", "job sizes: 1e3,1e4 or 1e2..1e7 or 1e2..1e7:x2", "1e1..1e6", \
        NUMBERS(0, UINT64_C(1) << 62))                                                             \
    KEY(jobs, jobs, "jobs", "LIST",                                                                \
        "jobs in a batch; 4cpus is four for each usable CPU, 4w for each worker", "4cpus",         \
        OWN_NUMBERS(0, UINT64_C(1) << 40, .cpus = 1))                                              \
    KEY(strategies, strategy, "strategies", "S,..",                                                \
        "strategies beside serial, or all but peers: see `breakeven list`", "all",                 \
        OWN_WORDS(strategy_names(), strategy_names_count()))                                       \
    KEY(workers, workers, "workers", "LIST", "workers: 1..8 or 1,2,all,2cpus; 0 and -1 mean all",  \
        "all", NUMBERS(1, 1 << 20, .cpus = 1, .counts_workers = true, .ranges_by_one = true))      \
    KEY(schedule, schedule, "schedule", "LIST",                                                    \
        "for pools and OpenMP: static, dynamic, guided, auto", "auto",                             \
        WORDS(schedule_names, SCHEDULE_NAMES))                                                     \
    KEY(chunk, chunk, "chunk", "LIST", "jobs claimed at once; 0 is the schedule's default", "0",   \
        NUMBERS(0, UINT64_C(1) << 62))                                                             \
    KEY(env, env, "env", "K=V,..", "values of an environment variable to sweep; may be repeated",  \
        NULL, OWN)                                                                                 \
    KEY(parent_mib, parent_mib, "parent-mib", "LIST",                                              \
        "MiB that the process holds before it opens a strategy", "0",                              \
        NUMBERS(0, UINT64_C(1) << 24))                                                             \
    KEY(parent_pages, parent_pages, "parent-pages", "4k,thp",                                      \
        "the pages which that memory is made of", "4k", WORDS(pages_names, PAGES_NAMES))           \
    KEY(payload, payload_in, "payload", "LIST",                                                    \
        "bytes into and out of each job: 64Ki, or 1Mi/0 for in/out", "0",                          \
        OWN_NUMBERS(0, UINT64_C(1) << 40))                                                         \
    KEY(transport, transport, "transport", "shm,pipe",                                             \
        "how payload travels to other processes and back", "shm",                                  \
        WORDS(transport_names, TRANSPORT_CHOICES))                                                 \
    KEY(bind, bind, "bind", "none,compact,spread",                                                 \
        "where workers of pools run: roaming, bound next to each other, or far apart", "none",     \
        WORDS(bind_names, BIND_NAMES))                                                             \
    KEY(spin, spin_ns, "spin", "TIME,..",                                                          \
        "how long pools' workers wait awake at most: 50us; 0 is never", "50us", DURATIONS)         \
    KEY(idle, idle_ns, "idle", "TIME,..",                                                          \
        "what the caller sleeps before each map: 10ms; 0 is not at all", "0", DURATIONS)           \
    KEY(neighbours, neighbours, "neighbours", "LIST",                                              \
        "processes that take CPU time beside the visit", "0",                                      \
        NUMBERS(0, 1024, .cpus = 1, .ranges_by_one = true))

/* Those that only some strategies take: bench/run/plan.c says which. */
#define DIMENSION_KEYS_TAKEN(KEY)                                                                  \
    KEY(python, python, "python", "PATH,..",                                                       \
        "interpreters that run the strategies in Python: paths, or names in PATH", "python3", OWN) \
    KEY(start_method, start_method, "start-method", "LIST",                                        \
        "how Python starts processes: fork, spawn, forkserver, or default", "default",             \
        WORDS(start_method_names, START_METHOD_NAMES))                                             \
    KEY(jobs_per_worker, jobs_per_worker, "jobs-per-worker", "LIST",                               \
        "workers are replaced after so many jobs; 0 is never", "0", NUMBERS(0, UINT64_C(1) << 40)) \
    KEY(results, results, "results", "batch,ordered,unordered",                                    \
        "how the caller takes results: at once, or one by one, in order or as they come", "batch", \
        WORDS(results_names, RESULTS_NAMES))                                                       \
    KEY(in_flight, in_flight, "in-flight", "LIST",                                                 \
        "jobs handed out whose results were not taken yet, at most; 0 is no limit", "0",           \
        NUMBERS(0, UINT64_C(1) << 40))

#define DIMENSION_KEYS_ADDED(KEY)

#define DIMENSION_KEYS(KEY)                                                                        \
    DIMENSION_KEYS_FIRST(KEY) DIMENSION_KEYS_TAKEN(KEY) DIMENSION_KEYS_ADDED(KEY)

#endif
