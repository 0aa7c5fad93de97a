#include "bench/report/html/html_plots.h"
#include "bench/base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A picture of breakeven's takes about 40 KiB. */
enum { MOST_BYTES = 512 << 10 };

const char *const plot_extensions[PLOT_FILES] = {"svg", "png", "pdf", "gp", "dat"};

/* Which file of a picture that is; PLOT_FILES for none. *length: of the picture's name. Nothing but
 * letters, digits, - and _: as breakeven names them, so that no name acts in a link. */
static enum plot_file kind_of(const char *name, size_t *length)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-_";
    int kind = 0;
    *length = strspn(name, allowed);
    if (*length == 0 || *length >= sizeof((struct html_plot *)0)->name || name[*length] != '.')
        return PLOT_FILES;
    while (kind < PLOT_FILES && !text_equal(name + *length + 1, plot_extensions[kind]))
        kind++;
    return (enum plot_file)kind;
}

struct html_plot *html_plots_get(const struct html_plots *plots, const char *name)
{
    for (size_t i = 0; i < plots->count; i++)
        if (text_equal(plots->rows[i].name, name))
            return &plots->rows[i];
    return NULL;
}

static int add(struct html_plots *plots, const char *name, size_t length, enum plot_file kind)
{
    char picture[sizeof plots->rows->name];
    snprintf(picture, sizeof picture, "%.*s", (int)length, name);
    struct html_plot *plot = html_plots_get(plots, picture);
    if (plot == NULL) {
        struct html_plot *grown = reallocarray(plots->rows, plots->count + 1, sizeof *grown);
        if (grown == NULL)
            return -1;
        plots->rows = grown;
        plot = &plots->rows[plots->count++];
        *plot = (struct html_plot){0};
        memcpy(plot->name, picture, length + 1);
    }
    plot->has[kind] = true;
    return 0;
}

static bool is_file(int folder, const char *name)
{
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

static int compare_plots(const void *a, const void *b)
{
    return strcmp(((const struct html_plot *)a)->name, ((const struct html_plot *)b)->name);
}

int html_plots_find(const char *path, struct html_plots *plots, struct error *error)
{
    char within[4096];
    int result = 0;
    snprintf(within, sizeof within, "%s/plots", path);
    *plots = (struct html_plots){.folder =
                                     open(within, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    int copy = plots->folder >= 0 ? openat(plots->folder, ".", O_RDONLY | O_CLOEXEC) : -1;
    DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
    for (struct dirent *entry; folder != NULL && result == 0 && (entry = readdir(folder));) {
        size_t length;
        enum plot_file kind = kind_of(entry->d_name, &length);
        if (kind != PLOT_FILES && is_file(plots->folder, entry->d_name))
            result = add(plots, entry->d_name, length, kind);
    }
    if (folder != NULL)
        closedir(folder);
    else if (copy >= 0)
        close(copy);
    if (plots->count > 0)
        qsort(plots->rows, plots->count, sizeof *plots->rows, compare_plots);
    return result == 0 ? 0 : fail(error, ERROR_REFUSED, "report: out of memory");
}

void html_plots_free(struct html_plots *plots)
{
    if (plots->folder >= 0)
        close(plots->folder);
    free(plots->rows);
}

/* Reads up to `room` bytes; less than 0 where that fails. */
static ssize_t read_all(int fd, char *text, size_t room)
{
    size_t used = 0;
    ssize_t got = 1;
    while (used < room && (got = read(fd, text + used, room - used)) > 0)
        used += (size_t)got;
    return got < 0 ? -1 : (ssize_t)used;
}

char *html_plots_read(const struct html_plots *plots, const struct html_plot *plot)
{
    char name[sizeof plot->name + 8];
    snprintf(name, sizeof name, "%s.svg", plot->name);
    int fd = openat(plots->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    char *text = fd >= 0 ? malloc(MOST_BYTES + 1) : NULL;
    ssize_t bytes = text != NULL ? read_all(fd, text, MOST_BYTES + 1) : -1;
    if (fd >= 0)
        close(fd);
    if (bytes < 0 || bytes > MOST_BYTES) {
        free(text);
        return NULL;
    }
    text[bytes] = '\0';
    return text;
}
