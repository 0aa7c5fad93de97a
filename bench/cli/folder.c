#include "bench/cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define RESULTS "results"

static bool holds_run(const char *path)
{
    char samples[PATH_MAX];
    snprintf(samples, sizeof samples, "%s/samples.csv", path);
    return access(samples, F_OK) == 0;
}

/* mkdir -p. */
static int make_folders(const char *path, struct error *error)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return fail_errno(error, errno, "--out: the folder %s cannot be made", part);
        if (slash == NULL)
            return 0;
        *slash = '/';
    }
}

/* results/2026-11-22-quick, or -2, -3 where there are runs of that day. */
static void make_up(const char *suite, struct run_folder *folder)
{
    char date[16];
    time_t now = time(NULL);
    struct tm today;
    strftime(date, sizeof date, "%Y-%m-%d", localtime_r(&now, &today));
    snprintf(folder->path, sizeof folder->path, RESULTS "/%s-%.200s", date, suite);
    for (int number = 2; holds_run(folder->path); number++)
        snprintf(folder->path, sizeof folder->path, RESULTS "/%s-%.200s-%d", date, suite, number);
}

static int check_writable(const char *path, struct error *error)
{
    char probe[PATH_MAX];
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return fail(error, EXIT_REFUSED, "--out: %s is not a folder", path);
    snprintf(probe, sizeof probe, "%s/.breakeven-probe", path);
    FILE *file = fopen(probe, "we");
    if (file == NULL)
        return fail_errno(error, errno, "--out: the folder %s cannot be written", path);
    fclose(file);
    unlink(probe);
    return 0;
}

/* Empties samples.csv and removes what a run writes behind it, so that nothing old stands beside
 * the new, also where the run is killed before its first row. */
static void remove_results(const char *path)
{
    static const char *const tables[] = {"summary", "crossover", "law"};
    static const char *const made[] = {"svg", "png", "gp", "dat", "log"};
    char name[PATH_MAX + 256];
    snprintf(name, sizeof name, "%s/samples.csv", path);
    /* What cannot be emptied cannot be written either: that is told then. */
    int ignored = truncate(name, 0);
    (void)ignored;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        snprintf(name, sizeof name, "%s/%s.csv", path, tables[i]);
        unlink(name);
    }
    snprintf(name, sizeof name, "%s/plots", path);
    DIR *plots = opendir(name);
    for (struct dirent *entry; plots != NULL && (entry = readdir(plots)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        for (size_t i = 0; dot != NULL && i < sizeof made / sizeof *made; i++)
            if (strcmp(dot + 1, made[i]) == 0)
                unlinkat(dirfd(plots), entry->d_name, 0);
    }
    if (plots != NULL)
        closedir(plots);
}

int folder_open(const char *out, const char *suite, enum folder_mode mode,
                struct run_folder *folder, struct error *error)
{
    *folder = (struct run_folder){.made_up = out == NULL};
    if (out != NULL && (*out == '\0' || strlen(out) >= sizeof folder->path))
        return fail(error, EXIT_USAGE, "--out: the path is %s", *out ? "too long" : "empty");
    if (mode == FOLDER_RESUME && (out == NULL || !holds_run(out)))
        return fail(error, EXIT_USAGE,
                    "--resume: needs --out with the folder of the run to go on "
                    "with");
    if (out == NULL)
        make_up(suite, folder);
    else
        snprintf(folder->path, sizeof folder->path, "%s", out);
    if (mode == FOLDER_FRESH && holds_run(folder->path))
        return fail(error, EXIT_USAGE,
                    "--out: %s holds a run already; go on with it by --resume, overwrite it by "
                    "--force, or name another folder",
                    folder->path);
    if (make_folders(folder->path, error) != 0)
        return -1;
    if (check_writable(folder->path, error) != 0)
        return -1;
    if (mode == FOLDER_FORCE)
        remove_results(folder->path);
    return 0;
}

int folder_link(const struct run_folder *folder, struct error *error)
{
    static const char link[] = RESULTS "/latest", fresh[] = RESULTS "/.latest";
    if (!folder->made_up)
        return 0;
    unlink(fresh);
    if (symlink(folder->path + strlen(RESULTS) + 1, fresh) != 0 || rename(fresh, link) != 0)
        return fail_errno(error, errno, "%s: cannot be linked", link);
    return 0;
}
