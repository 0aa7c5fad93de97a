#include "bench/analyse/crossover/cost_fit.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>

#define COLUMN(field, type) CSV_COLUMN(struct cost_fit, field, #field, type)
#define KEY_COLUMN(symbol, type, column, ...) KEY_COLUMN_OF(cost_fit, symbol, column)
#define MIB (1024.0 * 1024)

/* The weights go by the fitted line, which goes by the weights; a few rounds settle both. */
enum { REFITS = 5 };

static const char *const verdicts[] = {"linear", "flat", "noisy", NULL};

/* clang-format off */
static const struct csv_column columns[] = {
    DIMENSIONS_WORK(KEY_COLUMN)
    DIMENSIONS_SIZE(KEY_COLUMN)
    DIMENSIONS_BATCH(KEY_COLUMN)
    CSV_WORD_COLUMN(struct cost_fit, temperature, "temperature", temperatures),
    DIMENSIONS_DATA(KEY_COLUMN)
    CSV_WORD_COLUMN(struct cost_fit, verdict, "verdict", verdicts),
    COLUMN(base_ns, CSV_NUMBER),
    COLUMN(base_error_ns, CSV_NUMBER),
    COLUMN(per_page_ns, CSV_NUMBER),
    COLUMN(per_page_error_ns, CSV_NUMBER),
    COLUMN(points, CSV_KNOWN_COUNT),
    COLUMN(worst_residual, CSV_NUMBER),
    DIMENSIONS_WAITING(KEY_COLUMN)
    DIMENSIONS_BUILD(KEY_COLUMN)
    DIMENSIONS_ADDED(KEY_COLUMN)
    DIMENSIONS_LATEST(KEY_COLUMN)
};
/* clang-format on */

const struct csv_format cost_fit_format = {columns, sizeof columns / sizeof *columns,
                                           sizeof(struct cost_fit)};

double cost_fit_value(const struct cost_fit *fit, double bytes)
{
    return fit->base_ns +
           (isnan(fit->per_page_ns) ? 0 : fit->per_page_ns * bytes / fit->page_bytes);
}

/* ------------------------------------------------------------------------------- the line */

/* Half the width of a 95 % interval, in standard errors. */
static double student(size_t freedom)
{
    return gsl_cdf_tdist_Pinv(0.975, (double)freedom);
}

/* A straight line and the errors of its two numbers, half the width of their intervals. */
struct fitted_line {
    double base, base_error, slope, slope_error;
};

static double value_at(const struct fitted_line *line, double pages)
{
    return line->base + line->slope * pages;
}

/* Each point weighs by the fitted value rather than by its own: one that came out low by chance
 * must not draw the line down. The first weights are the points' own. */
static void weigh(struct cost_fit_point points[], size_t count, const struct fitted_line *line)
{
    for (size_t i = 0; i < count; i++) {
        double ns = line != NULL ? value_at(line, points[i].pages) : points[i].ns;
        points[i].weight = ns > 0 ? 1 / (ns * ns) : points[i].weight;
    }
}

static struct fitted_line fit_line(struct cost_fit_point points[], size_t count)
{
    enum { STRIDE = sizeof *points / sizeof(double) };
    struct fitted_line line = {0};
    double variance, covariance, slope_variance, squares;
    weigh(points, count, NULL);
    for (int i = 0; i < REFITS; i++) {
        gsl_fit_wlinear(&points->pages, STRIDE, &points->weight, STRIDE, &points->ns, STRIDE, count,
                        &line.base, &line.slope, &variance, &covariance, &slope_variance, &squares);
        weigh(points, count, &line);
    }
    double scale = student(count - 2) * sqrt(squares / (double)(count - 2));
    line.base_error = scale * sqrt(variance);
    line.slope_error = scale * sqrt(slope_variance);
    return line;
}

