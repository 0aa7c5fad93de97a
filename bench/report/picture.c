#include "bench/report/picture.h"
#include "bench/assets.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ------------------------------------------------------------------------------- one picture */

static FILE *create(const struct picture *picture, const char *extension)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s.%s", picture->folder, picture->name, extension);
    FILE *file = fopen(path, "we");
    if (file == NULL)
        fail_errno(picture->error, errno, "%s: cannot be written", path);
    return file;
}

void picture_setting(FILE *file, const char *name, const char *value)
{
    fprintf(file, "%s = ", name);
    text_gnuplot_quoted(file, value);
    fputc('\n', file);
}

static void write_asset(FILE *file, const char *name)
{
    const struct asset *asset = asset_find(asset_plots, asset_plots_count, name);
    fputc('\n', file);
    fwrite(asset->text, 1, (size_t)(asset->end - asset->text), file);
}

/* "AMD EPYC, 2 CPUs, KVM, Linux 6.1, 2026-11-22 13:14 UTC, suite quick". */
static void describe_host(const struct host *host, char *text, size_t bytes)
{
    snprintf(text, bytes,
             "%s%s%u CPU%s, %s%s%s, %s, suite %s; bands and whiskers are 95 %% intervals",
             host->model, *host->model ? ", " : "", host->cpus_usable,
             host->cpus_usable == 1 ? "" : "s", host->kernel, *host->hypervisor ? " on " : "",
             host->hypervisor, host->started, host->suite);
}

/* A work's name comes from a file: nothing in it may lead out of the folder. */
static void make_harmless(char *name)
{
    for (; *name != '\0'; name++)
        if (!isalnum((unsigned char)*name) && *name != '-')
            *name = '_';
}

int picture_begin(struct picture *picture, const struct scene *scene, const char *kind,
                  const char *heading)
{
    char footer[700], data[140], jobs[40] = "";
    if (!scene->only_jobs)
        snprintf(jobs, sizeof jobs, "-%llu-jobs", (unsigned long long)scene->jobs);
    snprintf(picture->name, sizeof picture->name, "%.40s%s-%s", scene->work, jobs, kind);
    make_harmless(picture->name);
    picture->data = create(picture, "dat");
    picture->commands = picture->data != NULL ? create(picture, "gp") : NULL;
    if (picture->commands == NULL) {
        if (picture->data != NULL)
            fclose(picture->data);
        return -1;
    }
    describe_host(scene->host, footer, sizeof footer);
    snprintf(data, sizeof data, "%s.dat", picture->name);
    fprintf(picture->commands,
            "# Made by breakeven; `gnuplot %s.gp` in this folder draws it again.\n", picture->name);
    picture_setting(picture->commands, "name", picture->name);
    picture_setting(picture->commands, "data", data);
    picture_setting(picture->commands, "heading", heading);
    picture_setting(picture->commands, "footer", footer);
    fprintf(picture->commands, "cpus = %u\n", scene->host->cpus_usable);
    return 0;
}

static int run_gnuplot(const struct picture *picture)
{
    char script[160];
    snprintf(script, sizeof script, "%s.gp", picture->name);
    char *arguments[] = {"gnuplot", script, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int wait_status = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, picture->folder);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "gnuplot.log",
                                     O_WRONLY | O_CREAT | O_TRUNC, 0666);
    int refused = posix_spawnp(&pid, "gnuplot", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (refused != 0)
        return fail_errno(picture->error, refused,
                          "gnuplot cannot be started (install it: make deps)");
    while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
        ;
    if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != 0)
        return fail(picture->error, EXIT_REFUSED, "gnuplot failed on %s/%s; see gnuplot.log there",
                    picture->folder, script);
    return 0;
}

int picture_end(struct picture *picture)
{
    write_asset(picture->commands, "style");
    write_asset(picture->commands, picture->script);
    bool bad = ferror(picture->data) || ferror(picture->commands);
    bad = fclose(picture->data) != 0 || bad;
    bad = fclose(picture->commands) != 0 || bad;
    if (bad)
        return fail_errno(picture->error, errno, "%s/%s.gp: cannot be written", picture->folder,
                          picture->name);
    return run_gnuplot(picture);
}

/* ------------------------------------------------------------------------------- data blocks */

void picture_number(FILE *file, double number)
{
    if (isfinite(number))
        fprintf(file, "\t%.6g", number);
    else
        fputs("\tNaN", file);
}

void picture_banded(FILE *file, double x, double value, double low, double high)
{
    fprintf(file, "%.6g", x);
    picture_number(file, value);
    picture_number(file, isfinite(low) ? low : value);
    picture_number(file, isfinite(high) ? high : value);
    fputc('\n', file);
}

void legend_add(struct legend *legend, const struct line *line, const char *caption)
{
    struct entry *entry = &legend->entries[legend->count++];
    entry->strategy = line->key.strategy;
    snprintf(entry->caption, sizeof entry->caption, "%s", caption);
}

/* How many entries up to this one are of its strategy: they share a colour and differ in dashes. */
static unsigned ordinal_of(const struct legend *legend, size_t index)
{
    unsigned ordinal = 0;
    for (size_t i = 0; i <= index; i++)
        ordinal += text_equal(legend->entries[i].strategy, legend->entries[index].strategy);
    return ordinal;
}

void legend_write(const struct picture *picture, const struct legend *legend)
{
    FILE *file = picture->commands;
    size_t room = legend->count > 0 ? legend->count : 1;
    fprintf(file, "names = ''");
    for (size_t i = 0; i < legend->count; i++) {
        fprintf(file, ".' '.");
        text_gnuplot_quoted(file, legend->entries[i].strategy);
    }
    fprintf(file, "\narray captions[%zu]\narray dashes[%zu]\n", room, room);
    for (size_t i = 0; i < legend->count; i++) {
        fprintf(file, "dashes[%zu] = %u\ncaptions[%zu] = ", i + 1, ordinal_of(legend, i), i + 1);
        text_gnuplot_quoted(file, legend->entries[i].caption);
        fputc('\n', file);
    }
}

bool picture_end_block(struct picture *picture, size_t points)
{
    if (points > 0)
        fputs("\n\n", picture->data);
    return points > 0;
}
