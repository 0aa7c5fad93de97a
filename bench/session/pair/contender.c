#include "bench/session/pair/contender.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/process/program.h"
#include "bench/visit/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* More than any build has to list. */
enum { MOST_LISTING_BYTES = 1 << 20 };

/* Lets the program write into memory what it has. */
static int ask(const char *path, int output, struct error *error)
{
    const char *const arguments[] = {path, "list", "--json", NULL};
    int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct program program = {
        .arguments = arguments,
        .remedy = "give the path of a breakeven that was built",
        .folder = here,
        .output = output,
        .output_most = MOST_LISTING_BYTES,
        .timeout_ns = 10 * NS_PER_S,
    };
    int result = program_run(&program, error);
    if (here >= 0)
        close(here);
    return result;
}

static int check(const char *path, json_t *listing, struct error *error)
{
    json_int_t protocol = json_integer_value(json_object_get(listing, "protocol"));
    if (!json_is_array(json_object_get(listing, "strategies")) ||
        !json_is_string(json_object_get(listing, "build")))
        return fail(error, ERROR_NOT_COMPARABLE,
                    "%s: is no breakeven that can be asked what it has", path);
    if (protocol != WIRE_PROTOCOL)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "%s: its visits speak protocol %lld, this build's %d; compare with one that is "
                    "nearer",
                    path, (long long)protocol, WIRE_PROTOCOL);
    return 0;
}

int contender_open(const char *program, struct contender *contender, struct error *error)
{
    struct error refusal = {0};
    *contender = (struct contender){.listing = NULL};
    if (realpath(program, contender->program) == NULL || access(contender->program, X_OK) != 0)
        return fail(error, ERROR_USAGE, "%s: cannot be run: %s", program, strerror(errno));
    int output = memfd_create("listing", MFD_CLOEXEC);
    if (output < 0)
        return fail_errno(error, errno, "%s: memory for what it says (memfd_create)", program);
    if (ask(contender->program, output, &refusal) != 0) {
        close(output);
        return fail(error, ERROR_NOT_COMPARABLE,
                    "%s: cannot be asked what it has (too old, or no breakeven): %s", program,
                    refusal.text);
    }
    lseek(output, 0, SEEK_SET);
    contender->listing = json_loadfd(output, 0, NULL);
    close(output);
    return check(program, contender->listing, error);
}

void contender_close(struct contender *contender)
{
    json_decref(contender->listing);
    contender->listing = NULL;
}

const char *contender_facts(const struct contender *contender)
{
    const char *facts = json_string_value(json_object_get(contender->listing, "build"));
    return facts != NULL ? facts : "";
}

bool contender_has_handicap(const struct contender *contender)
{
    return json_is_true(json_object_get(contender->listing, "handicap"));
}

static bool has(const struct contender *contender, const char *kind, const char *name)
{
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(contender->listing, kind), i, item)
    {
        const char *own = json_string_value(json_object_get(item, "name"));
        if (own != NULL && text_equal(own, name))
            return true;
    }
    return false;
}

void contender_difference(const struct contender *contender, const struct contender *other,
                          const char *kind, char *text, size_t bytes)
{
    size_t i, used = 0;
    const json_t *item;
    text[0] = '\0';
    json_array_foreach(json_object_get(contender->listing, kind), i, item)
    {
        char shown[64];
        const char *name = json_string_value(json_object_get(item, "name"));
        if (name == NULL || has(other, kind, name) || used >= bytes)
            continue;
        text_printable(shown, sizeof shown, name);
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", used > 0 ? ", " : "", shown);
    }
}
