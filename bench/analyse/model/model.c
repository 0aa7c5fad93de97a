#include "bench/analyse/model/model.h"
#include "bench/analyse/model/batch_values.h"

#include <math.h>
#include <stdlib.h>

const char *const contention_names[CONTENTION_COUNT] = {"none", "compute", "memory",
                                                        "address-space", "unknown"};

struct interval model_serial_ns(const struct model_question *question)
{
    double jobs = (double)question->jobs;
    struct interval job = question->job_ns;
    return (struct interval){jobs * job.median, jobs * job.low, jobs * job.high};
}

static struct interval answer_of(const struct model *model, const struct model_line *line,
                                 const struct model_question *question, batch_answer *answer)
{
    struct interval values[BATCH_VALUE_COUNT];
    struct batch_setting setting = batch_setting_of(model, line, question);
    if (!batch_values_of(line, question, values))
        return (struct interval){NAN, NAN, NAN};
    return batch_propagate(&setting, values, answer);
}

struct interval model_batch_ns(const struct model *model, const struct model_line *line,
                               const struct model_question *question)
{
    return answer_of(model, line, question, batch_time_ns);
}

struct interval model_speedup(const struct model *model, const struct model_line *line,
                              const struct model_question *question)
{
    return answer_of(model, line, question, batch_speedup);
}

/* ------------------------------------------------------------------------------- ranking */

/* The fastest first; what is not known last; of equals the one that is simpler: serial, then the
 * model's order. */
static int compare_choices(const void *a, const void *b)
{
    const struct model_choice *one = a, *other = b;
    bool known = isfinite(one->ns.median), other_known = isfinite(other->ns.median);
    if (known != other_known)
        return known ? -1 : 1;
    if (known && one->ns.median < other->ns.median)
        return -1;
    if (known && one->ns.median > other->ns.median)
        return 1;
    return (one->line > other->line) - (one->line < other->line);
}

size_t model_rank(const struct model *model, const struct model_question *question,
                  struct model_choice choices[])
{
    choices[0] =
        (struct model_choice){.line = NULL, .ns = model_serial_ns(question), .speedup = {1, 1, 1}};
    for (size_t i = 0; i < model->count; i++) {
        const struct model_line *line = &model->lines[i];
        choices[i + 1] = (struct model_choice){line, model_batch_ns(model, line, question),
                                               model_speedup(model, line, question)};
    }
    qsort(choices, model->count + 1, sizeof *choices, compare_choices);
    return model->count + 1;
}

void model_free(struct model *model)
{
    free(model->lines);
    *model = (struct model){0};
}
