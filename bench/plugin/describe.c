#include "bench/plugin/describe.h"
#include "bench/base/clock.h"
#include "bench/base/json.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/plugin/library.h"
#include "bench/process/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* How long a library may take to be loaded. */
#define TIMEOUT_NS (10 * NS_PER_S)

enum { MOST_BYTES = 1 << 20 };

const char *describe_program = PROGRAM_SELF;

/* ------------------------------------------------------------------------------- who asks */

/* What the child has written; NULL where that is no object, as after a call of exit. */
static json_t *read_answer(int fd)
{
    char *text = malloc(MOST_BYTES);
    ssize_t got = text != NULL ? pread(fd, text, MOST_BYTES, 0) : -1;
    json_t *answer = got > 0 ? json_loadb(text, (size_t)got, JSON_REJECT_DUPLICATES, NULL) : NULL;
    free(text);
    if (json_is_object(answer))
        return answer;
    json_decref(answer);
    return NULL;
}

static int run_child(const char *kind, const char *path, const char *name, int output,
                     uint64_t timeout_ns, struct error *error)
{
    char who[PATH_MAX + 32];
    const char *const arguments[] = {describe_program, DESCRIBE_SUBCOMMAND, kind, path, name, NULL};
    int folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fail_errno(error, errno, "%s: the working directory", path);
    snprintf(who, sizeof who, "%s: the process that loads it", path);
    struct program program = {
        .arguments = arguments,
        .shown_name = who,
        .remedy = "/proc must be mounted",
        .folder = folder,
        .output = output,
        .output_most = MOST_BYTES,
        .timeout_ns = timeout_ns,
    };
    int result = program_run(&program, error);
    close(folder);
    return result;
}

json_t *describe_ask(const char *kind, const char *path, const char *name, uint64_t timeout_ns,
                     struct error *error)
{
    int output = describe_program != NULL ? memfd_create("breakeven-library", MFD_CLOEXEC) : -1;
    if (output < 0) {
        fail(error, ERROR_REFUSED, "%s: no process can be started to load it", path);
        return NULL;
    }
    struct error died = {0};
    json_t *answer = NULL;
    if (run_child(kind, path, name, output, timeout_ns, &died) != 0)
        fail(error, died.kind == ERROR_REFUSED ? ERROR_USAGE : died.kind, "%s", died.text);
    else if ((answer = read_answer(output)) == NULL)
        fail(error, ERROR_USAGE, "%s: calls exit while it is loaded", path);
    close(output);
    const char *why = json_string_value(json_object_get(answer, "error"));
    if (why == NULL)
        return answer;
    fail(error, ERROR_USAGE, "%s", why);
    json_decref(answer);
    return NULL;
}

json_t *describe_library(const char *kind, const char *path, const char *name, struct error *error)
{
    char identity[LIBRARY_IDENTITY_BYTES];
    if (library_identify(path, identity, error) != 0)
        return NULL;
    return describe_ask(kind, path, name, TIMEOUT_NS, error);
}

/* ------------------------------------------------------------------------------- the child */

/* Keeps the standard output for itself. */
static int take_output(struct error *error)
{
    int output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (output < 0 || nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
        return fail_errno(error, errno, "library: its descriptors");
    close(nowhere);
    return output;
}

static json_t *load_and_describe(const struct describe_kind *kind, const char *path,
                                 const char *name)
{
    struct error error = {0};
    void *library = kind->is_program ? NULL : library_open(path, &error);
    bool can = kind->is_program || library != NULL;
    json_t *answer = can ? kind->describe(library, path, name, &error) : NULL;
    return answer != NULL ? answer : json_pack("{s:o}", "error", json_of_text(error.text));
}

int describe_serve(const struct describe_kind kinds[], size_t kind_count, int count,
                   char *const arguments[], struct error *error)
{
    size_t at = 0;
    while (count == 3 && at < kind_count && !text_equal(kinds[at].name, arguments[0]))
        at++;
    if (count != 3 || at == kind_count)
        return fail(error, ERROR_USAGE, "library: started by breakeven itself only");
    int output = take_output(error);
    if (output < 0)
        return -1;
    json_t *answer = load_and_describe(&kinds[at], arguments[1], arguments[2]);
    char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;
    int why = text != NULL ? whole_put(output, text, strlen(text)) : ENOMEM;
    free(text);
    json_decref(answer);
    close(output);
    return why == 0 ? 0 : fail_errno(error, why, "library: its output");
}
