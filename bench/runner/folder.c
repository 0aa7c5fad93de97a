#include "bench/runner/folder.h"
#include "bench/base/folders/folders.h"
#include "bench/base/whole.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEGINNING "breakeven-runner-"

/* True where the folder is still at its path: nobody has taken it for one that was left. */
static bool is_there(const struct runner_folder *folder)
{
    struct stat held, found;
    return fstat(folder->fd, &held) == 0 && lstat(folder->path, &found) == 0 &&
           held.st_dev == found.st_dev && held.st_ino == found.st_ino;
}

/* -1 where it could not be made, and errno says why. */
static int make_and_lock(struct runner_folder *folder)
{
    int length = snprintf(folder->path, sizeof folder->path, "%s/" BEGINNING "XXXXXX",
                          folders_for_a_while());
    folder->fd = -1;
    if (length < 0 || (size_t)length >= sizeof folder->path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (mkdtemp(folder->path) == NULL)
        return -1;
    folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder->fd >= 0)
        flock(folder->fd, LOCK_EX | LOCK_NB);
    return 0;
}

int runner_folder_make(struct runner_folder *folder, struct error *error)
{
    enum { TRIES = 10 };
    for (int i = 0; i < TRIES; i++) {
        if (make_and_lock(folder) != 0) {
            int why = errno;
            *folder->path = '\0';
            return fail_errno(error, why, "%s: a folder for the runner", folders_for_a_while());
        }
        if (folder->fd >= 0 && is_there(folder))
            return 0;
        if (folder->fd >= 0)
            close(folder->fd);
    }
    rmdir(folder->path);
    *folder->path = '\0';
    return fail(error, ERROR_REFUSED, "%s: a folder for the runner does not stay",
                folders_for_a_while());
}

int runner_folder_put(const struct runner_folder *folder, const char *name, const char *bytes,
                      size_t count, struct error *error)
{
    int why = whole_create(folder->fd, name, bytes, count);
    return why == 0 ? 0 : fail_errno(error, why, "%s/%s", folder->path, name);
}

static void remove_all(const char *path)
{
    folders_empty(path);
    rmdir(path);
}

void runner_folder_remove(struct runner_folder *folder)
{
    if (*folder->path == '\0')
        return;
    remove_all(folder->path);
    close(folder->fd);
    *folder->path = '\0';
}

/* A folder of ours that nobody holds. */
static void remove_left(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
        remove_all(path);
    close(fd);
}

void runner_folder_sweep(void)
{
    DIR *above = opendir(folders_for_a_while());
    for (struct dirent *entry; above != NULL && (entry = readdir(above)) != NULL;) {
        char path[PATH_MAX];
        int length = snprintf(path, sizeof path, "%s/%s", folders_for_a_while(), entry->d_name);
        if (strncmp(entry->d_name, BEGINNING, strlen(BEGINNING)) == 0 && length > 0 &&
            (size_t)length < sizeof path)
            remove_left(path);
    }
    if (above != NULL)
        closedir(above);
}
