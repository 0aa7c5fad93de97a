#include "bench/session/thresholds/check.h"
#include "bench/base/text.h"
#include "bench/plugin/described_work.h"
#include "bench/plugin/library.h"
#include "bench/run/named_work.h"
#include "bench/session/measuring.h"
#include "strategies/plugin/plugin.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* ------------------------------------------------------------------------------- what is claimed
 */

/* Leaves the thresholds that were asked for. */
static int keep_named(const char *only, struct thresholds *all, struct error *error)
{
    const char **names = calloc(all->count + 1, sizeof *names);
    struct words chosen = {0};
    size_t kept = 0;
    if (names == NULL)
        return fail(error, ERROR_REFUSED, "check: out of memory");
    for (size_t i = 0; i < all->count; i++)
        names[i] = all->rows[i].name;
    int result = parse_words("--only", only, names, all->count, &chosen, error);
    for (size_t i = 0; result == 0 && i < all->count; i++)
        for (size_t k = 0; k < chosen.count; k++)
            if (text_equal(all->rows[i].name, chosen.values[k])) {
                all->rows[kept++] = all->rows[i];
                break;
            }
    if (result == 0)
        all->count = kept;
    words_free(&chosen);
    free(names);
    return result;
}

/* Thresholds depend on the number of CPUs and their kind. */
static int check_machine(const struct check_request *request, const struct claims_head *head,
                         struct error *error)
{
    char kind[64];
    struct utsname system;
    unsigned usable = cpus_read().usable;
    uname(&system);
    text_clipped(kind, sizeof kind, head->architecture, 40);
    if (!text_equal(head->architecture, system.machine))
        return fail(error, ERROR_NOT_COMPARABLE, "check: %.200s was measured on %s, this is %s",
                    request->path, kind, system.machine);
    if (head->cpus != usable)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "check: %.200s was measured on %u CPUs, of which there are %u here",
                    request->path, head->cpus, usable);
    return 0;
}

/* Makes known the work and the strategies of a library, of which it may lack the one or the other.
 */
static int open_library(const char *path, struct error *error)
{
    struct error no_strategy = {0}, no_work = {0};
    bool has_strategies = plugin_know_all("--library", path, &no_strategy) == 0;
    if (described_work("--library", path, NULL, &no_work) != NULL || has_strategies)
        return 0;
    *error = no_work;
    return -1;
}

/* Makes known what libraries that were named hold. */
static int open_libraries(const struct check_request *request, struct error *error)
{
    struct words given = {0};
    if (request->libraries == NULL)
        return 0;
    int result = parse_words("--library", request->libraries, NULL, 0, &given, error);
    for (size_t i = 0; result == 0 && i < given.count; i++) {
        if (!library_is_named_by(given.values[i]))
            result =
                fail(error, ERROR_USAGE, "--library: '%.80s' is not the path of a library: ./%.80s",
                     given.values[i], given.values[i]);
        else
            result = open_library(given.values[i], error);
    }
    words_free(&given);
    return result;
}

/* The work that the threshold is of, or NULL: a library's may bear the name of another. */
static const struct work *work_of(const struct threshold *claim)
{
    const struct work *work = work_find(claim->key.work);
    bool is_other = work != NULL && (work->reference != NULL) != (*claim->work_path != '\0');
    return is_other ? NULL : work;
}

/* Makes known the works of libraries that lie where the file says; why one cannot be had is noted.
 */
static int find_works(struct check_result *result, struct error *error)
{
    struct claims *claims = &result->claims;
    result->reasons = calloc(claims->thresholds.count + 1, sizeof *result->reasons);
    if (result->reasons == NULL)
        return fail(error, ERROR_REFUSED, "check: out of memory");
    for (size_t i = 0; i < claims->thresholds.count; i++) {
        const struct threshold *claim = &claims->thresholds.rows[i];
        struct error why = {0};
        const struct named_work named = {
            .text = claim->work_path,
            .pythons = *claim->key.python != '\0' ? claim->key.python : suite_default(KEY_python)};
        if (work_of(claim) == NULL && named_work_is(claim->work_path))
            named_work_know(claim->key.work, &named, &why);
        if (strategy_find(claim->key.strategy) == NULL && *claim->strategy_path != '\0')
            plugin_know_all(claim->key.strategy, claim->strategy_path, &why);
        if (strategy_find(claim->key.strategy) == NULL)
            result->reasons[i] =
                *why.text != '\0'
                    ? strings_keep(&claims->strings, why.text)
                    : "this build has no such strategy; --library names the library of one's own";
        if (work_of(claim) == NULL)
            result->reasons[i] = *why.text != '\0' ? strings_keep(&claims->strings, why.text)
                                 : text_equal(claim->work_path, "command")
                                     ? "it is of a command, which breakeven run --command measures"
                                     : "this build has no such work";
    }
    return 0;
}

