#include "bench/base/json.h"
#include "bench/base/text.h"
#include "bench/report/table/advice.h"

#include <math.h>
#include <stdlib.h>

enum { JSON_DIGITS = 9 };

/* What is not known, and what is infinite, is null. */
static void set_number(json_t *object, const char *name, double value)
{
    json_object_set_new(object, name, isfinite(value) ? json_real(value) : json_null());
}

/* {"median", "low", "high"}; NULL stands for one that is not known at all. */
static void set_interval(json_t *object, const char *name, const struct interval *interval)
{
    json_t *made = json_null();
    if (!isnan(interval->median)) {
        made = json_object();
        set_number(made, "median", interval->median);
        set_number(made, "low", interval->low);
        set_number(made, "high", interval->high);
    }
    json_object_set_new(object, name, made);
}

/* The same, with a word for what never pays: "never". */
static void set_break_even(json_t *object, const char *name, const struct interval *even)
{
    if (isinf(even->median) && even->median > 0)
        json_object_set_new(object, name, json_string("never"));
    else
        set_interval(object, name, even);
}

static void set_size(json_t *object, double size)
{
    bool is_whole = size == floor(size) && size < (double)INT64_MAX;
    json_object_set_new(object, "size",
                        is_whole ? json_integer((json_int_t)size) : json_real(size));
}

static json_t *make_question(const struct advice_told *told)
{
    const struct model_question *question = &told->advice->question;
    json_t *made = json_object();
    if (told->work != NULL)
        json_object_set_new(made, "work", json_of_text(told->work));
    if (told->work != NULL && told->size > 0)
        set_size(made, told->size);
    set_interval(made, "job_ns", &question->job_ns);
    json_object_set_new(made, "jobs", json_integer((json_int_t)question->jobs));
    set_number(made, "spread", question->spread);
    json_object_set_new(made, "payload_in", json_integer((json_int_t)question->payload_in));
    json_object_set_new(made, "payload_out", json_integer((json_int_t)question->payload_out));
    json_object_set_new(made, "transport", json_string(question->by_pipe ? "pipe" : "shm"));
    json_object_set_new(made, "caller_bytes", json_integer((json_int_t)question->caller_bytes));
    set_number(made, "busy", question->busy);
    json_object_set_new(made, "contention", json_string(contention_names[question->contention]));
    set_number(made, "computing", question->computing);
    json_object_set_new(made, "cold", json_boolean(question->is_cold));
    json_object_set_new(made, "idle", json_boolean(question->is_idle));
    return made;
}

static json_t *make_facts(const struct job_facts *facts)
{
    json_t *made = json_object();
    set_interval(made, "ns", &facts->ns);
    set_number(made, "user_ns", facts->user_ns);
    set_number(made, "sys_ns", facts->sys_ns);
    set_number(made, "page_faults", facts->faults);
    set_number(made, "waits", facts->waits);
    return made;
}

static json_t *make_source(const struct advice_source *source)
{
    json_t *made = json_object();
    json_object_set_new(made, source->is_run ? "run" : "calibration",
                        *source->path != '\0' ? json_of_text(source->path) : json_null());
    if (source->is_run)
        return made;
    json_object_set_new(made, "measured_now", json_boolean(source->measured));
    json_object_set_new(made, "age_s", json_integer(source->measured ? 0 : source->age_s));
    json_object_set_new(made, "machine_was_busy", json_boolean(source->was_busy));
    if (*source->why != '\0')
        json_object_set_new(made, "why", json_of_text(source->why));
    return made;
}

static void set_name(json_t *object, const struct advice_told *told, const struct advice_row *row)
{
    json_object_set_new(object, "strategy",
                        json_of_text(row->line != NULL ? row->line->strategy : told->serial));
    json_object_set_new(object, "workers",
                        json_integer(row->line != NULL ? (json_int_t)row->line->workers : 1));
}

static json_t *make_advice(const struct advice_told *told)
{
    const struct advice *advice = told->advice;
    const struct advice_row *row = &advice->rows[advice->chosen];
    char *text = NULL;
    size_t bytes;
    json_t *made = json_object();
    json_object_set_new(made, "verdict", json_string(advice_verdicts[advice->verdict]));
    set_name(made, told, row);
    set_interval(made, "ns", &row->ns);
    set_interval(made, "speedup", &row->speedup);
    if (advice->verdict == ADVICE_UNTOLD)
        set_interval(made, "speedup_if_computing", &advice->if_computing);
    FILE *stream = open_memstream(&text, &bytes);
    if (stream == NULL)
        return made;
    advice_write_sentence(stream, told);
    if (fclose(stream) == 0)
        json_object_set_new(made, "sentence", json_of_text(text));
    free(text);
    return made;
}

static json_t *make_ranking(const struct advice_told *told)
{
    json_t *made = json_array();
    for (size_t i = 0; i < told->advice->count; i++) {
        const struct advice_row *row = &told->advice->rows[i];
        json_t *object = json_object();
        set_name(object, told, row);
        set_interval(object, "ns", &row->ns);
        set_interval(object, "speedup", &row->speedup);
        json_object_set_new(object, "best_workers", json_boolean(row->is_best));
        json_object_set_new(object, "like_first_choice", json_boolean(row->is_like_chosen));
        if (row->line != NULL) {
            set_break_even(object, "pays_from_job_ns", &row->even_job_ns);
            set_break_even(object, "pays_from_jobs", &row->even_jobs);
        }
        json_array_append_new(made, object);
    }
    return made;
}

static json_t *make_checks(const struct advice_told *told)
{
    json_t *rows = json_array(), *made = json_object();
    for (size_t i = 0; i < told->check_count; i++) {
        const struct advice_check *check = &told->checks[i];
        json_t *object = json_object();
        set_name(object, told, check->row);
        set_interval(object, "predicted_ns", &check->row->ns);
        set_interval(object, "measured_ns", &check->ns);
        set_number(object, "predicted_over_measured", check->row->ns.median / check->ns.median);
        json_array_append_new(rows, object);
    }
    json_object_set_new(made, "work", json_of_text(told->check_work));
    set_size(made, told->check_size);
    json_object_set_new(made, "rows", rows);
    return made;
}

int advice_print_json(FILE *file, const struct advice_told *told, struct error *error)
{
    json_t *root = json_object();
    if (root == NULL)
        return fail(error, ERROR_REFUSED, "advise: out of memory");
    json_object_set_new(root, "advice", make_advice(told));
    json_object_set_new(root, "question", make_question(told));
    if (told->work != NULL)
        json_object_set_new(root, "job", make_facts(&told->facts));
    json_object_set_new(root, "by", make_source(&told->source));
    json_object_set_new(root, "ranking", make_ranking(told));
    if (told->check_count > 0)
        json_object_set_new(root, "check", make_checks(told));
    json_dumpf(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(JSON_DIGITS));
    fputc('\n', file);
    json_decref(root);
    return 0;
}
