#include "bench/session/folder.h"
#include "bench/base/csv.h"
#include "bench/base/folders/folders.h"
#include "bench/base/whole.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define RESULTS "results"

/* A link by that name counts too, wherever it leads: nothing is written through it. */
static bool holds(const char *path, const char *name)
{
    char file[PATH_MAX];
    struct stat status;
    snprintf(file, sizeof file, "%s/%s", path, name);
    return lstat(file, &status) == 0;
}

static bool holds_run(const char *path)
{
    return holds(path, "samples.csv") || holds(path, "samples.csv" CSV_PACKED);
}

/* What is not overwritten without being asked to. */
static bool holds_results(const char *path)
{
    return holds_run(path) || holds(path, "floors.csv");
}

static bool is_link(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

static int make_folders(const char *path, struct error *error)
{
    char failed[PATH_MAX];
    int why = folders_make(path, 0777, failed);
    return why == 0 ? 0 : fail_errno(error, why, "--out: the folder %s cannot be made", failed);
}

/* ------------------------------------------------------------------------------- the lock */

static int fail_busy(const char *path, struct error *error)
{
    return fail(error, ERROR_USAGE,
                "%s: another breakeven is writing there; wait until it has ended, or name another "
                "folder",
                path);
}

/* Where there are no locks it goes on without one. */
static enum lock_outcome take_lock(struct run_folder *folder)
{
    enum lock_outcome outcome = lock_take(&folder->lock, folder->path);
    if (outcome == LOCK_NONE && errno != ENOENT && errno != ENOTDIR)
        folder->unlocked = errno;
    return outcome;
}

void folder_close(struct run_folder *folder)
{
    lock_release(&folder->lock);
}

void folder_warn(const struct run_folder *folder, char *warning, size_t bytes)
{
    if (folder->unlocked != 0 && *warning == '\0')
        snprintf(warning, bytes,
                 "%s cannot be locked (%s); see to it that no other breakeven writes there",
                 folder->path, strerror(folder->unlocked));
}

/* ------------------------------------------------------------------------------- opening */

/* Takes the next name, results/2026-11-22-quick, or -2, -3, that is free: no link, no run, and
 * nobody who has made it just now. */
static int make_up(const char *suite, struct run_folder *folder, struct error *error)
{
    enum { MOST = 10000 };
    char date[16], number[16] = "";
    time_t now = time(NULL);
    struct tm today;
    strftime(date, sizeof date, "%Y-%m-%d", localtime_r(&now, &today));
    if (make_folders(RESULTS, error) != 0)
        return -1;
    for (int i = 1; i < MOST; i++) {
        if (i > 1)
            snprintf(number, sizeof number, "-%d", i);
        snprintf(folder->path, sizeof folder->path, RESULTS "/%s-%.200s%s", date, suite, number);
        bool made = mkdir(folder->path, 0777) == 0;
        if (!made && errno != EEXIST)
            return fail_errno(error, errno, "--out: the folder %s cannot be made", folder->path);
        if (is_link(folder->path) || take_lock(folder) == LOCK_BUSY)
            continue;
        if (!holds_results(folder->path) && (made || folder->lock.held))
            return 0;
        folder_close(folder);
    }
    return fail(error, ERROR_USAGE, "--out: " RESULTS " holds %d runs of today; name a folder",
                MOST - 1);
}

static int check_writable(const char *path, struct error *error)
{
    char within[PATH_MAX], probe[PATH_MAX];
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return fail(error, ERROR_REFUSED, "--out: %s is not a folder", path);
    snprintf(within, sizeof within, "%s/probe", path);
    int why = whole_partial_name(probe, sizeof probe, within);
    if (why == 0)
        why = whole_create(AT_FDCWD, probe, "", 0);
    if (why != 0)
        return fail_errno(error, why, "--out: the folder %s cannot be written", path);
    unlink(probe);
    return 0;
}

static bool is_among(const char *name, const char *const names[])
{
    while (*names != NULL && strcmp(name, *names) != 0)
        names++;
    return *names != NULL;
}

/* What a run writes, and what one that was killed has left half made. */
static bool is_result(const char *name)
{
    static const char *const written[] = {
        "samples.csv",    "samples.csv" CSV_PACKED,
        "host.json",      "summary.csv",
        "law.csv",        "modes.csv",
        "scaling.csv",    "crossover.csv",
        "comparison.csv", "check.csv",
        "report.html",    "tables.txt",
        "floors.csv",     "trace.csv",
        "trace.json",     NULL,
    };
    return is_among(name, written) || whole_is_partial(name);
}

static bool is_plot(const char *name)
{
    static const char *const made[] = {"svg", "png", "pdf", "gp", "dat", NULL};
    const char *dot = strrchr(name, '.');
    return (dot != NULL && is_among(dot + 1, made)) || whole_is_partial(name);
}

/* Removes what it is asked to from a folder that is no link; of folders only those half made. */
static void remove_entries(int parent, const char *path, bool (*is_meant)(const char *name))
{
    int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        const char *name = entry->d_name;
        if (!is_meant(name) || unlinkat(fd, name, 0) == 0 || !whole_is_partial(name))
            continue;
        remove_entries(fd, name, is_plot);
        unlinkat(fd, name, AT_REMOVEDIR);
    }
    if (folder != NULL)
        closedir(folder);
    else if (fd >= 0)
        close(fd);
}

