#include "bench/base/folders/folders.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *folders_for_a_while(void)
{
    const char *given = getenv("TMPDIR");
    return given != NULL && *given == '/' ? given : "/tmp";
}

int folders_make(const char *path, mode_t mode, char failed[PATH_MAX])
{
    snprintf(failed, PATH_MAX, "%s", path);
    for (char *slash = strchr(failed + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(failed, mode) != 0 && errno != EEXIST)
            return errno;
        if (slash == NULL)
            return 0;
        *slash = '/';
    }
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    if (place->level > 0)
        remove(path);
    return 0;
}

void folders_empty(const char *path)
{
    enum { DESCRIPTORS = 8 };
    nftw(path, remove_entry, DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
