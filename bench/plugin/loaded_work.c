#include "bench/plugin/loaded_work.h"
#include "bench/base/text.h"
#include "bench/job/work.h"
#include "bench/plugin/library.h"

#include <ctype.h>
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_WORKS = 256, MOST_NAME = 47 };

/* A job is handed on as it is. */
#define SAME_PLACE(field)                                                                          \
    _Static_assert(offsetof(struct job, field) == offsetof(struct breakeven_job, field),           \
                   "the ABI's job is ours")
SAME_PLACE(index);
SAME_PLACE(jobs);
SAME_PLACE(size);
SAME_PLACE(seed);
SAME_PLACE(input);
SAME_PLACE(input_bytes);
SAME_PLACE(opened);
_Static_assert(sizeof(struct job) == sizeof(struct breakeven_job), "the ABI's job is ours");

/* ------------------------------------------------------------------------------- finding it */

/* What a work of the first version of the ABI has at least. */
#define LEAST_BYTES offsetof(struct breakeven_work, summary)

/* Copies what a work has of the fields that are known here; what it has beyond them must be 0. */
static int copy_fields(const char *path, const struct breakeven_work *given,
                       struct breakeven_work *own, struct error *error)
{
    if (given->abi_version < 1 || given->abi_version > BREAKEVEN_WORK_ABI)
        return fail(error, ERROR_USAGE,
                    "%s: a work for version %u of breakeven/work.h, where this breakeven knows "
                    "version 1%s; build it with this breakeven's header, or take the breakeven "
                    "that it was built for",
                    path, (unsigned)given->abi_version, BREAKEVEN_WORK_ABI > 1 ? " and later" : "");
    if (given->struct_bytes < LEAST_BYTES)
        return fail(error, ERROR_USAGE,
                    "%s: struct_bytes is %u, where a work has at least %zu; begin it with "
                    "BREAKEVEN_WORK_HEAD",
                    path, (unsigned)given->struct_bytes, LEAST_BYTES);
    *own = (struct breakeven_work){0};
    memcpy(own, given, given->struct_bytes < sizeof *own ? given->struct_bytes : sizeof *own);
    for (size_t i = sizeof *own; i < given->struct_bytes; i++)
        if (((const char *)given)[i] != 0)
            return fail(
                error, ERROR_USAGE,
                "%s: the work has hooks that this breakeven does not know; take a newer one", path);
    return 0;
}

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    for (const char *c = name; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("-_.", *c) == NULL)
            return false;
    return length > 0 && length <= MOST_NAME && *name != '-';
}

static int check_whole(const char *path, const struct breakeven_work *work, struct error *error)
{
    if (work->name == NULL || !is_name(work->name))
        return fail(error, ERROR_USAGE,
                    "%s: a work's name is 1 to %d letters, digits, '-', '_' or '.', not '%.60s'",
                    path, MOST_NAME, work->name != NULL ? work->name : "");
    if (work->result_bytes < 1 || work->result_bytes > WORK_MOST_RESULT_BYTES)
        return fail(error, ERROR_USAGE, "%s: %s: result_bytes is %llu, where 1 to %d are allowed",
                    path, work->name, (unsigned long long)work->result_bytes,
                    WORK_MOST_RESULT_BYTES);
    const char *lacks = work->run == NULL                                    ? "run"
                        : work->prepare != NULL && work->input_bytes == NULL ? "input_bytes"
                        : work->input_bytes != NULL && work->prepare == NULL ? "prepare"
                                                                             : NULL;
    if (lacks != NULL)
        return fail(error, ERROR_USAGE, "%s: %s lacks the hook %s", path, work->name, lacks);
    return 0;
}

/* The library's works, at most `most`; their number. */
static size_t list_works(void *library, const struct breakeven_work *found[], size_t most)
{
    const struct breakeven_work *const *held = library_symbol(library, "breakeven_works");
    const struct breakeven_work *one = library_symbol(library, "breakeven_work");
    size_t count = 0;
    for (; held != NULL && held[count] != NULL && count < most; count++)
        found[count] = held[count];
    if (count == 0 && one != NULL)
        found[count++] = one;
    return count;
}

