#include "bench/session/floors.h"
#include "bench/base/clock.h"
#include "bench/data/floor_rows.h"
#include "bench/session/hosts_told.h"
#include "bench/session/measuring.h"
#include "bench/session/progress.h"
#include "bench/session/signals.h"
#include "bench/visit/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int measure(struct overheads *overheads, const struct overheads_settings *wanted,
                   struct error *error)
{
    struct progress_view view = progress_open(false);
    struct overheads_settings settings = *wanted;
    sigset_t before;
    signals_catch(&before);
    settings.waiting_mask = &before;
    settings.progress = progress_show;
    settings.user = &view;
    int result = overheads_measure(overheads, &settings, error);
    sigprocmask(SIG_SETMASK, &before, NULL);
    progress_close(&view);
    if (visit_interrupted == 0)
        return result;
    *error = (struct error){ERROR_INTERRUPTED, "interrupted"};
    return -1;
}

static int write_rows(const struct run_folder *folder, struct overheads *overheads,
                      struct error *error)
{
    struct floor_rows rows;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/floors.csv", folder->path);
    overheads_conclude(overheads);
    int result = overheads_rows(overheads, &rows, error);
    if (result == 0)
        result = csv_write_file(path, &floor_format, rows.rows, rows.count, error);
    free(rows.rows);
    return result;
}

/* Leaves no host.json alone, which would look like a run, nor a folder that was made up for it. */
static void remove_host(const struct run_folder *folder)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/host.json", folder->path);
    unlink(path);
    if (folder->made_up)
        rmdir(folder->path); /* refused where it holds anything */
}

/* Measures, and completes the folder's files. An error that the measuring ends with stays. */
static int measure_into(struct measuring *run, const struct floors_request *request,
                        struct overheads *overheads, bool *written, struct error *error)
{
    struct error own = {0};
    uint64_t start_ns = clock_now_ns();
    int result = measure(overheads, &request->settings, error);
    conditions_end(&run->conditions);
    run->conditions.visits_repeated = overheads_repeated(overheads);
    run->measured.elapsed_ns = clock_now_ns() - start_ns;
    stage_ends(&run->clock, STAGE_UNTOLD, clock_now_ns());
    bool worth_it = result == 0 || (visit_interrupted != 0 && overheads->rounds > 0);
    *written = worth_it && write_rows(&run->folder, overheads, &own) == 0;
    if (*written)
        measuring_tell_stages(run, &own);
    else
        remove_host(&run->folder);
    if (error->kind == ERROR_NONE)
        *error = own;
    return error->kind == ERROR_NONE ? 0 : -1;
}

/* As before a run, where anything is to run over them. */
static int ask_hosts(struct measuring *run, const struct overheads *overheads,
                     const struct overheads_settings *settings, struct error *error)
{
    struct hosts hosts = {0};
    bool are_used = false;
    for (size_t i = 0; i < overheads->count; i++)
        are_used = are_used || (overheads->rows[i].cell.key.hosts > 0 &&
                                strategy_unavailable(overheads->rows[i].cell.strategy) == NULL);
    if (!are_used)
        return 0;
    if (hosts_parse("--hosts", settings->hosts, &hosts, error) != 0)
        return -1;
    run->hosts = hosts_told(&hosts, settings->own_host, settings->timeout_ns, error);
    hosts_free(&hosts);
    if (run->hosts != NULL)
        return 0;
    remove_host(&run->folder);
    return -1;
}

int floors_run(const struct floors_request *request, struct run_folder *folder, bool *written,
               struct error *error)
{
    char name[] = "floors", title[] = "the floors of this machine, and what handing over costs";
    struct measuring run = {
        .command_line = request->command_line,
        .cpus = request->settings.cpus,
        .suite = {.name = name, .title = title, .seed = request->settings.seed},
        .input_fd = -1,
    };
    struct overheads overheads;
    *written = false;
    if (overheads_open(&overheads, &request->settings, error) != 0)
        return -1;
    run.began_ns = run.clock.since_ns = clock_now_ns();
    int result =
        measuring_open(&run, request->out, request->force ? FOLDER_FORCE : FOLDER_FRESH, error);
    if (result == 0)
        result = ask_hosts(&run, &overheads, &request->settings, error);
    if (result == 0)
        result = measure_into(&run, request, &overheads, written, error);
    overheads_free(&overheads);
    json_decref(run.hosts);
    *folder = run.folder;
    return result;
}