void folder_clean(const struct run_folder *folder, enum folder_mode mode)
{
    const char *path = folder->path;
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s/.", path);
    remove_entries(AT_FDCWD, name, mode == FOLDER_FORCE ? is_result : whole_is_partial);
    snprintf(name, sizeof name, "%s/plots", path);
    remove_entries(AT_FDCWD, name, mode == FOLDER_FORCE ? is_plot : whole_is_partial);
    if (mode == FOLDER_RESUME)
        return;
    snprintf(name, sizeof name, "%s/" FOLDER_FRESH_ROUNDS, path);
    remove_entries(AT_FDCWD, name, is_result);
    rmdir(name);
}

static int check_path(const char *path, size_t most, struct error *error)
{
    if (*path == '\0' || strlen(path) >= most)
        return fail(error, ERROR_USAGE, "--out: the path is %s", *path ? "too long" : "empty");
    return 0;
}

static int make_locked(const char *path, struct run_folder *folder, struct error *error)
{
    if (check_path(path, sizeof folder->path, error) != 0 || make_folders(path, error) != 0)
        return -1;
    snprintf(folder->path, sizeof folder->path, "%s", path);
    return take_lock(folder) == LOCK_BUSY ? fail_busy(path, error) : 0;
}

int folder_use(const char *path, struct run_folder *folder, struct error *error)
{
    *folder = (struct run_folder){.made_up = false};
    snprintf(folder->path, sizeof folder->path, "%s", path);
    return take_lock(folder) == LOCK_BUSY ? fail_busy(path, error) : 0;
}

int folder_make(const char *path, struct run_folder *folder, struct error *error)
{
    *folder = (struct run_folder){.made_up = false};
    if (make_locked(path, folder, error) == 0 && check_writable(path, error) == 0)
        return 0;
    folder_close(folder);
    return -1;
}

static int check_resumable(const char *out, struct error *error)
{
    if (out != NULL && !holds_run(out) && holds_results(out))
        return fail(error, ERROR_USAGE, "--resume: %s holds floors; only a run can be gone on with",
                    out);
    if (out == NULL || !holds_run(out))
        return fail(error, ERROR_USAGE,
                    "--resume: needs --out with the folder of the run to go on "
                    "with");
    if (!holds(out, "samples.csv"))
        return fail(error, ERROR_USAGE,
                    "--resume: %s/samples.csv" CSV_PACKED " is packed; unpack it by gunzip", out);
    return 0;
}

