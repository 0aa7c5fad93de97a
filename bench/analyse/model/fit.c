#include "bench/analyse/model/fit.h"
#include "bench/analyse/model/fit_points.h"
#include "bench/analyse/model/fit_solve.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_NS 0.01 /* of a guess */

/* How loose guesses are, in guesses; company is known to be near 1. */
#define LOOSE 3.0
#define COMPANY_LOOSE 0.2
#define COMPANY_LEAST_LOOSE 0.03
/* Company surely above that may be of turns at a lock, not of clocks or caches. */
#define TURNS 1.25

/* One line in the making. */
struct fitting {
    const struct model *model;
    struct model_line *line;
    const struct key *key;   /* one of the line's */
    const struct key **keys; /* one of each line */
    const struct fit_point *points;
    size_t count;
    bool any_schedule; /* none is the strategy's own */
    double values[BATCH_VALUE_COUNT];
    struct fit_cell *cells; /* room for all points */
    double *numbers;        /* likewise */
    const struct fit_point **chosen;
    size_t chosen_count;
    struct fit_unknown
        beside; /* the company that others of the runtime surely have; guess 0: none */
};

/* ------------------------------------------------------------------------------- choosing */

static bool is_own_schedule(const struct key *key)
{
    return *key->schedule == '\0' || text_equal(key->schedule, "auto");
}

static bool is_of_line(const struct fit_point *point, const struct model_line *line)
{
    return text_equal(point->key->strategy, line->strategy) && point->key->workers == line->workers;
}

/* Takes the points of that use and temperature; how many. */
static size_t choose(struct fitting *fitting, enum fit_use use, bool is_cold)
{
    fitting->chosen_count = 0;
    for (size_t i = 0; i < fitting->count; i++) {
        const struct fit_point *point = &fitting->points[i];
        bool scheduled = use == FIT_SINGLE || fitting->any_schedule || is_own_schedule(point->key);
        if (point->use != use || point->question.is_cold != is_cold || !scheduled ||
            !is_of_line(point, fitting->line))
            continue;
        fitting->chosen[fitting->chosen_count] = point;
        fitting->cells[fitting->chosen_count++] = (struct fit_cell){
            .setting = batch_setting_of(fitting->model, fitting->line, &point->question),
            .job_ns = point->question.job_ns.median,
            .ns = point->ns,
            .error = point->error,
        };
    }
    return fitting->chosen_count;
}

/* Jobs that compute or do nothing; where there are none, any others. */
static size_t choose_base(struct fitting *fitting, bool is_cold)
{
    for (int any = 0; any < 2; any++) {
        fitting->any_schedule = any != 0;
        if (choose(fitting, FIT_BASE, is_cold) > 0 || choose(fitting, FIT_OTHER, is_cold) > 0)
            break;
    }
    return fitting->chosen_count;
}

/* The speedup of a point. */
static double speedup_of(const struct fit_point *point)
{
    return point->question.job_ns.median * (double)point->question.jobs / point->ns;
}

/* The chosen point whose speedup is nearest to 1. */
static const struct fit_point *nearest(const struct fitting *fitting)
{
    const struct fit_point *best = fitting->chosen[0];
    for (size_t i = 1; i < fitting->chosen_count; i++)
        if (fabs(log(speedup_of(fitting->chosen[i]))) < fabs(log(speedup_of(best))))
            best = fitting->chosen[i];
    return best;
}

/* The one that takes the least time. */
static const struct fit_point *tiniest(const struct fitting *fitting)
{
    const struct fit_point *best = fitting->chosen[0];
    for (size_t i = 1; i < fitting->chosen_count; i++)
        if (fitting->chosen[i]->ns < best->ns)
            best = fitting->chosen[i];
    return best;
}

/* The one with most jobs; of equals the fastest. */
static const struct fit_point *fullest(const struct fitting *fitting)
{
    const struct fit_point *best = fitting->chosen[0];
    for (size_t i = 1; i < fitting->chosen_count; i++) {
        const struct fit_point *point = fitting->chosen[i];
        if (point->question.jobs > best->question.jobs ||
            (point->question.jobs == best->question.jobs && point->ns < best->ns))
            best = point;
    }
    return best;
}

