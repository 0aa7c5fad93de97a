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
    MOST_TOLD = 1024, /* host.json has no more hosts than that */
    MOST_ALONE = 8,   /* that are looked at one by one */
};

/* Hosts that run a rank together. */
struct asked {
    struct hosts hosts;
    uint32_t own_host; /* which of them this machine is, from 1 on; 0: none */
    uint64_t timeout_ns;
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

static int run_child(const char *list, const struct asked *asked, int output, struct error *error)
{
    char own[16], most_ns[24];
    const char *const arguments[] = {PROGRAM_SELF, LOOK_SUBCOMMAND, list, own, most_ns, NULL};
    int folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fail_errno(error, errno, "the working directory");
    snprintf(own, sizeof own, "%u", asked->own_host);
    snprintf(most_ns, sizeof most_ns, "%llu", (unsigned long long)asked->timeout_ns);
    const struct program program = {
        .arguments = arguments,
        .shown_name = "mpirun",
        .remedy = "/proc must be mounted",
        .folder = folder,
        .output = output,
        .timeout_ns = asked->timeout_ns + TELL_NS,
        .interrupted = &visit_interrupted,
    };
    int result = program_run(&program, error);
    close(folder);
    return result;
}

/* A list of objects; NULL with an error. */
static json_t *ask(const struct asked *asked, struct error *error)
{
    char *list = malloc(HOSTS_TEXT_BYTES);
    int output = memfd_create("breakeven-hosts", MFD_CLOEXEC);
    json_t *answer = NULL;
    if (list == NULL || output < 0 || !hosts_text(&asked->hosts, list))
        fail_errno(error, errno, "what takes the answer");
    else if (run_child(list, asked, output, error) == 0)
        answer = read_answer(output);
    if (output >= 0)
        close(output);
    free(list);
    const char *why = json_string_value(json_object_get(answer, "error"));
    if (why == NULL && json_array_size(answer) == asked->hosts.count)
        return answer;
    fail(error, ERROR_REFUSED, "%s", why != NULL ? why : "the answer cannot be read");
    json_decref(answer);
    return NULL;
}

/* `count` of them from `first` on. */
static struct asked part_of(const struct asked *all, size_t first, size_t count)
{
    bool has_own = all->own_host > first && all->own_host <= first + count;
    return (struct asked){{all->hosts.values + first, count},
                          has_own ? all->own_host - (uint32_t)first : 0,
                          all->timeout_ns};
}

static bool fails(const struct asked *asked, struct error *trouble)
{
    *trouble = (struct error){ERROR_NONE, ""};
    json_decref(ask(asked, trouble));
    return trouble->kind != ERROR_NONE;
}

/* Halves many hosts that fail together, as one by one would take long. False where neither half
 * fails. */
static bool halve(struct asked *asked, struct error *trouble)
{
    while (asked->hosts.count > MOST_ALONE) {
        size_t half = asked->hosts.count / 2;
        struct asked first = part_of(asked, 0, half);
        struct asked second = part_of(asked, half, asked->hosts.count - half);
        struct error own;
        if (fails(&first, &own))
            *asked = first;
        else if (fails(&second, &own))
            *asked = second;
        else
            return false;
        *trouble = own;
    }
    return true;
}

static int blame_none(const struct asked *asked, const char *which, const struct error *together,
                      struct error *error)
{
    const struct hosts *hosts = &asked->hosts;
    return fail(error, ERROR_REFUSED,
                "--hosts: of the %zu hosts from %.100s to %.100s each%s runs ranks, but not all of "
                "them together: %s",
                hosts->count, hosts->values[0].name, hosts->values[hosts->count - 1].name, which,
                together->text);
}

/* Finds the host to blame for what they failed by together. */
static int blame(struct asked asked, struct error together, struct error *error)
{
    if (!halve(&asked, &together))
        return blame_none(&asked, " half", &together, error);
    struct error trouble = together;
    for (size_t i = 0; i < asked.hosts.count; i++) {
        const struct asked alone = part_of(&asked, i, 1);
        const char *name = alone.hosts.values->name;
        if (asked.hosts.count > 1 && !fails(&alone, &trouble))
            continue;
        if (trouble.kind == ERROR_INTERRUPTED)
            return fail(error, ERROR_INTERRUPTED, "%s", trouble.text);
        return fail(error, ERROR_REFUSED,
                    "--hosts: %.100s: %.300s (tried by mpirun --host %.60s:1)", name, trouble.text,
                    name);
    }
    return blame_none(&asked, "", &together, error);
}

json_t *hosts_told(const struct hosts *hosts, uint32_t own_host, uint64_t timeout_ns,
                   struct error *error)
{
    const struct asked asked = {*hosts, own_host, timeout_ns};
    struct error trouble = {0};
    json_t *told = ask(&asked, &trouble);
    if (told == NULL && trouble.kind == ERROR_INTERRUPTED)
        fail(error, ERROR_INTERRUPTED, "%s", trouble.text);
    else if (told == NULL)
        blame(asked, trouble, error);
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
