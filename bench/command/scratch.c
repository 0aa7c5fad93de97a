#include "bench/command/scratch.h"
#include "bench/base/folders/folders.h"
#include "bench/command/block.h"
#include "bench/command/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int scratch_make(const char *folder, char path[PATH_MAX], struct error *error)
{
    char above[PATH_MAX];
    struct stat status;
    *path = '\0';
    if (realpath(folder, above) == NULL)
        return fail_errno(error, errno, "%s", folder);
    if (snprintf(path, PATH_MAX, "%s/scratch", above) >= PATH_MAX)
        return fail_errno(error, ENAMETOOLONG, "%s/scratch", folder);
    int why = mkdir(path, 0700) != 0 ? errno : 0;
    if (why == EEXIST && lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
        why = 0; /* of a run that was killed */
    if (why == 0) {
        folders_empty(path);
        return 0;
    }
    fail_errno(error, why, "%s: a folder for what commands write", path);
    *path = '\0';
    return -1;
}

void scratch_remove(const char *path)
{
    folders_empty(path);
    rmdir(path);
}

/* ------------------------------------------------------------------------------- digests */

/* A file of a job. */
struct written {
    uint64_t job;
    char *name;
    const char *suffix; /* of its name, behind the job's number */
};

struct list {
    struct written *files;
    size_t count;
};

static int compare_written(const void *a, const void *b)
{
    const struct written *x = a, *y = b;
    int order = (x->job > y->job) - (x->job < y->job);
    return order ? order : strcmp(x->name, y->name);
}

/* Adds what a job may have written to the list; false where memory is exhausted. */
static bool note(struct list *list, const char *name, uint64_t jobs)
{
    char *end;
    if ((*name != COMMAND_OUTPUT_LETTER && *name != COMMAND_STDOUT_LETTER) || name[1] < '0' ||
        name[1] > '9')
        return true;
    uint64_t job = strtoull(name + 1, &end, 10);
    if (job >= jobs)
        return true;
    if ((list->count & (list->count - 1)) == 0) { /* full at each power of two */
        size_t room = list->count > 0 ? 2 * list->count : 1;
        struct written *grown = reallocarray(list->files, room, sizeof *grown);
        if (grown == NULL)
            return false;
        list->files = grown;
    }
    struct written *file = &list->files[list->count];
    file->job = job;
    file->name = strdup(name);
    if (file->name == NULL)
        return false;
    file->suffix = file->name + (end - name);
    list->count++;
    return true;
}

static int list_written(const char *path, uint64_t jobs, struct list *list, struct error *error)
{
    DIR *folder = opendir(path);
    int result = 0;
    if (folder == NULL)
        return fail_errno(error, errno, "%s: what the commands wrote", path);
    for (struct dirent *entry; result == 0 && (entry = readdir(folder)) != NULL;)
        if (!note(list, entry->d_name, jobs))
            result = fail(error, ERROR_REFUSED, "--verify sha256: out of memory");
    closedir(folder);
    if (list->count > 0)
        qsort(list->files, list->count, sizeof *list->files, compare_written);
    return result;
}

static void add_bytes(struct digest *digest, int fd)
{
    static unsigned char bytes[1 << 16];
    ssize_t got;
    while ((got = read(fd, bytes, sizeof bytes)) > 0)
        digest_add(digest, bytes, (size_t)got);
}

/* What is no regular file counts by its name alone. */
static void add_file(struct digest *digest, int folder, const struct written *file)
{
    struct stat status = {0};
    int fd = openat(folder, file->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool is_regular = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    uint64_t length = is_regular ? (uint64_t)status.st_size : 0;
    digest_add(digest, file->name, 1);
    digest_add(digest, file->suffix, strlen(file->suffix) + 1);
    digest_add(digest, &length, sizeof length);
    if (is_regular)
        add_bytes(digest, fd);
    if (fd >= 0)
        close(fd);
}

static int digest_all(const char *path, const struct list *list, struct command_result results[],
                      struct error *error)
{
    int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < list->count;) {
        uint64_t job = list->files[i].job;
        struct digest *digest = digest_open();
        if (digest == NULL) {
            fail(error, ERROR_REFUSED, "--verify sha256: out of memory");
            break;
        }
        for (; i < list->count && list->files[i].job == job; i++)
            add_file(digest, folder, &list->files[i]);
        digest_close(digest, results[job].digest);
    }
    if (folder >= 0)
        close(folder);
    return error->kind == ERROR_NONE ? 0 : -1;
}

int scratch_digest(const char *path, struct command_result results[], uint64_t jobs,
                   struct error *error)
{
    struct list list = {0};
    for (uint64_t i = 0; i < jobs; i++)
        memset(results[i].digest, 0, sizeof results[i].digest);
    int result = list_written(path, jobs, &list, error);
    if (result == 0)
        result = digest_all(path, &list, results, error);
    for (size_t i = 0; i < list.count; i++)
        free(list.files[i].name);
    free(list.files);
    return result;
}
