#include "bench/session/advice/brief_run.h"
#include "bench/base/folders/folders.h"
#include "bench/base/text.h"
#include "bench/session/measuring.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int make_folder(char path[PATH_MAX], struct error *error)
{
    const char *where = folders_for_a_while();
    if (snprintf(path, PATH_MAX, "%s/breakeven-XXXXXX", where) < PATH_MAX && mkdtemp(path) != NULL)
        return 0;
    *path = '\0';
    return fail(error, ERROR_REFUSED, "TMPDIR: no folder can be made in %.200s: %s", where,
                strerror(errno));
}

static struct settings take_settings(struct settings *from)
{
    struct settings taken = {0};
    if (from != NULL) {
        taken = *from;
        *from = (struct settings){0};
    }
    return taken;
}

/* What went wrong is what the first row without a time says. */
static int check_measured(const struct measuring *run, struct error *error)
{
    const struct measure_result *measured = &run->measured;
    char why[300];
    if (measured->cut_short.kind != ERROR_NONE)
        return fail(error, measured->cut_short.kind, "%s", measured->cut_short.text);
    if (measured->rows_ok > 0)
        return 0;
    text_clipped(why, sizeof why, measured->first_trouble, 250);
    return fail(error,
                measured->rows_refused == measured->rows && measured->rows > 0
                    ? ERROR_REFUSED
                    : ERROR_NOT_COMPARABLE,
                "%s could not be measured%s%s", run->suite.name, *why != '\0' ? ": " : "", why);
}

static int measure_into(const struct brief_run *asked, const char *folder, struct samples *samples,
                        uint64_t *elapsed_ns, struct error *error)
{
    char path[PATH_MAX + 16];
    struct measuring run = {
        .settings = take_settings(asked->settings),
        .suite_name = asked->suite_name,
        .suite_text = asked->suite_text,
        .keys = asked->keys,
        .key_count = asked->key_count,
        .command_line = asked->command_line,
        .quiet = true,
        .input_fd = -1,
    };
    if (measuring_plan(&run, error) == 0 && measuring_run(&run, folder, FOLDER_FRESH, error) == 0 &&
        check_measured(&run, error) == 0) {
        snprintf(path, sizeof path, "%s/samples.csv", run.folder.path);
        samples_read(path, samples, error);
        *elapsed_ns = run.measured.elapsed_ns;
    }
    measuring_free(&run);
    return error->kind == ERROR_NONE ? 0 : -1;
}

int brief_run_measure(const struct brief_run *run, struct samples *samples, uint64_t *elapsed_ns,
                      struct error *error)
{
    char folder[PATH_MAX];
    *samples = (struct samples){0};
    *elapsed_ns = 0;
    if (make_folder(folder, error) != 0)
        return -1;
    int result = measure_into(run, folder, samples, elapsed_ns, error);
    folders_empty(folder);
    rmdir(folder);
    return result;
}
