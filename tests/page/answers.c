/* usage: answers FOLDER: a hundred questions about jobs and what the model of the folder's run says
 * of them, as JSON, for what the page's script says of the same. */
#include "bench/analyse/model/fit.h"
#include "bench/findings/findings.h"
#include "bench/report/panel/panel.h"
#include "bench/report/panel/traits.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUESTIONS = 100 };

/* A step of a linear congruential generator (Lehmer; Park and Miller, CACM 31, 1988), as a number
 * from 0 on and below 1. */
static double draw(void)
{
    static uint64_t state = 20261128;
    state = state * 48271 % 2147483647;
    return (double)state / 2147483647;
}

static bool toss(void)
{
    return draw() < 0.5;
}

/* Between two numbers above 0, each decade as often as another, with three digits. */
static double draw_log(double least, double most)
{
    char text[32];
    snprintf(text, sizeof text, "%.3g", least * pow(most / least, draw()));
    return strtod(text, NULL);
}

static struct model_question draw_question(void)
{
    double job_ns = draw_log(1, 1e8), wide = toss() ? 1 : 1.25;
    return (struct model_question){
        .job_ns = {job_ns, job_ns / wide, job_ns * wide},
        .jobs = (uint64_t)draw_log(1, 1e6),
        .spread = toss() ? 1 : draw_log(1, 10),
        .payload_in = toss() ? 0 : round(draw_log(1, 1e6)),
        .payload_out = toss() ? 0 : round(draw_log(1, 1e6)),
        .caller_bytes = toss() ? 0 : round(draw_log(1e6, 1e10)),
        .busy = toss() ? 1 : draw(),
        .contention = (enum contention)(CONTENTION_COUNT * draw()),
        .by_pipe = toss(),
        .each_itself = toss(),
        .is_cold = toss(),
        .is_idle = toss(),
    };
}

/* Text, since JSON has neither NaN nor infinity: a number of JavaScript. */
static json_t *describe(struct interval interval)
{
    json_t *all = json_array();
    double numbers[] = {interval.median, interval.low, interval.high};
    for (size_t i = 0; i < 3; i++) {
        char text[32];
        snprintf(text, sizeof text, "%.9g", numbers[i]);
        json_array_append_new(all, json_string(isnan(numbers[i])   ? "NaN"
                                               : isinf(numbers[i]) ? "Infinity"
                                                                   : text));
    }
    return all;
}

static json_t *describe_question(const struct model_question *question)
{
    return json_pack("{s:[f,f,f], s:I, s:f, s:f, s:f, s:f, s:f, s:i, s:b, s:b, s:b, s:b}", "job_ns",
                     question->job_ns.median, question->job_ns.low, question->job_ns.high, "jobs",
                     (json_int_t)question->jobs, "spread", question->spread, "payload_in",
                     question->payload_in, "payload_out", question->payload_out, "caller_bytes",
                     question->caller_bytes, "busy", question->busy, "contention",
                     (int)question->contention, "by_pipe", question->by_pipe, "each_itself",
                     question->each_itself, "is_cold", question->is_cold, "is_idle",
                     question->is_idle);
}

static json_t *answer(const struct model *model)
{
    size_t line = (size_t)(draw() * (double)model->count);
    struct model_question question = draw_question();
    return json_pack("{s:o, s:I, s:o, s:o, s:o}", "question", describe_question(&question), "line",
                     (json_int_t)line, "serial", describe(model_serial_ns(&question)), "batch",
                     describe(model_batch_ns(model, &model->lines[line], &question)), "speedup",
                     describe(model_speedup(model, &model->lines[line], &question)));
}

int main(int count, char *arguments[])
{
    struct findings found = {0};
    struct error error = {0};
    struct model model = {0};
    json_t *answers = json_array();
    if (count != 2 || findings_read(arguments[1], &found, &error) != 0 ||
        model_fit(&found.visits, found.host.cpus_usable, (double)found.host.page_bytes,
                  panel_traits, &model, &error) != 0) {
        fprintf(stderr, "answers: %s\n", count != 2 ? "usage: answers FOLDER" : error.text);
        return 1;
    }
    panel_leave_choosing(&model);
    for (size_t i = 0; i < QUESTIONS && model.count > 0; i++)
        json_array_append_new(answers, answer(&model));
    json_dumpf(answers, stdout, JSON_COMPACT | JSON_REAL_PRECISION(12));
    json_decref(answers);
    model_free(&model);
    findings_free(&found);
    return 0;
}