/* The line through 0, for points whose own line starts below it. */
static struct fitted_line fit_slope(struct cost_fit_point points[], size_t count)
{
    enum { STRIDE = sizeof *points / sizeof(double) };
    struct fitted_line line = {.base_error = NAN};
    double variance, squares;
    gsl_fit_wmul(&points->pages, STRIDE, &points->weight, STRIDE, &points->ns, STRIDE, count,
                 &line.slope, &variance, &squares);
    line.slope_error = student(count - 1) * sqrt(squares / (double)(count - 1) * variance);
    return line;
}

static struct fitted_line fit_level(const struct cost_fit_point points[], size_t count)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += log(points[i].ns);
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += pow(log(points[i].ns) - mean, 2);
    double error = sqrt(squares / (double)(count - 1) / (double)count);
    return (struct fitted_line){.base = exp(mean),
                                .base_error = exp(mean) * student(count - 1) * error};
}

static double worst_residual(const struct cost_fit_point points[], size_t count,
                             const struct fitted_line *line)
{
    double worst = 0;
    for (size_t i = 0; i < count; i++)
        if (value_at(line, points[i].pages) > 0)
            worst = fmax(worst, fabs(points[i].ns / value_at(line, points[i].pages) - 1));
    return worst;
}

static const char *verdict_of(const struct cost_fit_point points[], size_t count,
                              const struct fitted_line *line)
{
    double least = INFINITY, most = 0, base = fmax(0, line->base);
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, points[i].pages);
        most = fmax(most, points[i].pages);
    }
    double range = most - least;
    if (range * (line->slope - line->slope_error) > COST_FIT_LEAST_GROWTH * base)
        return "linear";
    return range * (line->slope + line->slope_error) < COST_FIT_MOST_FLAT_GROWTH * base ? "flat"
                                                                                        : "noisy";
}

struct cost_fit_result cost_fit_of(struct cost_fit_point points[], size_t count)
{
    struct fitted_line line = fit_line(points, count);
    const char *verdict = verdict_of(points, count, &line);
    bool linear = text_equal(verdict, "linear");
    if (!linear)
        line = fit_level(points, count);
    else if (line.base < 0)
        line = fit_slope(points, count);
    return (struct cost_fit_result){
        .verdict = verdict,
        .base_ns = line.base,
        .base_error_ns = line.base_error,
        .per_page_ns = linear ? line.slope : (double)NAN,
        .per_page_error_ns = linear ? line.slope_error : (double)NAN,
        .worst_residual = worst_residual(points, count, &line),
    };
}

/* ------------------------------------------------------------------------------- the cost fits */

/* Equal for all rows of one cost fit, whatever its pages: without what a cost fit goes by. */
static int compare_callers(const struct summary *a, const struct summary *b)
{
    return key_compare_but(&a->key, &b->key,
                           DIMENSION_BIT(parent_mib) | DIMENSION_BIT(parent_pages));
}

static int compare_pointers(const void *a, const void *b)
{
    const struct summary *x = *(const struct summary *const *)a;
    const struct summary *y = *(const struct summary *const *)b;
    int order = compare_callers(x, y);
    return order ? order : key_compare(&x->key, &y->key);
}

static bool has_point(const struct summary *row)
{
    return text_equal(row->temperature, "warm") && text_equal(row->status, "ok") &&
           !key_is_baseline(&row->key) && isfinite(row->overhead_ns_per_job) &&
           row->overhead_ns_per_job > 0;
}

/* All rows that have a point, those of one cost fit together, callers that hold nothing first. */
static size_t sort_rows(const struct summaries *summaries, const struct summary *sorted[])
{
    size_t count = 0;
    for (size_t i = 0; i < summaries->count; i++)
        if (has_point(&summaries->rows[i]))
            sorted[count++] = &summaries->rows[i];
    qsort(sorted, count, sizeof *sorted, compare_pointers);
    return count;
}