/* ------------------------------------------------------------------------------- fitting */

static struct fit_unknown unknown_of(enum batch_value which, double guess)
{
    return (struct fit_unknown){which, fmax(guess, LEAST_NS), LOOSE, 0};
}

static const struct fit_unknown company = {BATCH_COMPANY, 1, COMPANY_LOOSE, 1};

/* Fits to the chosen points; what is found becomes the line's. */
static int solve(struct fitting *fitting, const struct fit_unknown unknowns[], size_t count,
                 enum contention contention, double *cost, struct error *error)
{
    struct interval found[FIT_MOST_UNKNOWNS];
    if (fit_solve(fitting->cells, fitting->chosen_count, unknowns, count, fitting->values, found,
                  cost, error) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (unknowns[i].which == BATCH_COMPANY)
            fitting->line->company[contention] = found[i];
        else
            fitting->line->parameters[unknowns[i].which] = found[i];
    return 0;
}

/* What explains the cells as well as anything does: half the chi-squared of one degree of freedom
 * that is exceeded once in twenty times. */
#define AS_WELL 1.92

/* Where a fit begins: the guesses of its first two unknowns. The loss must be less by that much
 * than from the starts before for it to count. */
struct start {
    double first, second, gain;
};

/* The same from several starts: the number of long jobs tells nothing where it is beyond what
 * workers spare, and company is either near 1 or something that must be seen. The start that leads
 * nearest is taken; a later one must be nearer by a share of that. */
#define NEARER 0.98

static int solve_from(struct fitting *fitting, struct fit_unknown unknowns[], size_t count,
                      const struct start starts[], size_t start_count, double *least,
                      struct error *error)
{
    double cost;
    size_t best = 0;
    *least = INFINITY;
    for (size_t i = 0; i <= start_count; i++) {
        const struct start *start = &starts[i < start_count ? i : best];
        unknowns[0].guess = fmax(start->first, LEAST_NS);
        unknowns[1].guess = fmax(start->second, LEAST_NS);
        if (solve(fitting, unknowns, count, CONTENTION_COMPUTE, &cost, error) != 0)
            return -1;
        if (i < start_count &&
            (i == 0 || (cost < NEARER * *least && cost + start->gain < *least))) {
            *least = cost;
            best = i;
        }
    }
    return 0;
}

/* A speedup that grows no more than by so much while the jobs become so many times longer. */
#define LEVEL_GROWTH 1.1
#define LEVEL_STRETCH 2

static double serial_ns_of(const struct fit_point *point)
{
    return point->question.job_ns.median * (double)point->question.jobs;
}

/* Company where the speedup of the longest batches is level: what else they take would be hidden
 * behind longer jobs. 1 where it still grows. */
static double level_company(const struct fitting *fitting)
{
    const struct fit_point *longest = fitting->chosen[0], *shorter = NULL;
    double slots = fmin(fitting->line->workers, fitting->cells[0].setting.cpus);
    for (size_t i = 1; i < fitting->chosen_count; i++)
        if (serial_ns_of(fitting->chosen[i]) > serial_ns_of(longest))
            longest = fitting->chosen[i];
    for (size_t i = 0; i < fitting->chosen_count; i++) {
        const struct fit_point *point = fitting->chosen[i];
        if (serial_ns_of(point) * LEVEL_STRETCH <= serial_ns_of(longest) &&
            (shorter == NULL || serial_ns_of(point) > serial_ns_of(shorter)))
            shorter = point;
    }
    bool level = shorter != NULL && speedup_of(longest) < LEVEL_GROWTH * speedup_of(shorter);
    return level ? fmax(1, slots / fmax(speedup_of(longest), speedup_of(shorter))) : 1;
}

static double width_of(struct interval interval)
{
    return isfinite(interval.median) ? (interval.high - interval.low) / interval.median : INFINITY;
}

/* What other pools of as many workers tell of company: starting jobs one by one hides it. The
 * greater: what surely is above that. */
static struct fit_unknown company_of_pools(const struct fitting *fitting, double greater)
{
    struct fit_unknown found = company;
    double width = INFINITY;
    for (size_t i = 0; i < fitting->model->count; i++) {
        const struct model_line *pool = &fitting->model->lines[i];
        struct interval known = pool->company[CONTENTION_COMPUTE];
        if (pool == fitting->line || !(known.low > greater) || pool->traits.starts_each_job ||
            pool->workers != fitting->line->workers ||
            pool->traits.shares_memory != fitting->line->traits.shares_memory ||
            !key_same_runtime(fitting->keys[i], fitting->key) || !(width_of(known) < width))
            continue;
        width = width_of(known);
        found.guess = known.median;
        found.loose = fmin(fmax(width / 4, COMPANY_LEAST_LOOSE), COMPANY_LOOSE);
    }
    return found;
}

/* Jobs that are started one by one. */
static int fit_starts(struct fitting *fitting, struct error *error)
{
    const struct fit_point *full = fullest(fitting);
    double start_ns = full->ns / (double)full->question.jobs;
    struct fit_unknown beside = company_of_pools(fitting, 0);
    bool told = beside.loose < COMPANY_LOOSE;
    const struct start starts[] = {{start_ns, beside.guess, 0},
                                   {start_ns, level_company(fitting), 0}};
    struct fit_unknown unknowns[] = {unknown_of((enum batch_value)MODEL_single_ns, start_ns),
                                     beside,
                                     unknown_of((enum batch_value)MODEL_worker_ns, start_ns)};
    double cost;
    return solve_from(fitting, unknowns, 3, starts, told ? 1 : 2, &cost, error);
}

/* What a map of long jobs takes beside them is no more than so many times a whole map of tiny ones,
 * unless the cells surely say so: of few rounds, a disturbed batch of long jobs says it, too. */
#define FAR_ABOVE 4

/* Maps. Of one number of jobs it is not known what is the map's and what is the jobs': a tenth is
 * taken to be theirs, and all may be. */
static int fit_maps(struct fitting *fitting, struct error *error)
{
    const struct fit_point *tiny = tiniest(fitting), *near = nearest(fitting),
                           *full = fullest(fitting);
    double near_ns = near->ns - near->ns * speedup_of(near) / fitting->cells[0].setting.slots;
    double gain = near_ns > FAR_ABOVE * tiny->ns ? AS_WELL : 0;
    const struct start starts[] = {
        {tiny->ns / 2, level_company(fitting), 0}, {tiny->ns / 2, 1, 0}, {near_ns, 1, gain}};
    struct fit_unknown unknowns[] = {
        unknown_of((enum batch_value)MODEL_join_ns, near_ns), company,
        unknown_of((enum batch_value)MODEL_region_ns, tiny->ns),
        unknown_of((enum batch_value)MODEL_job_ns, full->ns / (double)full->question.jobs / 2)};
    bool tells_jobs = full->question.jobs > tiny->question.jobs;
    double tenth_ns = tiny->ns / (double)tiny->question.jobs / 10;
    if (!tells_jobs)
        fitting->values[MODEL_job_ns] = tenth_ns;
    double own_cost, cost;
    size_t count = tells_jobs ? 4 : 3;
    if (solve_from(fitting, unknowns, count, starts, 3, &own_cost, error) != 0)
        return -1;
    if (fitting->beside.guess > 0) {
        struct fit_unknown others[] = {unknowns[0], fitting->beside, unknowns[2], unknowns[3]};
        const struct start start = {tiny->ns / 2, fitting->beside.guess, 0};
        if (solve_from(fitting, others, count, &start, 1, &cost, error) != 0 ||
            (cost > own_cost + AS_WELL &&
             solve_from(fitting, unknowns, count, starts, 3, &cost, error) != 0))
            return -1;
    }
    if (!tells_jobs)
        fitting->line->parameters[MODEL_job_ns] = (struct interval){tenth_ns, 0, 10 * tenth_ns};
    return 0;
}

#define OPEN_LOW 0.1
#define OPEN_HIGH 0.9

/* What cold points tell of the start or the end, a number at that offset: their median, and the
 * interval that holds eight of ten. */
static struct interval middle_of(const struct fitting *fitting, size_t offset, double numbers[])
{
    size_t count = 0;
    for (size_t i = 0; i < fitting->chosen_count; i++)
        memcpy(&numbers[count++], (const char *)fitting->chosen[i] + offset, sizeof *numbers);
    count = stats_keep_known(numbers, count);
    return (struct interval){stats_median(numbers, count), stats_quantile(numbers, count, OPEN_LOW),
                             stats_quantile(numbers, count, OPEN_HIGH)};
}

/* The first map is what the cold batch takes more than opening, closing and a later map. */
static int fit_cold(struct fitting *fitting, struct error *error)
{
    if (choose_base(fitting, true) == 0)
        return 0;
    struct model_line *line = fitting->line;
    line->parameters[MODEL_open_ns] =
        middle_of(fitting, offsetof(struct fit_point, open_ns), fitting->numbers);
    line->parameters[MODEL_close_ns] =
        middle_of(fitting, offsetof(struct fit_point, close_ns), fitting->numbers);
    if (isnan(line->parameters[MODEL_open_ns].median) ||
        isnan(line->parameters[MODEL_close_ns].median))
        return 0;
    fitting->values[MODEL_open_ns] = line->parameters[MODEL_open_ns].median;
    fitting->values[MODEL_close_ns] = line->parameters[MODEL_close_ns].median;
    double least = (fitting->values[MODEL_open_ns] + fitting->values[MODEL_close_ns]) / 20;
    double first_ns = fmax(tiniest(fitting)->extra_ns, least);
    const struct start starts[] = {{least, first_ns, 0},
                                   {fmax(nearest(fitting)->extra_ns, least), first_ns, 0}};
    struct fit_unknown unknowns[] = {unknown_of((enum batch_value)MODEL_late_ns, least),
                                     unknown_of((enum batch_value)MODEL_first_ns, first_ns)};
    double cost;
    return solve_from(fitting, unknowns, 2, starts, 2, &cost, error);
}

/* A number that cells of their own tell, where there are such. */
static int fit_one(struct fitting *fitting, enum fit_use use, bool is_cold,
                   enum model_parameter which, double most_guess, struct error *error)
{
    if (choose(fitting, use, is_cold) == 0)
        return 0;
    struct fit_unknown unknown =
        unknown_of((enum batch_value)which, fmin(tiniest(fitting)->ns, most_guess));
    unknown.loose = 100;
    double cost;
    return solve(fitting, &unknown, 1, CONTENTION_COMPUTE, &cost, error);
}

/* What is no share of the jobs may be wrong, too, by a quarter of it. */
#define BESIDE_ERROR 0.25

/* How many times as long jobs take that share memory or the address space. */
static int fit_company(struct fitting *fitting, enum fit_use use, enum contention contention,
                       struct error *error)
{
    double compute = fitting->values[BATCH_COMPANY], cost;
    struct fit_unknown unknown = company;
    unknown.loose = LOOSE * fitting->line->workers;
    size_t count = choose(fitting, use, false);
    fitting->values[BATCH_COMPANY] = 1;
    for (size_t i = 0; i < count; i++) {
        struct fit_cell *cell = &fitting->cells[i];
        fitting->values[BATCH_JOB_NS] = cell->job_ns;
        double jobs_ns = cell->setting.turns * cell->job_ns;
        double beside_ns = batch_time_ns(&cell->setting, fitting->values) - jobs_ns;
        cell->error = hypot(cell->error, BESIDE_ERROR * beside_ns / cell->ns);
    }
    int result = count > 0 ? solve(fitting, &unknown, 1, contention, &cost, error) : 0;
    fitting->values[BATCH_COMPANY] = compute;
    return result;
}

/* Whether jobs share the same under both lines: an address space under threads, or none under
 * processes; memory under all, but that a process which was started for a job has to map it first.
 */
static bool shares_alike(const struct model_line *a, const struct model_line *b,
                         enum contention contention)
{
    if (a->workers != b->workers)
        return false;
    if (contention == CONTENTION_ADDRESS_SPACE)
        return a->traits.shares_memory == b->traits.shares_memory;
    return (a->traits.starts_each_job && !a->traits.shares_memory) ==
           (b->traits.starts_each_job && !b->traits.shares_memory);
}

/* The line that tells best what jobs share tells it for all that share alike. */
static void share_company(struct model *model, enum contention contention)
{
    for (size_t i = 0; i < model->count; i++) {
        struct model_line *line = &model->lines[i];
        for (size_t k = 0; k < model->count; k++) {
            const struct model_line *other = &model->lines[k];
            if (shares_alike(line, other, contention) &&
                width_of(other->company[contention]) < width_of(line->company[contention]))
                line->company[contention] = other->company[contention];
        }
    }
}

/* What a job, a byte or a page takes more, and a map after idling. */
static int fit_added(struct fitting *fitting, struct error *error)
{
    const struct model_traits *traits = &fitting->line->traits;
    bool starts = traits->starts_each_job, apart = !traits->shares_memory;
    if (!starts && fit_one(fitting, FIT_SINGLE, false, MODEL_single_ns, 1e4, error) != 0)
        return -1;
    if (!starts && fit_one(fitting, FIT_IDLE, false, MODEL_wake_ns, 1e4, error) != 0)
        return -1;
    if (apart && (fit_one(fitting, FIT_SHARED_BYTE, false, MODEL_shared_byte_ns, 1, error) != 0 ||
                  fit_one(fitting, FIT_PIPED_BYTE, false, MODEL_piped_byte_ns, 1, error) != 0))
        return -1;
    if (apart && starts && fit_one(fitting, FIT_PAGE, false, MODEL_job_page_ns, 20, error) != 0)
        return -1;
    if (apart && !starts && fit_one(fitting, FIT_PAGE, true, MODEL_open_page_ns, 20, error) != 0)
        return -1;
    return fit_company(fitting, FIT_MEMORY, CONTENTION_MEMORY, error) == 0 &&
                   fit_company(fitting, FIT_ADDRESS_SPACE, CONTENTION_ADDRESS_SPACE, error) == 0
               ? 0
               : -1;
}

static int fit_line(struct fitting *fitting, struct error *error)
{
    struct model_line *line = fitting->line;
    for (size_t i = 0; i < MODEL_PARAMETER_COUNT; i++)
        line->parameters[i] = (struct interval){NAN, NAN, NAN};
    for (size_t i = 0; i < CONTENTION_COUNT; i++)
        line->company[i] = (struct interval){NAN, NAN, NAN};
    line->company[CONTENTION_NONE] = (struct interval){1, 1, 1};
    for (size_t i = 0; i < BATCH_VALUE_COUNT; i++)
        fitting->values[i] = 0;
    fitting->values[BATCH_COMPANY] = fitting->values[BATCH_OVERHEAD] =
        fitting->values[BATCH_SHARE] = 1;
    choose_base(fitting, false);
    if ((line->traits.starts_each_job ? fit_starts : fit_maps)(fitting, error) != 0)
        return -1;
    return fit_cold(fitting, error) == 0 ? fit_added(fitting, error) : -1;
}

/* ------------------------------------------------------------------------------- lines */

static struct model_traits traits_of_key(const struct key *key, model_traits_of *traits)
{
    struct model_traits found = traits(key->strategy);
    bool is_static = text_equal(key->schedule, "static");
    if (!is_own_schedule(key)) {
        found.caller_helps = found.caller_helps || (found.divides && !is_static);
        found.divides = is_static;
    }
    return found;
}

/* The lines of which warm points tell something, by strategy as they come, and by workers. */
static void find_lines(const struct fit_points *points, model_traits_of *traits,
                       struct model *model, const struct key *keys[])
{
    for (size_t i = 0; i < points->count; i++) {
        const struct fit_point *point = &points->rows[i];
        bool known = false;
        for (size_t k = 0; k < model->count; k++)
            known = known || is_of_line(point, &model->lines[k]);
        if (known || point->question.is_cold || (point->use != FIT_BASE && point->use != FIT_OTHER))
            continue;
        keys[model->count] = point->key;
        model->lines[model->count++] = (struct model_line){
            .strategy = point->key->strategy,
            .workers = (uint32_t)point->key->workers,
            .traits = traits_of_key(point->key, traits),
        };
    }
}

static void begin_line(struct fitting *fitting, struct model *model, size_t i)
{
    fitting->line = &model->lines[i];
    fitting->key = fitting->keys[i];
    fitting->beside = (struct fit_unknown){.guess = 0};
}

/* Threads share what others of their runtime take turns at, such as the lock of an interpreter. Of
 * few sizes a long map would explain their times, too: what others surely have is tried again. */
static int fit_turns(struct fitting *fitting, struct model *model, struct error *error)
{
    for (size_t i = 0; i < model->count; i++) {
        begin_line(fitting, model, i);
        const struct model_line *line = fitting->line;
        if (line->traits.starts_each_job || !line->traits.shares_memory)
            continue;
        struct interval own = line->company[CONTENTION_COMPUTE];
        struct fit_unknown beside = company_of_pools(fitting, fmax(TURNS, own.median));
        if (beside.guess == company.guess)
            continue;
        fitting->beside = beside;
        if (fit_line(fitting, error) != 0)
            return -1;
    }
    return 0;
}

/* Pools first: what they tell of company helps with what starts each job. */
static int fit_lines(struct fitting *fitting, struct model *model, struct error *error)
{
    for (int starts = 0; starts < 2; starts++) {
        for (size_t i = 0; i < model->count; i++) {
            begin_line(fitting, model, i);
            if (fitting->line->traits.starts_each_job == (starts != 0) &&
                fit_line(fitting, error) != 0)
                return -1;
        }
        if (starts == 0 && fit_turns(fitting, model, error) != 0)
            return -1;
    }
    share_company(model, CONTENTION_MEMORY);
    share_company(model, CONTENTION_ADDRESS_SPACE);
    return 0;
}

static int fit_found(const struct fit_points *points, model_traits_of *traits, struct model *model,
                     struct error *error)
{
    size_t room = points->count + 1;
    struct fitting fitting = {.model = model, .points = points->rows, .count = points->count};
    model->lines = calloc(room, sizeof *model->lines);
    fitting.keys = calloc(room, sizeof *fitting.keys);
    fitting.cells = calloc(room, sizeof *fitting.cells);
    fitting.chosen = calloc(room, sizeof *fitting.chosen);
    fitting.numbers = calloc(room, sizeof *fitting.numbers);
    int result = 0;
    if (model->lines == NULL || fitting.keys == NULL || fitting.cells == NULL ||
        fitting.chosen == NULL || fitting.numbers == NULL)
        result = fail(error, ERROR_REFUSED, "the model: out of memory");
    if (result == 0) {
        find_lines(points, traits, model, fitting.keys);
        result = fit_lines(&fitting, model, error);
    }
    free(fitting.keys);
    free(fitting.cells);
    free(fitting.chosen);
    free(fitting.numbers);
    return result;
}

int model_fit(const struct visits *visits, uint32_t cpus, double page_bytes,
              model_traits_of *traits, struct model *out, struct error *error)
{
    struct fit_points points = {0};
    *out = (struct model){.cpus = cpus, .page_bytes = page_bytes};
    int result = fit_points_find(visits, &points, error);
    if (result == 0)
        result = fit_found(&points, traits, out, error);
    free(points.rows);
    if (result != 0)
        model_free(out);
    return result;
}
