/* From which jobs each strategy pays, as bars that begin at the crossovers. */
#include "bench/report/picture/drawing.h"
#include "bench/report/words/payoff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_place(FILE *file, struct payoff_place place)
{
    picture_number(file, place.at);
    picture_number(file, place.low);
    picture_number(file, place.high);
}

/* Writes the rows; the length of the longest text to their right. */
static size_t write_rows(struct drawing *drawing, const struct payoffs *payoffs)
{
    FILE *file = drawing->picture->data;
    size_t longest = 0;
    for (size_t i = 0; i < payoffs->count; i++) {
        const struct payoff *row = &payoffs->rows[i];
        char label[LABEL_BYTES], text[128];
        line_label(drawing->lines, row->line, label, sizeof label);
        legend_add(drawing->legend, row->line, label);
        payoff_describe(drawing->panel, row, text, sizeof text);
        longest = strlen(text) > longest ? strlen(text) : longest;
        fprintf(file, "%zu", i + 1);
        write_place(file, row->warm_place);
        write_place(file, row->cold_place);
        fprintf(file, "\t%s\t%s", picture_strategy_of(&row->line->key), text);
        picture_number(file, row->warm_place.until);
        picture_number(file, row->cold_place.until);
        fputc('\n', file);
    }
    return longest;
}

static void describe(const struct panel *panel, char *text, size_t bytes)
{
    char batch[96], runtime[LABEL_BYTES], cpus[64];
    bool jobs = panel->axis == DIMENSION_jobs;
    panel_describe_batch(panel, batch, sizeof batch);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    panel_describe_cpus(panel, cpus, sizeof cpus);
    snprintf(text, bytes, "%.40s%.60s: from %s jobs does it pay? (%s%llu worker%s%s)", panel->work,
             runtime, jobs ? "how many" : "which", batch, (unsigned long long)panel->full_workers,
             text_plural(panel->full_workers), cpus);
}

static int write_picture(struct drawing *drawing, const struct payoffs *payoffs)
{
    const struct panel *panel = drawing->panel;
    char heading[352], baselines[LABEL_BYTES], axis[LABEL_BYTES + 32];
    bool jobs = panel->axis == DIMENSION_jobs;
    drawing->picture->script = "crossover";
    panel_describe_baselines(panel, baselines, sizeof baselines);
    if (jobs)
        snprintf(axis, sizeof axis, "jobs in a batch");
    else if (text_equal(baselines, "serial"))
        snprintf(axis, sizeof axis, "serial time of one job");
    else
        snprintf(axis, sizeof axis, "time of one job under %s", baselines);
    describe(panel, heading, sizeof heading);
    if (picture_begin(drawing->picture, panel, jobs ? "crossover-jobs" : "crossover", heading) != 0)
        return -1;
    picture_setting(drawing->picture->commands, "xtitle", axis);
    fprintf(drawing->picture->commands, "counts = %d\n", jobs);
    if (panel->part_count > 0)
        picture_setting(drawing->picture->commands, "ends",
                        "where a bar ends before the others no larger jobs were measured");
    size_t longest = write_rows(drawing, payoffs);
    legend_write(drawing->picture, drawing->legend);
    fprintf(drawing->picture->commands,
            "least = %.6g\nmost = %.6g\nrows = %zu\ntext_max = %zu\nlabel_max = %zu\n",
            payoffs->least, payoffs->most, payoffs->count, longest,
            legend_longest_caption(drawing->legend));
    return picture_end(drawing->picture);
}

int draw_crossovers(struct drawing *drawing)
{
    struct payoffs payoffs;
    int result = payoffs_find(drawing->panel, drawing->lines, &payoffs, drawing->picture->error);
    if (result == 0 && payoffs.count > 0 && payoffs.least > 0 && payoffs.most > payoffs.least)
        result = write_picture(drawing, &payoffs);
    free(payoffs.rows);
    return result;
}