/* Of a folder that is locked, so that nobody begins a run in it meanwhile. */
static int check_free(const char *path, enum folder_mode mode, struct error *error)
{
    bool run = holds_run(path);
    if (mode == FOLDER_FRESH && holds_results(path))
        return fail(
            error, ERROR_USAGE,
            "--out: %s holds %s already; %soverwrite %s by --force (%sFORCE=yes to make), or "
            "name another folder",
            path, run ? "a run" : "floors", run ? "go on with it by --resume, " : "",
            run ? "it" : "them", run ? "RESUME=yes or " : "");
    return check_writable(path, error) == 0 ? folder_check_part(path, "plots", error) : -1;
}

int folder_open(const char *out, const char *suite, enum folder_mode mode,
                struct run_folder *folder, struct error *error)
{
    *folder = (struct run_folder){.made_up = out == NULL};
    if (mode == FOLDER_RESUME && check_resumable(out, error) != 0)
        return -1;
    if ((out == NULL ? make_up(suite, folder, error) : make_locked(out, folder, error)) == 0 &&
        check_free(folder->path, mode, error) == 0)
        return 0;
    folder_close(folder);
    return -1;
}

int folder_check_part(const char *path, const char *part, struct error *error)
{
    char name[PATH_MAX];
    struct stat status;
    snprintf(name, sizeof name, "%s/%s", path, part);
    if (lstat(name, &status) != 0 || S_ISDIR(status.st_mode))
        return 0;
    return fail(error, ERROR_REFUSED, "%s: is a link or no folder; nothing is written through it",
                name);
}

int folder_check_file(const char *path, struct error *error)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        snprintf(folder, sizeof folder, "%.*s/.", (int)(slash - path), path);
    return lock_is_busy(folder) ? fail_busy(path, error) : 0;
}

/* ------------------------------------------------------------------------------- traces */

static bool is_trace(const char *name)
{
    return strcmp(name, "trace.csv") == 0 || strcmp(name, "trace.json") == 0 ||
           whole_is_partial(name);
}

static bool is_timeline(const char *name)
{
    return (strncmp(name, "timeline.", strlen("timeline.")) == 0 && is_plot(name)) ||
           whole_is_partial(name);
}

static int check_unused(const char *path, bool force, struct error *error)
{
    if (holds_run(path))
        return fail(error, ERROR_USAGE, "--out: %s holds a run; a trace needs a folder of its own",
                    path);
    if (!force && holds(path, "trace.csv"))
        return fail(error, ERROR_USAGE,
                    "--out: %s holds a trace already; overwrite it by --force (FORCE=yes to "
                    "make), or name another folder",
                    path);
    return 0;
}

int folder_for_trace(const char *path, bool force, struct run_folder *folder, struct error *error)
{
    char name[PATH_MAX];
    *folder = (struct run_folder){.made_up = false};
    if (make_locked(path, folder, error) != 0 || check_unused(path, force, error) != 0 ||
        check_writable(path, error) != 0) {
        folder_close(folder);
        return -1;
    }
    snprintf(name, sizeof name, "%s/.", path);
    remove_entries(AT_FDCWD, name, is_trace);
    snprintf(name, sizeof name, "%s/plots", path);
    remove_entries(AT_FDCWD, name, is_timeline);
    return 0;
}

int folder_link(const struct run_folder *folder, struct error *error)
{
    static const char link[] = RESULTS "/latest";
    char fresh[64];
    if (!folder->made_up)
        return 0;
    int why = whole_partial_name(fresh, sizeof fresh, link);
    if (why == 0 && symlink(folder->path + strlen(RESULTS) + 1, fresh) != 0)
        why = errno;
    if (why == 0 && rename(fresh, link) != 0) {
        why = errno;
        unlink(fresh);
    }
    return why == 0 ? 0 : fail_errno(error, why, "%s: cannot be linked", link);
}