/* True where this build has what the threshold is of, and it claims anything. */
static bool can_be_measured(const struct threshold *claim)
{
    return !text_equal(claim->verdict, "noisy") && work_of(claim) != NULL &&
           strategy_find(claim->key.strategy) != NULL;
}

/* A suite that names the works, for what holds for the run as a whole; the cells come from the
 * claims. The caller frees the text. */
static char *make_suite(const struct thresholds *claims)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    if (file == NULL)
        return NULL;
    fprintf(file, "[suite]\ntitle = thresholds, measured again\n");
    for (size_t i = 0; i < claims->count; i++) {
        const char *work = claims->rows[i].key.work;
        bool told = !can_be_measured(&claims->rows[i]);
        for (size_t k = 0; k < i && !told; k++)
            told = can_be_measured(&claims->rows[k]) && text_equal(claims->rows[k].key.work, work);
        if (!told)
            fprintf(file, "[%s]\nsizes = 1\n", work);
    }
    if (fclose(file) == 0)
        return text;
    free(text);
    return NULL;
}

/* ------------------------------------------------------------------------------- what is measured
 */

/* The places that an option gives, or else those that the claims ask for. */
static int find_places(const struct check_request *request, const struct thresholds *claims,
                       const struct threshold *claim, struct numbers *out, struct error *error)
{
    enum suite_key by = claim->axis == DIMENSION_size ? KEY_sizes : KEY_jobs;
    const char *given = request->settings.values[by];
    struct number_rule rule = suite_number_rule(by, cpus_read().usable);
    if (given != NULL)
        return parse_numbers(request->settings.origins[by], given, &rule, out, error);
    out->values = calloc(CHECK_MOST_PLACES, sizeof *out->values);
    if (out->values == NULL)
        return fail(error, ERROR_REFUSED, "check: out of memory");
    out->count = check_places(claims, claim->key.work, claim->axis, out->values);
    return 0;
}

struct keys {
    struct key *rows;
    size_t count;
};

static int append_keys(const struct check_request *request, const struct thresholds *claims,
                       const struct threshold *claim, struct keys *keys, struct error *error)
{
    struct numbers places = {0};
    int result = find_places(request, claims, claim, &places, error);
    struct key *grown =
        result == 0 ? reallocarray(keys->rows, keys->count + places.count + 1, sizeof *grown)
                    : NULL;
    if (result == 0 && grown == NULL)
        result = fail(error, ERROR_REFUSED, "check: out of memory");
    if (grown != NULL)
        keys->rows = grown;
    for (size_t i = 0; result == 0 && i < places.count; i++) {
        struct key *key = &keys->rows[keys->count++];
        *key = claim->key;
        key_set_count(key, claim->axis, places.values[i]);
        result = suite_check_key(claim->name, key, error);
    }
    numbers_free(&places);
    return result;
}

/* Where each threshold is to be measured; refuses a file of which nothing can be. */
static int make_keys(const struct check_request *request, const struct check_result *result,
                     struct keys *keys, struct error *error)
{
    const struct thresholds *claims = &result->claims.thresholds;
    for (size_t i = 0; i < claims->count; i++)
        if (can_be_measured(&claims->rows[i]) &&
            append_keys(request, claims, &claims->rows[i], keys, error) != 0)
            return -1;
    if (keys->count > 0)
        return 0;
    for (size_t i = 0; i < claims->count; i++)
        if (result->reasons[i] != NULL)
            return fail(error, ERROR_NOT_COMPARABLE,
                        "check: nothing of %.200s can be measured: %.100s: %.200s", request->path,
                        claims->rows[i].name, result->reasons[i]);
    return fail(error, ERROR_NOT_COMPARABLE,
                "check: nothing of %.200s can be measured: each threshold was too noisy",
                request->path);
}