/* "a, b". */
static void list_names(const struct breakeven_work *held[], size_t count, char *text, size_t bytes)
{
    size_t used = 0;
    *text = '\0';
    for (size_t i = 0; i < count && used < bytes; i++)
        if (held[i]->abi_version == BREAKEVEN_WORK_ABI && held[i]->name != NULL)
            used += (size_t)snprintf(text + used, bytes - used, "%s%.48s", used > 0 ? ", " : "",
                                     held[i]->name);
}

static bool is_function(void *symbol)
{
    Dl_info info;
    const ElfW(Sym) *entry = NULL;
    if (dladdr1(symbol, &info, (void **)&entry, RTLD_DL_SYMENT) == 0 || entry == NULL)
        return true; /* the loader does not tell */
    return ELF64_ST_TYPE(entry->st_info) == STT_FUNC ||
           ELF64_ST_TYPE(entry->st_info) == STT_GNU_IFUNC;
}

/* A function of that name, as the library has no such work. */
static int find_bare(void *library, const char *path, const char *name, const char *holds,
                     struct found_work *found, struct error *error)
{
    void *symbol = library_symbol(library, name);
    const char *it_holds = *holds != '\0' ? "; it holds " : "";
    if (symbol == NULL)
        return fail(error, ERROR_USAGE,
                    "%s: has neither a work nor a function '%s'%s%s (a function of C++ or Rust "
                    "needs extern \"C\")",
                    path, name, it_holds, holds);
    if (!is_function(symbol))
        return fail(error, ERROR_USAGE, "%s: '%s' is no function%s%s", path, name, it_holds, holds);
    *found = (struct found_work){
        .work = {.name = name, .result_bytes = BARE_RESULT_BYTES},
        .bare = (int (*)(uint64_t, void *))(uintptr_t)symbol,
    };
    return 0;
}

static int pick(const char *path, const struct breakeven_work *given, struct found_work *found,
                struct error *error)
{
    if (copy_fields(path, given, &found->work, error) != 0)
        return -1;
    return check_whole(path, &found->work, error);
}

int loaded_work_find(void *library, const char *path, const char *name, struct found_work *found,
                     struct error *error)
{
    const struct breakeven_work *held[MOST_WORKS];
    size_t count = list_works(library, held, MOST_WORKS);
    char holds[200];
    *found = (struct found_work){0};
    list_names(held, count, holds, sizeof holds);
    if (*name == '\0' && count == 0)
        return fail(error, ERROR_USAGE,
                    "%s: has no symbol breakeven_work or breakeven_works; name a function of it as "
                    "%s:FUNCTION",
                    path, path);
    if (*name == '\0' && count > 1)
        return fail(error, ERROR_USAGE, "%s: holds %zu works (%s); name one as %s:NAME", path,
                    count, holds, path);
    for (size_t i = 0; i < count; i++) {
        if (*name == '\0')
            return pick(path, held[i], found, error);
        if (held[i]->abi_version < 1 || held[i]->abi_version > BREAKEVEN_WORK_ABI)
            return copy_fields(path, held[i], &found->work, error);
        if (held[i]->name != NULL && text_equal(held[i]->name, name))
            return pick(path, held[i], found, error);
    }
    return find_bare(library, path, name, holds, found, error);
}

int loaded_work_at(void *library, const char *path, size_t at, struct found_work *found,
                   struct error *error)
{
    const struct breakeven_work *held[MOST_WORKS];
    *found = (struct found_work){0};
    return at < list_works(library, held, MOST_WORKS) ? pick(path, held[at], found, error) : 1;
}

/* ------------------------------------------------------------------------------- running it */

/* The work of this process. */
static struct {
    struct found_work found;
    struct work work;
    char reference[WORK_REFERENCE_BYTES], name[WORK_NAME_BYTES];
    pthread_mutex_t opening;
    bool is_open;
    int open_code;
    void *opened;
} loaded = {.opening = PTHREAD_MUTEX_INITIALIZER};

/* A child of fork opens for itself; no other thread is in it. */
static void forget_opened(void)
{
    pthread_mutex_init(&loaded.opening, NULL);
    loaded.is_open = false;
}

