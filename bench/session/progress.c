#include "bench/session/progress.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_BAR = 24, LEAST_BAR = 4, LINE_BYTES = 512 };

#define BAR_EVERY_NS (100 * NS_PER_MS)
#define LINE_EVERY_NS (10 * NS_PER_S)

struct progress_view progress_open(bool every_visit)
{
    struct terminal terminal = terminal_of(STDERR_FILENO);
    return (struct progress_view){
        .bar = !every_visit && !terminal.lines,
        .every_visit = every_visit,
        .terminal = terminal,
    };
}

static void clock_text(char *text, size_t bytes, double seconds)
{
    unsigned whole = seconds > 0 ? (unsigned)(seconds + 0.5) : 0;
    snprintf(text, bytes, "%u:%02u", whole / 60, whole % 60);
}

/* The texts of a line, wherever it is shown. */
struct texts {
    int percent;
    char gone[16], left[16];
    char cell[96];     /* "squares 100k forkpool x2", "squares 14 jobs forkpool x2" */
    char estimate[24]; /* ", 1.84 x" where the speedup is known */
};

static struct texts describe(const struct measure_progress *progress)
{
    double elapsed = (double)progress->elapsed_ns / 1e9, done = progress->done;
    const struct cell *cell = progress->cell;
    struct texts texts = {.percent = (int)(100 * done)};
    char size[32];
    clock_text(texts.gone, sizeof texts.gone, elapsed);
    if (done > 0)
        clock_text(texts.left, sizeof texts.left, elapsed / done - elapsed);
    else
        snprintf(texts.left, sizeof texts.left, "?"); /* before the end of the first round */
    bool in_billionths = strncmp(cell->work->unit, WORK_BILLIONTHS, strlen(WORK_BILLIONTHS)) == 0;
    if (in_billionths)
        snprintf(size, sizeof size, "%.3g", (double)cell->key.size / 1e9);
    else
        text_size(size, sizeof size, (double)cell->key.size);
    if (progress->along_jobs)
        snprintf(size, sizeof size, "%llu job%s", (unsigned long long)cell->key.jobs,
                 text_plural(cell->key.jobs));
    snprintf(texts.cell, sizeof texts.cell, "%s %s %s x%u", cell->work->name, size,
             cell->strategy->name, (unsigned)cell->key.workers);
    if (isfinite(progress->speedup))
        snprintf(texts.estimate, sizeof texts.estimate, ", %.3g x", progress->speedup);
    return texts;
}

static void show_line(const struct texts *texts, const struct measure_progress *progress)
{
    fprintf(stderr, "%3d %%  %s gone, about %s left; round %llu of %s%s\n", texts->percent,
            texts->gone, texts->left, (unsigned long long)progress->round, texts->cell,
            texts->estimate);
}

/* Wipes what of an earlier bar stands behind this one. */
static void wipe_rest(struct progress_view *view, int columns)
{
    int rest = view->columns - columns;
    if (view->terminal.colour)
        fputs("\033[K", stderr);
    else if (rest > 0)
        fprintf(stderr, "%*s", rest, "");
    view->columns = columns;
}

/* The bar shrinks before the text is cut. */
static void show_bar(const struct texts *texts, struct progress_view *view, double done)
{
    const struct terminal *terminal = &view->terminal;
    char text[LINE_BYTES], bar[3 * MOST_BAR + 1] = "";
    int most = (int)terminal->columns - 1;
    int length = snprintf(text, sizeof text, " %3d %%  %s gone, %s left  %s%s", texts->percent,
                          texts->gone, texts->left, texts->cell, texts->estimate);
    int room = most - length - 2;
    int cells = room > MOST_BAR ? MOST_BAR : room < LEAST_BAR ? 0 : room;
    for (int i = 0; i < cells; i++)
        strcat(bar, i < (int)(done * cells) ? (terminal->unicode ? "\u2588" : "#")
                                            : (terminal->unicode ? "\u2591" : "."));
    if (cells > 0)
        fprintf(stderr, "\r%s%s%s%s%s", terminal->unicode ? "" : "[",
                terminal->colour ? "\033[36m" : "", bar, terminal->colour ? "\033[0m" : "",
                terminal->unicode ? "" : "]");
    else
        fputc('\r', stderr);
    fprintf(stderr, "%.*s", most, text);
    wipe_rest(view, (length < most ? length : most) + (cells > 0 ? cells + 2 : 0));
    fflush(stderr);
}

void progress_show(void *user, const struct measure_progress *progress)
{
    struct progress_view *view = user;
    uint64_t every = view->bar ? BAR_EVERY_NS : LINE_EVERY_NS;
    if (!view->every_visit && progress->elapsed_ns - view->last_shown_ns < every)
        return;
    view->last_shown_ns = progress->elapsed_ns;
    struct texts texts = describe(progress);
    if (view->bar)
        show_bar(&texts, view, progress->done);
    else
        show_line(&texts, progress);
}

void progress_close(struct progress_view *view)
{
    if (!view->bar || view->columns == 0)
        return;
    fputc('\r', stderr);
    wipe_rest(view, 0);
    fputc('\r', stderr);
}
