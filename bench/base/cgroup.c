#include "bench/base/cgroup.h"

#include <limits.h>
#include <string.h>

enum { PATH_BYTES = PATH_MAX + 128 };

FILE *cgroup_open(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length < PATH_BYTES ? fopen(path, "re") : NULL;
}

bool cgroup_read_number(const char *folder, const char *name, double *value)
{
    FILE *file = cgroup_open(folder, name);
    bool read = file != NULL && fscanf(file, "%lf", value) == 1;
    if (file != NULL)
        fclose(file);
    return read;
}

/* Of the folder below mount, then of what is above it, up to the mount itself. */
static void walk_up(const char *mount, char *folder, enum cgroup_version version,
                    cgroup_function *function, void *user)
{
    for (;;) {
        char path[PATH_BYTES];
        if (snprintf(path, sizeof path, "%s%s", mount, folder) < PATH_BYTES)
            function(path, version, user);
        char *slash = strrchr(folder, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
}

/* True where "cpu" is among the controllers of "cpu,cpuacct". */
static bool names(const char *controllers, const char *controller)
{
    for (const char *at = controllers; *at != '\0'; at += *at == ',') {
        size_t length = strcspn(at, ",");
        if (length == strlen(controller) && strncmp(at, controller, length) == 0)
            return true;
        at += length;
    }
    return false;
}

/* A line of /proc/self/cgroup: "0::/folder" (v2) or "2:cpu,cpuacct:/folder" (v1). */
static void walk_line(const char *controller, char *line, cgroup_function *function, void *user)
{
    char mount[64];
    char *controllers = strchr(line, ':');
    char *folder = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
    if (folder == NULL)
        return;
    *folder++ = '\0';
    controllers++;
    if (strcmp(folder, "/") == 0)
        folder++;
    if (*controllers == '\0')
        walk_up("/sys/fs/cgroup", folder, CGROUP_V2, function, user);
    else if (names(controllers, controller)) {
        snprintf(mount, sizeof mount, "/sys/fs/cgroup/%s", controller);
        walk_up(mount, folder, CGROUP_V1, function, user);
    }
}

void cgroup_each(const char *controller, cgroup_function *function, void *user)
{
    char line[PATH_MAX + 64];
    FILE *file = fopen("/proc/self/cgroup", "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        walk_line(controller, line, function, user);
    }
    fclose(file);
}
