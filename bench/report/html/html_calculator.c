/* What the run's model says of jobs that were not measured: a calculator for any of them, and a
 * table of typical ones for readers without JavaScript. */
#include "bench/analyse/model/batch_values.h"
#include "bench/base/json.h"
#include "bench/base/text.h"
#include "bench/report/html/html.h"
#include "bench/report/picture/picture.h"

#include <math.h>
#include <stdlib.h>

/* Jobs that compute, on a strategy that is kept open or that is opened for this batch. */
static struct model_question ask(double job_ns, uint64_t jobs, bool is_cold)
{
    return (struct model_question){
        .job_ns = {job_ns, job_ns, job_ns},
        .jobs = jobs,
        .spread = 1,
        .busy = 1,
        .contention = CONTENTION_COMPUTE,
        .is_cold = is_cold,
    };
}

bool html_has_calculator(const struct html *html)
{
    return html->model->count > 0;
}

/* True where the model predicts any batch under any strategy. */
static bool predicts(const struct model *model)
{
    for (size_t i = 0; i < model->count; i++)
        for (int cold = 0; cold < 2; cold++) {
            struct model_question question = ask(1e5, 1000, cold);
            if (isfinite(model_batch_ns(model, &model->lines[i], &question).median))
                return true;
        }
    return false;
}

/* ------------------------------------------------------------------------------- the model */

static json_t *describe_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

/* [median, low, high], or null where nothing is known. */
static json_t *describe_interval(const struct interval *interval)
{
    if (!isfinite(interval->median))
        return json_null();
    return json_pack("[o, o, o]", describe_number(interval->median), describe_number(interval->low),
                     describe_number(interval->high));
}

/* Asked of a cold batch of many jobs, a line says what it knows, with bounds of what it does not.
 */
static json_t *describe_values(const struct model_line *line)
{
#define NAME(symbol, ...) #symbol,
    static const char *const names[BATCH_VALUE_COUNT] = {
        MODEL_PARAMETERS(NAME)[BATCH_PLACE] = "place",
        [BATCH_OVERHEAD] = "overhead",
        [BATCH_SHARE] = "share",
    };
#undef NAME
    struct model_question question = ask(1, UINT64_MAX, true);
    struct interval values[BATCH_VALUE_COUNT];
    json_t *described = json_object();
    batch_values_of(line, &question, values);
    for (size_t i = 0; i < BATCH_VALUE_COUNT; i++)
        if (names[i] != NULL)
            json_object_set_new(described, names[i], describe_interval(&values[i]));
    return described;
}

/* Where company was not measured, bounds depend on how many jobs there are at once (company_of in
 * batch_values.c): then this is how many times as long as the longest wait for all of them a job
 * takes at most. Of jobs that compute, and of processes that map memory, there are bounds. */
static json_t *describe_company(const struct model_line *line)
{
    struct interval values[CONTENTION_COUNT][BATCH_VALUE_COUNT];
    json_t *company = json_array();
    for (size_t i = 0; i < CONTENTION_COUNT; i++) {
        struct model_question question = ask(1, UINT64_MAX, true);
        question.contention = (enum contention)i;
        batch_values_of(line, &question, values[i]);
    }
    double all_wait = fmax(values[CONTENTION_COMPUTE][BATCH_COMPANY].high, line->workers);
    for (size_t i = 0; i < CONTENTION_COUNT; i++) {
        const struct interval *own = &values[i][BATCH_COMPANY];
        bool bounded = i == CONTENTION_NONE || i == CONTENTION_COMPUTE ||
                       isfinite(line->company[i].median) ||
                       (i == CONTENTION_ADDRESS_SPACE && !line->traits.shares_memory);
        json_array_append_new(company, bounded ? describe_interval(own)
                                               : describe_number(own->high / all_wait));
    }
    return company;
}

static json_t *describe_traits(const struct model_traits *traits)
{
    return json_pack("{s:b, s:b, s:b, s:b}", "shares_memory", traits->shares_memory,
                     "starts_each_job", traits->starts_each_job, "caller_helps",
                     traits->caller_helps, "divides", traits->divides);
}

static json_t *describe_line(const struct model_line *line)
{
    char name[LABEL_BYTES];
    text_printable(name, sizeof name, line->strategy);
    return json_pack("{s:o, s:s, s:I, s:o, s:o, s:o}", "name", json_of_text(name), "key",
                     picture_strategy(line->strategy), "workers", (json_int_t)line->workers,
                     "traits", describe_traits(&line->traits), "values", describe_values(line),
                     "company", describe_company(line));
}

static json_t *describe_model(const struct html *html)
{
    const struct model *model = html->model;
    json_t *lines = json_array();
    for (size_t i = 0; i < model->count; i++)
        json_array_append_new(lines, describe_line(&model->lines[i]));
    return json_pack("{s:s, s:I, s:o, s:o}", "baseline", html_baseline(html), "cpus",
                     (json_int_t)model->cpus, "page_bytes", describe_number(model->page_bytes),
                     "lines", lines);
}

