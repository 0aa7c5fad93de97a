#include "bench/session/advice/advise.h"
#include "bench/base/text.h"
#include "bench/run/named_work.h"
#include "bench/session/advice/advice_check.h"
#include "strategies/strategy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Jobs that wait and whose time was given keep no CPU busy. */
static double busy_of(enum contention contention)
{
    return contention == CONTENTION_NONE ? 0 : 1;
}

static int find_work(const struct advise_request *request, struct advise_answer *out,
                     struct error *error)
{
    if (!request->times_job)
        return 0;
    out->job.work = timed_job_find(&request->job, error);
    return out->job.work != NULL ? 0 : -1;
}

static int time_job(const struct advise_request *request, struct advise_answer *out,
                    struct model_question *question, struct error *error)
{
    const struct job_facts *facts = &out->job.facts;
    if (!request->times_job) {
        question->busy = busy_of(question->contention);
        return 0;
    }
    if (timed_job_measure(&request->job, out->job.work, &out->job, error) != 0)
        return -1;
    question->job_ns = facts->ns;
    question->busy = job_facts_busy(facts);
    if (request->has_contention)
        return 0;
    question->contention = out->job.contention;
    question->computing = job_facts_computing(facts, question->contention);
    return 0;
}

/* ------------------------------------------------------------------------------- the model */

/* The interpreter whose strategies run the job; NULL: it is one in C. */
static const char *python_of(const struct advise_request *request, const struct work *work)
{
    const char *given = request->times_job ? request->job.settings->values[KEY_python] : NULL;
    if (work == NULL || !named_work_is_function(work))
        return NULL;
    return given != NULL ? given : suite_default(KEY_python);
}

static int get_calibration(const struct advise_request *request, struct advise_answer *out,
                           char *warning, size_t warning_bytes, struct error *error)
{
    const struct calibration_request wanted = {
        .cpus = request->cpus,
        .seed = 1,
        .python = python_of(request, out->job.work),
        .command_line = request->command_line,
    };
    return request->from != NULL
               ? calibration_of_run(request->from, &out->calibration, error)
               : calibration_get(&wanted, &out->calibration, warning, warning_bytes, error);
}

static bool is_of_runner(const struct model_line *line)
{
    const struct strategy_ops *ops = strategy_find(line->strategy);
    return ops != NULL && (ops->flags & STRATEGY_RUNNER) != 0;
}

static bool can_run(const struct model_line *line, const struct work *work)
{
    const struct strategy_ops *ops = strategy_find(line->strategy);
    return ops == NULL || strategy_unavailable_for(ops, work) == NULL;
}

static bool is_among(const struct numbers *numbers, uint64_t number)
{
    bool found = numbers->count == 0;
    for (size_t i = 0; i < numbers->count; i++)
        found = found || numbers->values[i] == number;
    return found;
}

/* A command's start is part of its own time, so that a worker that starts it takes no longer. */
static void adapt_to_commands(struct model_line *line)
{
    struct interval *worker_ns = &line->parameters[MODEL_worker_ns];
    worker_ns->median = worker_ns->low = 0;
}

/* Where the job's time was given it is one of functions in C, unless the model knows none. */
static bool is_wanted(const struct model *model, const struct model_line *line,
                      const struct work *work)
{
    bool all_are_of_runners = true;
    for (size_t i = 0; i < model->count; i++)
        all_are_of_runners = all_are_of_runners && is_of_runner(&model->lines[i]);
    return work != NULL ? can_run(line, work) : all_are_of_runners || !is_of_runner(line);
}

static int fail_workers(const struct model *model, const struct numbers *asked, struct error *error)
{
    char known[128] = "";
    uint32_t last = 0, next;
    for (size_t used = 0;; last = next) {
        next = UINT32_MAX;
        for (size_t i = 0; i < model->count; i++)
            if (model->lines[i].workers > last && model->lines[i].workers < next)
                next = model->lines[i].workers;
        if (next == UINT32_MAX || used + 16 > sizeof known)
            break;
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%u", used > 0 ? ", " : "",
                                 (unsigned)next);
    }
    return fail(error, ERROR_USAGE, "--workers: nothing is known of %llu; known are %s",
                (unsigned long long)asked->values[0], known);
}

