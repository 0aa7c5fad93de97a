/* Two builds in the same rounds, for breakeven compare. */
#include "bench/session/pair/ab.h"
#include "bench/analyse/compare/compare.h"
#include "bench/run/instructions.h"
#include "bench/session/measuring.h"
#include "bench/session/progress.h"
#include "bench/session/signals.h"

#include <stdio.h>
#include <stdlib.h>

/* Fresh rounds take at most this share of the budget. */
#define FRESH_SHARE 0.5

/* What an order of visits favours by chance, fresh rounds in the same order would favour again. */
#define FRESH_ORDER UINT64_C(0x667265736821)

/* How long a visit that is counted may take. */
#define COUNT_TIMEOUT_NS (60 * NS_PER_S)

/* Measures all that was planned, or fails. */
static int measure_whole(struct measuring *measuring, const char *out, enum folder_mode mode,
                         struct error *error)
{
    const struct error *cut_short = &measuring->measured.cut_short;
    if (measuring_run(measuring, out, mode, error) != 0)
        return -1;
    return cut_short->kind == ERROR_NONE ? 0 : fail(error, cut_short->kind, "%s", cut_short->text);
}

/* The first and the fresh rounds are the same suite with the same settings, each with a copy of its
 * own. */
static int begin(const struct ab *ab, struct measuring *measuring, struct error *error)
{
    *measuring = (struct measuring){
        .suite_name = ab->suite,
        .command_line = ab->command_line,
        .base = &ab->base,
        .new = &ab->new,
        .quiet = ab->quiet,
        .input_fd = -1,
    };
    for (int i = 0; i < SUITE_KEY_COUNT; i++)
        if (ab->settings.values[i] != NULL &&
            settings_set(&measuring->settings, (enum suite_key)i, ab->settings.values[i],
                         ab->settings.origins[i], error) != 0)
            return -1;
    return measuring_plan(measuring, error);
}

/* The folder and its lock, which are the caller's from now on. */
static struct run_folder take_folder(struct measuring *measuring)
{
    struct run_folder folder = measuring->folder;
    measuring->folder.lock.held = false;
    return folder;
}

/* The folder in the folder must not lead elsewhere. */
static int check_out(const struct ab *ab, struct error *error)
{
    return ab->out != NULL ? folder_check_part(ab->out, FOLDER_FRESH_ROUNDS, error) : 0;
}

int ab_measure_first(const struct ab *ab, struct run_folder *folder, struct error *error)
{
    struct measuring first;
    int result = begin(ab, &first, error);
    if (result == 0)
        result = check_out(ab, error);
    if (result == 0)
        result = measure_whole(&first, ab->out, ab->mode, error);
    *folder = take_folder(&first);
    measuring_free(&first);
    return result;
}

/* Of the suite's cells those alone, in the folder `path`. */
static int measure_fresh(const struct ab *ab, const char *path, const struct key keys[],
                         size_t count, struct error *error)
{
    struct measuring fresh;
    int result = begin(ab, &fresh, error);
    if (result == 0) {
        fresh.suite.budget_ns = (uint64_t)(FRESH_SHARE * (double)fresh.suite.budget_ns);
        plan_keep(&fresh.plan, keys, count);
        fresh.planned_groups = fresh.plan.group_count;
        fresh.reorder = FRESH_ORDER;
        result = measure_whole(&fresh, path, FOLDER_FORCE, error);
    }
    measuring_free(&fresh);
    return result;
}

/* Visits again what the first rounds cast suspicion on. */
static int confirm(const struct ab *ab, const struct run_folder *folder, struct error *error)
{
    struct visits visits = {0};
    struct disturbances found;
    struct key *keys = NULL;
    size_t count = 0;
    char path[PATH_MAX], fresh[PATH_MAX];
    snprintf(path, sizeof path, "%s/samples.csv", folder->path);
    snprintf(fresh, sizeof fresh, "%s/" FOLDER_FRESH_ROUNDS, folder->path);
    int result = visits_read(path, &visits, &found, error);
    if (result == 0)
        result = compare_candidates(&visits, ab->threshold, &keys, &count, error);
    if (result == 0 && count > 0)
        result = folder_check_part(folder->path, FOLDER_FRESH_ROUNDS, error);
    if (result == 0 && count > 0)
        result = measure_fresh(ab, fresh, keys, count, error);
    free(keys);
    visits_free(&visits);
    return result;
}

int ab_measure(const struct ab *ab, struct run_folder *folder, struct error *error)
{
    if (ab_measure_first(ab, folder, error) != 0)
        return -1;
    return confirm(ab, folder, error);
}

int ab_open(const struct ab *ab, struct run_folder *folder, struct error *error)
{
    struct measuring counted;
    int result = begin(ab, &counted, error);
    if (result == 0)
        result = check_out(ab, error);
    if (result == 0)
        result = measuring_open(&counted, ab->out, ab->mode, error);
    *folder = take_folder(&counted);
    measuring_free(&counted);
    return result;
}

int ab_count(const struct ab *ab, struct counter *counter, struct comparisons *found,
             struct error *error)
{
    struct progress_view view = progress_open(false);
    struct counted_build base = {ab->base.program, ab->base.environment};
    struct counted_build new = {ab->new.program, ab->new.environment};
    sigset_t mask, waiting_mask;
    signals_catch(&mask);
    sigprocmask(SIG_SETMASK, NULL, &waiting_mask);
    sigdelset(&waiting_mask, SIGINT);
    sigdelset(&waiting_mask, SIGTERM);
    sigdelset(&waiting_mask, SIGHUP);
    struct counting counting = {
        .counter = counter,
        .timeout_ns = COUNT_TIMEOUT_NS,
        .waiting_mask = &waiting_mask,
        .progress = ab->quiet ? NULL : progress_show,
        .user = &view,
    };
    int result = instructions_compare(&counting, &base, &new, ab->count_threshold, found, error);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (!ab->quiet)
        progress_close(&view);
    return result;
}
