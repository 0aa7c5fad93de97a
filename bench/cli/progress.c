#include "bench/cli/progress.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_CELLS = 24 };

#define BAR_EVERY_NS (100 * NS_PER_MS)
#define LINE_EVERY_NS (10 * NS_PER_S)

struct progress_view progress_open(void)
{
    return (struct progress_view){.bar = isatty(STDERR_FILENO) == 1};
}

static void clock_text(char *text, size_t bytes, double seconds)
{
    unsigned whole = seconds > 0 ? (unsigned)(seconds + 0.5) : 0;
    snprintf(text, bytes, "%u:%02u", whole / 60, whole % 60);
}

static unsigned terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void progress_show(void *user, const struct measure_progress *progress)
{
    struct progress_view *view = user;
    uint64_t every = view->bar ? BAR_EVERY_NS : LINE_EVERY_NS;
    if (progress->elapsed_ns - view->last_shown_ns < every)
        return;
    view->last_shown_ns = progress->elapsed_ns;
    char bar[BAR_CELLS + 1], size[32], gone[16], left[16], line[512];
    double elapsed = (double)progress->elapsed_ns / 1e9, done = progress->done;
    unsigned filled = (unsigned)(done * BAR_CELLS);
    memset(bar, '.', BAR_CELLS);
    memset(bar, '#', filled);
    bar[BAR_CELLS] = '\0';
    text_size(size, sizeof size, (double)progress->cell->size);
    clock_text(gone, sizeof gone, elapsed);
    clock_text(left, sizeof left, done > 0 ? elapsed / done - elapsed : 0);
    int percent = (int)(100 * done);
    if (!view->bar) {
        fprintf(stderr, "%3d %%  %s gone, about %s left; round %llu of %s, size %s\n", percent,
                gone, left, (unsigned long long)progress->round, progress->cell->work->name, size);
        return;
    }
    snprintf(line, sizeof line, "[%s] %3d %%  %s gone, %s left  %s %s %s x%u", bar, percent, gone,
             left, progress->cell->work->name, size, progress->cell->strategy->name,
             progress->cell->workers);
    fprintf(stderr, "\r%.*s\033[K", (int)terminal_columns() - 1, line);
    fflush(stderr);
}

void progress_close(const struct progress_view *view)
{
    if (view->bar)
        fputs("\r\033[K", stderr);
}
