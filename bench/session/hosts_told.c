#include "bench/session/hosts_told.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/process/program.h"
#include "bench/visit/visit.h"
#include "strategies/mpi/look.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_TOLD = 1024,  /* host.json has no more hosts than that */
    MOST_BLAMED = 256, /* that are looked at one by one */
};

/* How long the child may take to end ranks that did not come, and to tell of them. */
#define TELL_NS (5 * NS_PER_S)

/* What the child has written; NULL where that is nothing of JSON. */
static json_t *read_answer(int output)
{
    struct stat status;
    if (fstat(output, &status) != 0 || status.st_size <= 0)
        return NULL;
    size_t bytes = (size_t)status.st_size;
    char *text = malloc(bytes);
    ssize_t got = text != NULL ? pread(output, text, bytes, 0) : -1;
    json_t *answer = got > 0 ? json_loadb(text, (size_t)got, JSON_REJECT_DUPLICATES, NULL) : NULL;
    free(text);
    return answer;
}

static int run_child(const char *list, uint32_t own_host, int output, uint64_t timeout_ns,
                     struct error *error)
{
    char own[16], most_ns[24];
    const char *const arguments[] = {PROGRAM_SELF, LOOK_SUBCOMMAND, list, own, most_ns, NULL};
    int folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fail_errno(error, errno, "the working directory");
    snprintf(own, sizeof own, "%u", own_host);
    snprintf(most_ns, sizeof most_ns, "%llu", (unsigned long long)timeout_ns);
    const struct program program = {
        .arguments = arguments,
        .shown_name = "mpirun",
        .remedy = "/proc must be mounted",
        .folder = folder,
        .output = output,
        .timeout_ns = timeout_ns + TELL_NS,
        .interrupted = &visit_interrupted,
    };
    int result = program_run(&program, error);
    close(folder);
    return result;
}

/* A list of objects; NULL with an error. */
static json_t *ask(const struct hosts *hosts, uint32_t own_host, uint64_t timeout_ns,
                   struct error *error)
{
    char *list = malloc(HOSTS_TEXT_BYTES);
    int output = memfd_create("breakeven-hosts", MFD_CLOEXEC);
    json_t *answer = NULL;
    if (list == NULL || output < 0 || !hosts_text(hosts, list))
        fail_errno(error, errno, "what takes the answer");
    else if (run_child(list, own_host, output, timeout_ns, error) == 0)
        answer = read_answer(output);
    if (output >= 0)
        close(output);
    free(list);
    const char *why = json_string_value(json_object_get(answer, "error"));
    if (why == NULL && json_array_size(answer) == hosts->count)
        return answer;
    fail(error, ERROR_REFUSED, "%s", why != NULL ? why : "the answer cannot be read");
    json_decref(answer);
    return NULL;
}

/* Finds the host to blame for what all of them failed by. */
static void blame(const struct hosts *hosts, uint32_t own_host, uint64_t timeout_ns,
                  const struct error *all, struct error *error)
{
    for (size_t i = 0; i < hosts->count && i < MOST_BLAMED; i++) {
        const struct host_slots *host = &hosts->values[i];
        struct hosts alone = {&hosts->values[i], 1};
        struct error trouble = *all;
        if (hosts->count > 1) {
            trouble = (struct error){ERROR_NONE, ""};
            json_decref(ask(&alone, own_host == i + 1, timeout_ns, &trouble));
        }
        if (trouble.kind != ERROR_NONE) {
            fail(error, ERROR_REFUSED, "--hosts: %.100s: %.300s (tried by mpirun --host %.60s:1)",
                 host->name, trouble.text, host->name);
            return;
        }
    }
    fail(error, ERROR_REFUSED, "--hosts: each host runs a rank, but not all of them together: %s",
         all->text);
}

json_t *hosts_told(const struct hosts *hosts, uint32_t own_host, uint64_t timeout_ns,
                   struct error *error)
{
    struct error trouble = {0};
    json_t *told = ask(hosts, own_host, timeout_ns, &trouble);
    if (told == NULL && trouble.kind == ERROR_INTERRUPTED)
        fail(error, ERROR_INTERRUPTED, "%s", trouble.text);
    else if (told == NULL)
        blame(hosts, own_host, timeout_ns, &trouble, error);
    if (told == NULL)
        return NULL;
    json_t *named = json_array();
    for (size_t i = 0; i < hosts->count && i < MOST_TOLD; i++) {
        json_t *host = json_pack("{s:o, s:i}", "name", json_of_text(hosts->values[i].name), "slots",
                                 (int)hosts->values[i].slots);
        json_object_update(host, json_array_get(told, i));
        json_array_append_new(named, host);
    }
    json_decref(told);
    return named;
}