/* No character of a name ends the element in which it stands. */
static int write_model(const struct html *html)
{
    json_t *root = describe_model(html);
    char *text = root != NULL ? json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER |
                                                     JSON_ENSURE_ASCII | JSON_REAL_PRECISION(7))
                              : NULL;
    json_decref(root);
    if (text == NULL)
        return fail(html->error, ERROR_REFUSED, "report: out of memory");
    fputs("<script type=\"application/json\" id=\"model\">", html->file);
    for (const char *c = text; *c != '\0'; c++)
        if (*c == '<' || *c == '>' || *c == '&')
            fprintf(html->file, "\\u%04x", (unsigned)*c);
        else
            fputc(*c, html->file);
    fputs("</script>\n", html->file);
    free(text);
    return 0;
}

/* ------------------------------------------------------------------------------- typical jobs */

static void write_choice(const struct html *html, const struct model_choice *choice)
{
    char speedup[32], low[32], high[32], range[80];
    html_speedup(speedup, sizeof speedup, choice->speedup.median);
    html_speedup(low, sizeof low, choice->speedup.low);
    html_speedup(high, sizeof high, choice->speedup.high);
    html_range(range, sizeof range, low, high);
    fputs("<td>", html->file);
    if (choice->line == NULL) {
        text_html_escaped(html->file, html_baseline(html));
        fputs("</td><td>-</td><td>-</td>", html->file);
        return;
    }
    fprintf(html->file, "<span class=\"key k-%s\"></span>",
            picture_strategy(choice->line->strategy));
    text_html_escaped(html->file, choice->line->strategy);
    fprintf(html->file, ", %u worker%s</td><td>%s</td><td>%s</td>", choice->line->workers,
            text_plural(choice->line->workers), speedup, range);
}

static void write_typical(const struct html *html, double job_ns, uint64_t jobs,
                          struct model_choice choices[])
{
    char job[32], batch[32];
    text_duration(job, sizeof job, job_ns);
    text_duration(batch, sizeof batch, job_ns * (double)jobs);
    fprintf(html->file, "<tr><th scope=\"row\">%llu jobs of %s</th><td>%s</td>",
            (unsigned long long)jobs, job, batch);
    for (int cold = 0; cold < 2; cold++) {
        struct model_question question = ask(job_ns, jobs, cold);
        model_rank(html->model, &question, choices);
        write_choice(html, choices);
    }
    fputs("</tr>\n", html->file);
}

static void open_typical(const struct html *html)
{
    html_open_box(html, "table", "The fastest strategy for typical jobs");
    fputs("<table>\n<caption><span>What is predicted to be fastest, for jobs that compute, carry "
          "nothing and take equally long. With JavaScript a calculator stands here.</span>"
          "</caption>\n<thead><tr><th scope=\"col\">Jobs</th><th scope=\"col\">",
          html->file);
    text_html_escaped(html->file, html_baseline(html));
    fputs("</th><th scope=\"col\">Kept open, the fastest</th><th scope=\"col\">Speedup</th><th "
          "scope=\"col\">Interval</th><th scope=\"col\">Opened for this batch, the fastest</th><th "
          "scope=\"col\">Speedup</th><th scope=\"col\">Interval</th></tr></thead>\n<tbody>\n",
          html->file);
}

static int write_typicals(const struct html *html)
{
    static const double times_ns[] = {1e3, 1e4, 1e5, 1e6, 1e7};
    static const uint64_t counts[] = {10, 100, 10000};
    struct model_choice *choices = calloc(html->model->count + 1, sizeof *choices);
    if (choices == NULL)
        return fail(html->error, ERROR_REFUSED, "report: out of memory");
    fputs("<div id=\"typical\">\n", html->file);
    open_typical(html);
    for (size_t i = 0; i < sizeof times_ns / sizeof *times_ns; i++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
            write_typical(html, times_ns[i], counts[k], choices);
    fputs("</tbody>\n</table>\n", html->file);
    html_close_box(html);
    fputs("</div>\n", html->file);
    free(choices);
    return 0;
}

bool html_calculates(const struct html *html)
{
    return predicts(html->model);
}

int html_calculator(struct html *html)
{
    if (!html_calculates(html)) {
        fputs(
            "<p>This run tells nothing of jobs that it did not measure: several sizes of jobs, or "
            "numbers of them, tell what a strategy takes for itself.</p>\n",
            html->file);
        return 0;
    }
    fputs("<p>What a model predicts for jobs that were not measured, by what this run measured. "
          "Intervals hold what the run does not tell, so that some are wide. <code>breakeven "
          "advise --from FOLDER</code> asks the same model.</p>\n",
          html->file);
    html_asset(html->file, "calculator.html");
    return write_model(html) == 0 ? write_typicals(html) : -1;
}
