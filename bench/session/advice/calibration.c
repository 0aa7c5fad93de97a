#include "bench/session/advice/calibration.h"
#include "bench/analyse/model/fit.h"
#include "bench/base/folders/folders.h"
#include "bench/findings/findings.h"
#include "bench/report/panel/traits.h"
#include "bench/session/advice/calibration_cells.h"
#include "bench/session/advice/calibration_file.h"
#include "bench/session/measuring.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------- models */

static int64_t now_s(void)
{
    return (int64_t)time(NULL);
}

/* The fit borrows names from the visits, which do not live as long as the model. */
static int keep_names(struct model *model, struct strings *strings, struct error *error)
{
    for (size_t i = 0; i < model->count; i++) {
        model->lines[i].strategy = strings_keep(strings, model->lines[i].strategy);
        if (model->lines[i].strategy == NULL)
            return fail(error, ERROR_REFUSED, "calibration: out of memory");
    }
    return 0;
}

/* The model of the rounds in a folder, which were read. */
static int fit_rounds(const char *folder, const struct findings *found, struct calibration *out,
                      struct error *error)
{
    if (model_fit(&found->visits, found->host.cpus_usable, found->host.page_bytes, panel_traits,
                  &out->model, error) != 0)
        return -1;
    panel_leave_choosing(&out->model);
    if (out->model.count == 0)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "%s: nothing in it tells what parallelism costs: no strategy was measured",
                    folder);
    return keep_names(&out->model, &out->strings, error);
}

/* Seconds since 1970 of "2026-11-22 13:14 UTC"; -1 where that is something else. */
static int64_t read_time(const char *text)
{
    struct tm utc = {0};
    const char *rest = strptime(text, "%Y-%m-%d %H:%M UTC", &utc);
    return rest != NULL && *rest == '\0' ? (int64_t)timegm(&utc) : -1;
}

static int64_t age_of(int64_t at_s)
{
    int64_t now = now_s();
    return at_s < 0 ? -1 : now > at_s ? now - at_s : 0;
}

int calibration_of_run(const char *folder, struct calibration *out, struct error *error)
{
    struct findings found = {0};
    *out = (struct calibration){.age_s = -1, .others_cpus = NAN};
    int result = findings_read_rounds(folder, &found, error);
    if (result == 0)
        result = fit_rounds(folder, &found, out, error);
    snprintf(out->path, sizeof out->path, "%s", folder);
    if (result == 0) {
        out->age_s = age_of(read_time(found.host.started));
        out->elapsed_s = (double)found.host.wall_ns / 1e9;
        out->visits = found.visits.count;
    }
    findings_free(&found);
    return result;
}

void calibration_free(struct calibration *calibration)
{
    model_free(&calibration->model);
    strings_free(&calibration->strings);
    *calibration = (struct calibration){0};
}

bool calibration_was_busy(const struct calibration *calibration)
{
    static const double least_share = 0.1; /* of the CPUs that it used */
    return calibration->others_cpus > least_share * calibration->model.cpus;
}

/* ------------------------------------------------------------------------------- measuring */

/* One calibration under way. */
struct work_in_hand {
    const struct calibration_request *request;
    struct calibration_facts facts;
    char folder[PATH_MAX], path[PATH_MAX]; /* of the cache; "": there is none */
    struct lock lock;                      /* of the folder */
    int64_t began_s;
    struct calibration *out;
    struct error *error;
};

/* Where it is measured: in the cache, where the next one takes away what a killed one has left, or
 * else where files for a while lie. */
static bool make_place(const struct work_in_hand *work, int attempt, struct run_folder *place)
{
    const char *const places[] = {folders_for_a_while(), "/dev/shm"};
    size_t room = sizeof place->path;
    *place = (struct run_folder){.made_up = false};
    if (attempt == 0)
        return work->lock.held &&
               (size_t)snprintf(place->path, room, "%s/measuring", work->folder) < room;
    return (size_t)snprintf(place->path, room, "%s/breakeven-calibration-XXXXXX",
                            places[attempt - 1]) < room &&
           mkdtemp(place->path) != NULL;
}

