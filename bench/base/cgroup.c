#include "bench/base/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = PATH_MAX + 128 };

FILE *cgroup_open(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length < PATH_BYTES ? fopen(path, "re") : NULL;
}

bool cgroup_read_number(const char *folder, const char *name, double *value)
{
    char buffer[64]; /* without memory for its own, stdio reads byte by byte: /proc/sys has one */
    FILE *file = cgroup_open(folder, name);
    if (file != NULL)
        setvbuf(file, buffer, _IOFBF, sizeof buffer);
    bool read = file != NULL && fscanf(file, "%lf", value) == 1;
    if (file != NULL)
        fclose(file);
    return read;
}

bool cgroup_read_item(const char *folder, const char *name, const char *item, double *value)
{
    char line[256];
    size_t length = strlen(item);
    bool read = false;
    FILE *file = cgroup_open(folder, name);
    while (file != NULL && !read && fgets(line, sizeof line, file) != NULL)
        read = strncmp(line, item, length) == 0 && line[length] == ' ' &&
               sscanf(line + length, "%lf", value) == 1;
    if (file != NULL)
        fclose(file);
    return read;
}

/* ------------------------------------------------------------------------------- what is mounted
 */

/* One line of mountinfo, cut into its parts (proc_pid_mountinfo(5)). */
struct mount {
    char *root;    /* the cgroup that is mounted, as /proc/self/cgroup names it */
    char *point;   /* where */
    char *type;    /* "cgroup", "cgroup2" or a file system's */
    char *options; /* of v1, the controllers among them */
};

/* Blanks and backslashes of paths are written as \040 and \134. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        unsigned code;
        if (from[0] == '\\' && sscanf(from + 1, "%3o", &code) == 1) {
            *to = (char)code;
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

static bool cut_mount(char *line, struct mount *mount)
{
    char *fields[6], *field = NULL;
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        fields[i] = strsep(&line, " ");
    while ((field = strsep(&line, " ")) != NULL && strcmp(field, "-") != 0)
        ; /* optional fields */
    *mount = (struct mount){.root = fields[3], .point = fields[4], .type = strsep(&line, " ")};
    strsep(&line, " "); /* the source */
    mount->options = line;
    if (mount->options == NULL)
        return false;
    unescape(mount->root);
    unescape(mount->point);
    return true;
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

/* The part of a cgroup's path that is below the root of a mount; NULL where it is not below it.
 * What lies above the root of a cgroup namespace is "/.." in both. */
static const char *below(const char *root, const char *path)
{
    size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
    bool fits = strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == '\0');
    if (!fits || strncmp(path + length, "/..", 3) == 0)
        return NULL;
    return strcmp(path + length, "/") == 0 ? "" : path + length;
}

/* How many folders a path leads up from the root of the namespace; *rest is what follows. */
static size_t levels_up(const char *path, const char **rest)
{
    size_t levels = 0;
    for (; strncmp(path, "/..", 3) == 0 && (path[3] == '/' || path[3] == '\0'); path += 3)
        levels++;
    *rest = strcmp(path, "/") == 0 ? "" : path;
    return levels;
}

/* Where a cgroup is found. */
struct cgroup_place {
    char folder[PATH_BYTES];
    size_t mount_length; /* of the folder, the mount's own part */
    size_t root_length;  /* the shorter the mount's root, the more is seen above the cgroup */
    bool found;
};

/* True where this process is in the cgroup. */
static bool holds_us(const char *folder)
{
    long pid = 0;
    FILE *file = cgroup_open(folder, "cgroup.procs");
    while (file != NULL && pid != getpid() && fscanf(file, "%ld", &pid) == 1)
        ;
    if (file != NULL)
        fclose(file);
    return pid == getpid();
}

/* Looks for the process that many levels below the folder, in `rest` below that, and appends where
 * it is to the folder. `left` bounds how many folders are looked at. */
static bool search_down(char folder[PATH_BYTES], size_t levels, const char *rest, size_t *left)
{
    size_t length = strlen(folder);
    const struct dirent *entry;
    if (levels == 0) {
        snprintf(folder + length, PATH_BYTES - length, "%s", rest);
        bool found = holds_us(folder);
        folder[found ? strlen(folder) : length] = '\0';
        return found;
    }
    DIR *entries = opendir(folder);
    bool found = false;
    while (entries != NULL && !found && *left > 0 && (entry = readdir(entries)) != NULL) {
        if (entry->d_name[0] == '.' || (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN))
            continue;
        --*left;
        snprintf(folder + length, PATH_BYTES - length, "/%s", entry->d_name);
        found = search_down(folder, levels - 1, rest, left);
        if (!found)
            folder[length] = '\0';
    }
    if (entries != NULL)
        closedir(entries);
    return found;
}

/* The root of the namespace is below that of the mount, by names that the namespace hides. Where
 * the process is not found there, what the mount shows is all that counts. */
static void search(struct cgroup_place *place, const char *root, const char *path)
{
    enum { MOST_FOLDERS = 10000 };
    const char *below_root, *rest;
    size_t most = MOST_FOLDERS, up = levels_up(root, &below_root), path_up = levels_up(path, &rest);
    if (up > path_up && *below_root == '\0')
        search_down(place->folder, up - path_up, rest, &most);
}

