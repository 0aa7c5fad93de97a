#include "bench/report/scene/run_files.h"

#include <stdio.h>
#include <unistd.h>

int run_files_path(const char *folder, const char *name, char path[PATH_MAX], struct error *error)
{
    return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX
               ? 0
               : fail(error, EXIT_USAGE, "%.80s...: the path is too long", folder);
}

static int read_visits(const char *folder, struct run_files *files, struct error *error)
{
    char path[PATH_MAX];
    if (run_files_path(folder, "samples.csv", path, error) != 0 ||
        visits_read(path, &files->visits, &files->disturbances, error) != 0)
        return -1;
    return host_check_samples(&files->host, path, files->visits.samples, error);
}

int run_files_read(const char *folder, struct run_files *files, struct error *error)
{
    char path[PATH_MAX];
    *files = (struct run_files){0};
    if (run_files_path(folder, "host.json", path, error) != 0 ||
        host_read(path, &files->host, error) != 0)
        return -1;
    return read_visits(folder, files, error);
}

int run_files_check(const char *folder, const struct host *host, struct error *error)
{
    char path[PATH_MAX];
    struct run_files files = {.host = *host};
    if (run_files_path(folder, "samples.csv", path, error) != 0)
        return -1;
    if (access(path, F_OK) != 0 && !csv_is_packed(path))
        return 0;
    int result = read_visits(folder, &files, error);
    run_files_free(&files);
    return result;
}

void run_files_free(struct run_files *files)
{
    visits_free(&files->visits);
}