/* The points of rows[0..count) that are of these pages. */
static size_t take_points(const struct summary *const rows[], size_t count, const char *pages,
                          double page_bytes, struct cost_fit_point points[])
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i]->key.parent_mib == 0 || text_equal(rows[i]->key.parent_pages, pages))
            points[used++] = (struct cost_fit_point){
                .pages = (double)rows[i]->key.parent_mib * MIB / page_bytes,
                .ns = rows[i]->overhead_ns_per_job,
            };
    return used;
}

static double page_bytes_of(const struct cost_fit_pages *pages, const char *name)
{
    return text_equal(name, "thp") ? pages->huge_bytes : pages->small_bytes;
}

static void append_cost_fit(const struct summary *row, double page_bytes,
                            struct cost_fit_point points[], size_t count, struct cost_fits *out)
{
    struct cost_fit_result result = cost_fit_of(points, count);
    struct cost_fit *fit = &out->rows[out->count++];
    *fit = (struct cost_fit){
        .key = row->key,
        .temperature = row->temperature,
        .verdict = result.verdict,
        .base_ns = result.base_ns,
        .base_error_ns = result.base_error_ns,
        .per_page_ns = result.per_page_ns,
        .per_page_error_ns = result.per_page_error_ns,
        .points = count,
        .worst_residual = result.worst_residual,
        .page_bytes = page_bytes,
    };
    fit->key.parent_mib = 0;
}

/* The cost fits of rows[0..count), which differ in nothing but the caller: one for each kind of
 * pages, by its first row. */
static void append_cost_fits(const struct summary *const rows[], size_t count,
                             const struct cost_fit_pages *pages, struct cost_fit_point points[],
                             struct cost_fits *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = rows[i]->key.parent_pages;
        bool known = rows[i]->key.parent_mib == 0;
        for (size_t k = 0; k < i; k++)
            known = known || text_equal(rows[k]->key.parent_pages, name);
        double page_bytes = page_bytes_of(pages, name);
        size_t used = known ? 0 : take_points(rows, count, name, page_bytes, points);
        if (used >= COST_FIT_LEAST_POINTS)
            append_cost_fit(rows[i], page_bytes, points, used, out);
    }
}

/* A visit that went wrong may have left its row cold alone. */
static bool has_warm_row(const struct summaries *summaries, const struct summary *row)
{
    struct summary warm = *row;
    warm.temperature = "warm";
    return bsearch(&warm, summaries->rows, summaries->count, sizeof warm, summary_compare) != NULL;
}

static uint64_t count_left_out(const struct summaries *summaries, const struct cost_fit *fit)
{
    const struct summary like = {.key = fit->key};
    uint64_t count = 0;
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        bool warm = text_equal(row->temperature, "warm");
        if (has_point(row) || compare_callers(row, &like) != 0 ||
            (row->key.parent_mib > 0 && !text_equal(row->key.parent_pages, fit->key.parent_pages)))
            continue;
        count += warm || (!text_equal(row->status, "ok") && !has_warm_row(summaries, row));
    }
    return count;
}

int cost_fit_find(const struct summaries *summaries, const struct cost_fit_pages *pages,
                  struct cost_fits *out, struct error *error)
{
    const struct summary **sorted = calloc(summaries->count + 1, sizeof *sorted);
    struct cost_fit_point *points = calloc(summaries->count + 1, sizeof *points);
    *out = (struct cost_fits){calloc(summaries->count + 1, sizeof *out->rows), 0};
    bool room = sorted != NULL && points != NULL && out->rows != NULL;
    size_t count = room ? sort_rows(summaries, sorted) : 0;
    for (size_t i = 0, next; i < count; i = next) {
        next = i + 1;
        while (next < count && compare_callers(sorted[i], sorted[next]) == 0)
            next++;
        append_cost_fits(sorted + i, next - i, pages, points, out);
    }
    for (size_t i = 0; i < out->count; i++)
        out->rows[i].left_out = count_left_out(summaries, &out->rows[i]);
    free(sorted);
    free(points);
    if (room)
        return 0;
    free(out->rows);
    *out = (struct cost_fits){0};
    return fail(error, ERROR_REFUSED, "law: out of memory");
}