/* The run-wide settings alone: lists are of the claims. */
static int copy_settings(const struct check_request *request, struct settings *out,
                         struct error *error)
{
    for (int i = 0; i < SUITE_KEY_COUNT; i++) {
        bool is_place = i == KEY_sizes || i == KEY_jobs;
        if (!is_place && request->settings.values[i] != NULL &&
            settings_set(out, (enum suite_key)i, request->settings.values[i],
                         request->settings.origins[i], error) != 0)
            return -1;
    }
    return 0;
}

/* The folder's lock is handed on. */
static int measure(const struct check_request *request, const struct keys *keys, const char *suite,
                   struct run_folder *folder, struct check_result *result, struct error *error)
{
    struct measuring run = {
        .suite_name = "check",
        .suite_text = suite,
        .keys = keys->rows,
        .key_count = keys->count,
        .command_line = request->command_line,
        .quiet = request->quiet,
        .input_fd = -1,
    };
    if (copy_settings(request, &run.settings, error) == 0 && measuring_plan(&run, error) == 0)
        measuring_run(&run, request->out, request->mode, error);
    result->elapsed_s = (double)run.measured.elapsed_ns / 1e9;
    if (error->kind == ERROR_NONE && run.measured.cut_short.kind != ERROR_NONE)
        *error = run.measured.cut_short;
    *folder = run.folder;
    run.folder.lock.held = false;
    measuring_free(&run);
    return error->kind == ERROR_NONE ? 0 : -1;
}

/* ------------------------------------------------------------------------------- what came of it
 */

static int judge(const struct check_request *request, const struct keys *keys,
                 const struct run_folder *folder, struct check_result *result, struct error *error)
{
    struct findings *found = &result->found;
    const struct claims *claims = &result->claims;
    char path[PATH_MAX];
    if (findings_read(folder->path, found, error) != 0 ||
        findings_write(folder->path, found, error) != 0)
        return -1;
    struct check_measured measured = {
        .summaries = &found->summaries,
        .crossovers = &found->crossovers,
        .planned = keys->rows,
        .planned_count = keys->count,
        .objective = claims->head.objective,
        .limit = request->limit,
        .same_model = text_equal(claims->head.model, found->host.model),
    };
    if (check_find(&claims->thresholds, &measured, &result->checks, error) != 0)
        return -1;
    for (size_t i = 0; i < result->checks.count; i++)
        if (result->reasons[i] != NULL)
            result->checks.rows[i].detail = result->reasons[i];
    result->other_model = !measured.same_model;
    return findings_path(folder->path, "check.csv", path, error) == 0
               ? csv_write_file(path, &check_format, result->checks.rows, result->checks.count,
                                error)
               : -1;
}

static int measure_and_judge(const struct check_request *request, const struct keys *keys,
                             const char *suite, struct run_folder *folder,
                             struct check_result *result, struct error *error)
{
    struct error own = {0};
    measure(request, keys, suite, folder, result, error);
    if (error->kind != ERROR_NONE && error->kind != ERROR_INTERRUPTED)
        return -1;
    if (judge(request, keys, folder, result, &own) != 0) {
        measuring_blame_system(&own);
        if (error->kind == ERROR_NONE)
            *error = own;
    }
    if (folder_link(folder, &own) != 0 && error->kind == ERROR_NONE)
        *error = own;
    return error->kind == ERROR_NONE ? 0 : -1;
}

int check_thresholds(const struct check_request *request, struct run_folder *folder,
                     struct check_result *result, struct error *error)
{
    struct thresholds *claims = &result->claims.thresholds;
    struct keys keys = {0};
    *folder = (struct run_folder){.made_up = false};
    if (claims_read(request->path, &result->claims, error) != 0 ||
        check_machine(request, &result->claims.head, error) != 0 ||
        (request->only != NULL && keep_named(request->only, claims, error) != 0) ||
        open_libraries(request, error) != 0 || find_works(result, error) != 0)
        return -1;
    char *suite = make_suite(claims);
    if (suite == NULL)
        fail(error, ERROR_REFUSED, "check: out of memory");
    else if (make_keys(request, result, &keys, error) == 0)
        measure_and_judge(request, &keys, suite, folder, result, error);
    free(suite);
    free(keys.rows);
    return error->kind == ERROR_NONE ? 0 : -1;
}

void check_free(struct check_result *result)
{
    free(result->checks.rows);
    free(result->reasons);
    findings_free(&result->found);
    claims_free(&result->claims);
    *result = (struct check_result){.elapsed_s = 0};
}