enum { PLACES = 3 };

static void remove_place(const struct run_folder *place)
{
    folder_clean(place, FOLDER_FORCE);
    rmdir(place->path);
}

static uint64_t budget_of(const struct calibration_request *request)
{
    return request->budget_ns > 0 ? request->budget_ns : CALIBRATION_BUDGET_NS;
}

static int set_budget(struct measuring *run, uint64_t budget_ns, uint64_t seed, struct error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%lluns", (unsigned long long)budget_ns);
    if (settings_set(&run->settings, KEY_budget, text, "--budget", error) != 0)
        return -1;
    snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
    return settings_set(&run->settings, KEY_seed, text, "--seed", error);
}

/* Measures the cells into the folder. Where that is refused *elsewhere tells whether another folder
 * may help: not where the CPUs changed meanwhile. */
static int measure_into(const struct work_in_hand *work, const struct calibration_cells *cells,
                        const char *place, enum folder_mode mode, uint64_t budget_ns,
                        bool *elsewhere, struct error *error)
{
    const struct calibration_request *request = work->request;
    struct measuring run = {
        .suite_name = "calibration",
        .suite_text = calibration_suite,
        .keys = cells->rows,
        .key_count = cells->count,
        .every_cell = true,
        .is_rare = calibration_is_rare,
        .command_line = request->command_line,
        .quiet = request->quiet,
        .input_fd = -1,
    };
    if (set_budget(&run, budget_ns, request->seed, error) == 0 && measuring_plan(&run, error) == 0)
        measuring_run(&run, place, mode, error);
    *elsewhere = error->kind == ERROR_REFUSED;
    if (error->kind == ERROR_NONE && run.measured.cut_short.kind != ERROR_NONE)
        *error = run.measured.cut_short;
    work->out->visits += run.measured.visits;
    work->out->elapsed_s = (double)run.measured.elapsed_ns / 1e9;
    measuring_free(&run);
    return error->kind == ERROR_NONE ? 0 : -1;
}

static bool has_trouble(const struct visits *visits, const struct key *key)
{
    for (size_t i = 0; i < visits->trouble_count; i++)
        if (key_compare(visits->troubles[i].key, key) == 0)
            return true;
    return false;
}

/* True where each cell that matters most was seen more than once. */
static bool is_enough(const struct visits *visits, const struct calibration_cells *cells,
                      uint32_t cpus)
{
    for (size_t i = 0; i < cells->count; i++) {
        const struct key *key = &cells->rows[i];
        struct group group = {.work = work_find(key->work),
                              .size = key->size,
                              .jobs = key->jobs,
                              .payload = {key->payload_in, key->payload_out}};
        if (!calibration_is_rare(&group, cpus) && visits_of(visits, key, "warm").count < 2 &&
            !has_trouble(visits, key))
            return false;
    }
    return true;
}

/* Measures in that place and fits the model. A machine on which the budget does not suffice for the
 * cells that matter most gets more. */
static int measure_at(const struct work_in_hand *work, const struct calibration_cells *cells,
                      const char *place, bool *elsewhere, struct error *error)
{
    enum { MOST_TIMES = 4 };
    struct cpu_look before = cpus_look(), after;
    uint64_t budget_ns = budget_of(work->request), most_ns = MOST_TIMES * budget_ns;
    enum folder_mode mode = FOLDER_FORCE;
    struct findings found = {0};
    int result = -1;
    for (bool enough = false; !enough; budget_ns *= 2) {
        result = measure_into(work, cells, place, mode, budget_ns, elsewhere, error);
        if (result == 0)
            result = findings_read_rounds(place, &found, error);
        enough = result != 0 || 2 * budget_ns > most_ns ||
                 is_enough(&found.visits, cells, work->request->cpus.usable);
        mode = FOLDER_RESUME;
        if (!enough)
            findings_free(&found);
    }
    after = cpus_look();
    work->out->others_cpus = cpus_of_others(&before, &after);
    if (result == 0)
        result = fit_rounds(place, &found, work->out, error);
    findings_free(&found);
    return result;
}