static void consider(const struct mount *mount, const char *path, struct cgroup_place *place)
{
    const char *rest = below(mount->root, path), *beside;
    size_t root_length = rest != NULL ? strlen(mount->root) : SIZE_MAX;
    bool outside = rest == NULL && levels_up(path, &beside) > levels_up(mount->root, &beside);
    if (outside || (place->found && place->root_length <= root_length))
        return;
    int length = snprintf(place->folder, sizeof place->folder, "%s%s", mount->point,
                          rest != NULL ? rest : "");
    place->found = length < PATH_BYTES;
    place->mount_length = strlen(mount->point);
    place->root_length = root_length;
    if (place->found && rest == NULL)
        search(place, mount->root, path);
}

/* Looks at the mounts of v2, or of v1's controller, for the one that shows the cgroup best. */
static struct cgroup_place find_place(const char *mounts, enum cgroup_version version,
                                      const char *controller, const char *path)
{
    struct cgroup_place place = {.found = false};
    struct mount mount;
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen(mounts, "re");
    while (file != NULL && getline(&line, &room, file) > 0) {
        if (!cut_mount(line, &mount))
            continue;
        bool fits = version == CGROUP_V2
                        ? strcmp(mount.type, "cgroup2") == 0
                        : strcmp(mount.type, "cgroup") == 0 && names(mount.options, controller);
        if (fits)
            consider(&mount, path, &place);
    }
    free(line);
    if (file != NULL)
        fclose(file);
    return place;
}

/* ------------------------------------------------------------------------------- the walk */

/* Of the folder, then of what is above it, up to the mount itself. */
static void walk_up(struct cgroup_place *place, enum cgroup_version version,
                    cgroup_function *function, void *user)
{
    for (;;) {
        function(place->folder, version, user);
        char *slash = strrchr(place->folder + place->mount_length, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
}

/* A line of /proc/self/cgroup: "0::/folder" (v2) or "2:cpu,cpuacct:/folder" (v1). */
static void walk_line(const char *mounts, const char *controller, char *line,
                      cgroup_function *function, void *user)
{
    char *controllers = strchr(line, ':');
    char *folder = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
    if (folder == NULL)
        return;
    *folder++ = '\0';
    controllers++;
    enum cgroup_version version = *controllers == '\0' ? CGROUP_V2 : CGROUP_V1;
    if (version == CGROUP_V1 && !names(controllers, controller))
        return;
    struct cgroup_place place = find_place(mounts, version, controller, folder);
    if (place.found)
        walk_up(&place, version, function, user);
}

void cgroup_each_by(const char *cgroups, const char *mounts, const char *controller,
                    cgroup_function *function, void *user)
{
    char line[PATH_MAX + 64];
    FILE *file = fopen(cgroups, "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        walk_line(mounts, controller, line, function, user);
    }
    fclose(file);
}

/* The folders of one controller, by what /proc/self/cgroup said then: looking through all that is
 * mounted takes longer than reading their files. */
struct known {
    char controller[16], cgroups[2048];
    struct {
        enum cgroup_version version;
        char folder[256];
    } folders[16];
    size_t count;
    bool too_many;
};

static void remember(const char *folder, enum cgroup_version version, void *user)
{
    struct known *known = user;
    enum { MOST = sizeof known->folders / sizeof *known->folders };
    size_t length = strlen(folder);
    known->too_many =
        known->too_many || known->count == MOST || length >= sizeof known->folders->folder;
    if (known->too_many)
        return;
    known->folders[known->count].version = version;
    memcpy(known->folders[known->count++].folder, folder, length + 1);
}

/* False where a file has more than there is room for, or cannot be read. */
static bool read_whole(const char *path, char *text, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && used < room - 1) {
        got = read(fd, text + used, room - 1 - used);
        used += got > 0 ? (size_t)got : 0;
    }
    if (fd >= 0)
        close(fd);
    text[used] = '\0';
    return got == 0;
}

/* Where the controller's cgroup is found, once for as long as this process stays in it. NULL where
 * there is more than can be remembered. */
static const struct known *look_up(const char *controller)
{
    enum { CONTROLLERS = 3 };
    static struct known all[CONTROLLERS];
    char cgroups[sizeof all->cgroups];
    struct known *known = all;
    if (!read_whole("/proc/self/cgroup", cgroups, sizeof cgroups))
        return NULL;
    while (known < all + CONTROLLERS - 1 && known->controller[0] != '\0' &&
           strcmp(known->controller, controller) != 0)
        known++;
    bool is_known =
        strcmp(known->controller, controller) == 0 && strcmp(known->cgroups, cgroups) == 0;
    if (!is_known) {
        known->count = 0;
        known->too_many = strlen(controller) >= sizeof known->controller;
        cgroup_each_by("/proc/self/cgroup", "/proc/self/mountinfo", controller, remember, known);
        snprintf(known->controller, sizeof known->controller, "%s", controller);
        memcpy(known->cgroups, cgroups, sizeof cgroups);
    }
    return known->too_many ? NULL : known;
}

void cgroup_each(const char *controller, cgroup_function *function, void *user)
{
    const struct known *known = look_up(controller);
    if (known == NULL)
        cgroup_each_by("/proc/self/cgroup", "/proc/self/mountinfo", controller, function, user);
    for (size_t i = 0; known != NULL && i < known->count; i++)
        function(known->folders[i].folder, known->folders[i].version, user);
}