/* The lines of the calibration that are asked about. */
static int choose_lines(const struct advise_request *request, struct advise_answer *out,
                        struct error *error)
{
    const struct model *whole = &out->calibration.model;
    const struct work *work = out->job.work;
    size_t of_workers = 0;
    out->model = *whole;
    out->model.count = 0;
    out->model.lines = calloc(whole->count + 1, sizeof *out->model.lines);
    if (out->model.lines == NULL)
        return fail(error, ERROR_REFUSED, "advise: out of memory");
    for (size_t i = 0; i < whole->count; i++) {
        const struct model_line *line = &whole->lines[i];
        if (!is_among(&request->workers, line->workers))
            continue;
        of_workers++;
        if (!is_wanted(whole, line, work))
            continue;
        struct model_line *own = &out->model.lines[out->model.count++];
        *own = *line;
        if (work != NULL && work->is_command)
            adapt_to_commands(own);
    }
    if (of_workers == 0 && whole->count > 0)
        return fail_workers(whole, &request->workers, error);
    if (out->model.count == 0 && work != NULL)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "advise: nothing is known of the strategies that can run %s; `breakeven run` "
                    "measures them, and --from reads its folder",
                    work->name);
    return out->model.count > 0
               ? 0
               : fail(error, ERROR_NOT_COMPARABLE, "advise: nothing is known of any strategy");
}

/* ------------------------------------------------------------------------------- the answer */

static const char *serial_of(const struct model *model)
{
    const struct strategy_ops *ops = strategy_find(model->lines[0].strategy);
    return ops != NULL && ops->baseline != NULL ? ops->baseline : "serial";
}

static int find_keepers(struct advise_answer *out, struct error *error)
{
    out->keeps_workers = calloc(out->advice.count + 1, sizeof *out->keeps_workers);
    if (out->keeps_workers == NULL)
        return fail(error, ERROR_REFUSED, "advise: out of memory");
    for (size_t i = 0; i < out->advice.count; i++) {
        const struct model_line *line = out->advice.rows[i].line;
        const struct strategy_ops *ops = line != NULL ? strategy_find(line->strategy) : NULL;
        out->keeps_workers[i] =
            ops != NULL && ops->unit == UNIT_REGION && (ops->flags & STRATEGY_BINDS_ITSELF) == 0;
    }
    return 0;
}

static void tell(const struct advise_request *request, struct advise_answer *out)
{
    const struct calibration *calibration = &out->calibration;
    out->told = (struct advice_told){
        .advice = &out->advice,
        .source =
            {
                .path = request->from != NULL ? request->from : calibration->path,
                .is_run = request->from != NULL,
                .measured = calibration->measured,
                .why = calibration->why,
                .age_s = calibration->age_s,
                .was_busy = request->from == NULL && calibration_was_busy(calibration),
            },
        .serial = serial_of(&out->model),
        .work = out->job.work != NULL ? out->job.work->name : NULL,
        .size = timed_job_size(out->job.work, out->job.size),
        .facts = out->job.facts,
        .keeps_workers = out->keeps_workers,
        .checks = out->checks,
    };
}

int advise(const struct advise_request *request, struct advise_answer *out, char *warning,
           size_t warning_bytes, struct error *error)
{
    struct model_question question = request->question;
    *out = (struct advise_answer){.keeps_workers = NULL};
    if (find_work(request, out, error) != 0 ||
        get_calibration(request, out, warning, warning_bytes, error) != 0 ||
        choose_lines(request, out, error) != 0 || time_job(request, out, &question, error) != 0 ||
        advice_make(&out->model, &question, request->all_break_evens, &out->advice, error) != 0 ||
        find_keepers(out, error) != 0)
        return -1;
    tell(request, out);
    return request->checks ? advice_check_measure(request, out, error) : 0;
}

void advise_free(struct advise_answer *answer)
{
    advice_free(&answer->advice);
    free(answer->keeps_workers);
    free(answer->model.lines);
    calibration_free(&answer->calibration);
}