/* In the first place that takes the files. */
static int measure_cells(const struct work_in_hand *work, const struct calibration_cells *cells)
{
    struct error first = {0};
    struct run_folder place;
    for (int i = 0; i < PLACES; i++) {
        struct error error = {0};
        bool elsewhere = false;
        if (!make_place(work, i, &place))
            continue;
        int result = measure_at(work, cells, place.path, &elsewhere, &error);
        remove_place(&place);
        if (result == 0)
            return 0;
        calibration_free(work->out);
        if (!elsewhere)
            first = (struct error){0}; /* the last says more than a folder that was full */
        fail(&first, error.kind, "%s", error.text);
        if (!elsewhere)
            break;
    }
    return fail(work->error, first.kind != ERROR_NONE ? first.kind : ERROR_REFUSED, "%s",
                first.kind != ERROR_NONE ? first.text
                                         : "calibration: no folder for its files can be made");
}

static int measure(struct work_in_hand *work)
{
    struct calibration kept = *work->out; /* its path, and why it is measured */
    struct calibration_cells cells;
    if (calibration_choose(work->request->cpus.usable, work->request->python, &cells,
                           work->error) != 0)
        return -1;
    int result = cells.count > 0
                     ? measure_cells(work, &cells)
                     : fail(work->error, ERROR_NOT_COMPARABLE,
                            "calibration: there is no strategy that can be measured here");
    free(cells.rows);
    struct calibration *out = work->out;
    memcpy(out->path, kept.path, sizeof out->path);
    memcpy(out->why, kept.why, sizeof out->why);
    out->measured = true;
    out->age_s = 0;
    return result;
}

/* ------------------------------------------------------------------------------- the file */

/* Takes what a file holds over. */
static void take(struct calibration *out, struct calibration_content *content)
{
    out->model = content->model;
    out->strings = content->strings;
    out->age_s = age_of(content->measured.at_s);
    out->elapsed_s = content->measured.elapsed_s;
    out->visits = content->measured.visits;
    out->others_cpus = content->measured.others_cpus;
    out->measured = false;
    *content = (struct calibration_content){0};
}

/* Adds a sentence to what people must be told. */
static void tell(char *warning, size_t bytes, const char *text)
{
    size_t used = strlen(warning);
    snprintf(warning + used, bytes - used, "%s%s", used > 0 ? "; " : "", text);
}

/* True where what is kept can be used. Notes why it cannot. */
static bool read_kept(const struct work_in_hand *work, char *warning, size_t warning_bytes)
{
    struct calibration_content content;
    struct error why = {0};
    if (*work->path == '\0')
        return false;
    enum calibration_state state = calibration_read(work->path, &work->facts, &content, &why);
    if (state == CALIBRATION_FINE) {
        take(work->out, &content);
        *work->out->why = *warning = '\0';
        return true;
    }
    if (state == CALIBRATION_MISSING || *work->out->why != '\0')
        return false;
    char text[sizeof why.text + 64];
    snprintf(text, sizeof text, "%s%s; it is measured again",
             state == CALIBRATION_OLD ? "the calibration is old: " : "the calibration ", why.text);
    tell(warning, warning_bytes, text);
    snprintf(work->out->why, sizeof work->out->why, "%.*s", (int)sizeof work->out->why - 1,
             why.text);
    return false;
}

/* Waits until nobody else calibrates; true where somebody did. What lasts longer than any
 * calibration is not waited for. */
static bool wait_for_others(struct work_in_hand *work)
{
    static const uint64_t most_ns = 900 * NS_PER_S;
    uint64_t began_ns = clock_now_ns();
    bool waited = false;
    while (lock_take(&work->lock, work->folder) == LOCK_BUSY && clock_now_ns() - began_ns < most_ns)
        waited = true;
    return waited;
}