static void open_once(void)
{
    pthread_mutex_lock(&loaded.opening);
    if (!loaded.is_open) {
        loaded.opened = NULL;
        loaded.open_code = loaded.found.work.open(&loaded.opened);
        if (loaded.open_code != 0)
            dprintf(STDERR_FILENO, "%s: open returned %d\n", loaded.reference, loaded.open_code);
        __atomic_store_n(&loaded.is_open, true, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&loaded.opening);
}

static void close_opened(void)
{
    if (loaded.is_open && loaded.open_code == 0 && loaded.found.work.close != NULL)
        loaded.found.work.close(loaded.opened);
    loaded.is_open = false;
}

static int run_opened(const struct job *job, void *result)
{
    if (!__atomic_load_n(&loaded.is_open, __ATOMIC_ACQUIRE))
        open_once();
    if (loaded.open_code != 0)
        return loaded.open_code & 0xff ? loaded.open_code & 0xff : 1;
    struct breakeven_job own;
    memcpy(&own, job, sizeof own);
    own.opened = loaded.opened;
    return loaded.found.work.run(&own, result);
}

static int run_bare(const struct job *job, void *result)
{
    memset(result, 0, BARE_RESULT_BYTES);
    return loaded.found.bare(job->size, result);
}

static int prepare(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input,
                   struct error *error)
{
    int code = loaded.found.work.prepare(size, jobs, seed, input);
    return code == 0
               ? 0
               : fail(error, ERROR_CHECK_FAILED, "%s: prepare returned %d", loaded.reference, code);
}

static bool matches(const void *wanted, const void *got, uint64_t size)
{
    return loaded.found.work.matches(wanted, got, size) != 0;
}

static void text_hex(const void *result, char *text, size_t bytes)
{
    const unsigned char *at = result;
    enum { SHOWN = 16 };
    size_t count = loaded.work.result_bytes, used = 0;
    *text = '\0';
    if (count == sizeof(uint64_t)) {
        work_text_u64(result, text, bytes);
        return;
    }
    for (size_t i = 0; i < count && i < SHOWN && used < bytes; i++)
        used += (size_t)snprintf(text + used, bytes - used, "%02x", at[i]);
    if (count > SHOWN && used < bytes)
        snprintf(text + used, bytes - used, "...");
}

/* The library's own function is called without another in between: tiny jobs take notice of it. */
static int (*direct(int (*run)(const struct breakeven_job *, void *)))(const struct job *, void *)
{
    return (int (*)(const struct job *, void *))(void (*)(void))run;
}

static void fill_in(void)
{
    const struct breakeven_work *given = &loaded.found.work;
    loaded.work = (struct work){
        .name = loaded.name,
        .summary = given->summary != NULL ? given->summary : "",
        .unit = given->unit != NULL ? given->unit : "",
        .result_bytes = given->result_bytes,
        .reference = loaded.reference,
        .input_bytes = given->input_bytes,
        .prepare = given->prepare != NULL ? prepare : NULL,
        .run = loaded.found.bare != NULL ? run_bare
               : given->open != NULL     ? run_opened
                                         : direct(given->run),
        .matches = given->matches != NULL ? matches : NULL,
        .result_text = given->result_text != NULL ? given->result_text : text_hex,
    };
}

static const struct work *open_work(const char *name, const char *reference, struct error *error)
{
    struct library_place place;
    if (loaded.work.name != NULL) {
        fail(error, ERROR_REFUSED, "%s: this process has loaded %s already", reference,
             loaded.reference);
        return NULL;
    }
    void *library =
        library_place(reference, NULL, &place, error) == 0 ? library_open(place.path, error) : NULL;
    if (library == NULL ||
        loaded_work_find(library, place.path, place.name, &loaded.found, error) != 0)
        return NULL;
    snprintf(loaded.reference, sizeof loaded.reference, "%s", reference);
    snprintf(loaded.name, sizeof loaded.name, "%s", name);
    if (loaded.found.work.open != NULL) {
        pthread_atfork(NULL, NULL, forget_opened);
        work_close_opened = close_opened;
    }
    fill_in();
    return work_register(&loaded.work, error) == 0 ? &loaded.work : NULL;
}

/* A program that is linked without this file cannot load libraries. */
static __attribute__((constructor)) void offer(void)
{
    work_open_library = open_work;
}