/* Another process has measured while this one waited. */
static bool is_new_enough(const struct work_in_hand *work)
{
    return !work->request->anew || age_of(work->began_s) >= work->out->age_s;
}

static void keep(struct work_in_hand *work, char *warning, size_t warning_bytes)
{
    const struct calibration_request *request = work->request;
    struct error refusal = {0};
    struct calibration_measured measured = {
        .at_s = now_s(),
        .budget_ns = budget_of(request),
        .seed = request->seed,
        .visits = work->out->visits,
        .elapsed_s = work->out->elapsed_s,
        .others_cpus = work->out->others_cpus,
    };
    if (*work->path == '\0' ||
        calibration_write(work->path, &work->facts, &measured, &work->out->model, &refusal) == 0)
        return;
    char text[sizeof refusal.text + 64];
    snprintf(text, sizeof text, "the calibration cannot be kept: %s", refusal.text);
    tell(warning, warning_bytes, text);
    *work->out->path = '\0';
}

/* Finds the cache. Where there is none, nothing is kept. */
static void find_cache(struct work_in_hand *work, char *warning, size_t warning_bytes)
{
    struct error refusal = {0};
    if (calibration_folder(work->folder, &refusal) == 0 &&
        calibration_path(work->folder, &work->facts, work->path, &refusal) == 0) {
        memcpy(work->out->path, work->path, sizeof work->path);
        return;
    }
    *work->folder = *work->path = '\0';
    tell(warning, warning_bytes, refusal.text);
}

/* Once nothing that is kept can be used. The lock is the caller's. */
static int measure_and_keep(struct work_in_hand *work, char *warning, size_t warning_bytes)
{
    char failed[PATH_MAX];
    int why = *work->folder != '\0' ? folders_make(work->folder, 0700, failed) : 0;
    bool waited = *work->folder != '\0' && why == 0 && wait_for_others(work);
    if (waited && read_kept(work, warning, warning_bytes)) {
        if (is_new_enough(work))
            return 0;
        model_free(&work->out->model);
        strings_free(&work->out->strings);
    }
    if (measure(work) != 0)
        return -1;
    keep(work, warning, warning_bytes);
    return 0;
}

int calibration_get(const struct calibration_request *request, struct calibration *out,
                    char *warning, size_t warning_bytes, struct error *error)
{
    struct work_in_hand work = {.request = request, .began_s = now_s(), .out = out, .error = error};
    *out = (struct calibration){.age_s = -1, .others_cpus = NAN};
    *warning = '\0';
    if (calibration_facts_read(&request->cpus, request->python, &work.facts, error) != 0)
        return -1;
    find_cache(&work, warning, warning_bytes);
    int result = 0;
    if (request->anew || !read_kept(&work, warning, warning_bytes))
        result = measure_and_keep(&work, warning, warning_bytes);
    lock_release(&work.lock);
    calibration_facts_free(&work.facts);
    return result;
}

int calibration_kept(const struct cpus *cpus, const char *python, struct calibration *out,
                     struct error *error)
{
    struct calibration_facts facts;
    struct calibration_content content;
    char folder[PATH_MAX];
    *out = (struct calibration){.age_s = -1, .others_cpus = NAN};
    if (calibration_facts_read(cpus, python, &facts, error) != 0)
        return -1;
    if (calibration_folder(folder, error) == 0 &&
        calibration_path(folder, &facts, out->path, error) == 0) {
        struct error why = {0};
        if (calibration_read(out->path, &facts, &content, &why) == CALIBRATION_FINE)
            take(out, &content);
        else
            fail(error, ERROR_NOT_COMPARABLE, "no calibration holds: %s", why.text);
    }
    calibration_facts_free(&facts);
    return error->kind == ERROR_NONE ? 0 : -1;
}
