#include "bench/run/suite_hosts.h"
#include "bench/run/chosen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The file that the text names; NULL: it is a list, or there is no memory. To be freed. */
static char *find_file(const char *text, const char *folder)
{
    bool is_relative = *text != '/' && folder != NULL;
    char *path = NULL;
    if (*text == '\0' ||
        asprintf(&path, "%s%s%s", is_relative ? folder : "", is_relative ? "/" : "", text) < 0)
        return NULL;
    if (strchr(text, '/') != NULL || access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}

int suite_hosts_read(const char *option, const char *text, const char *folder, struct hosts *hosts,
                     struct error *error)
{
    char *path = find_file(text, folder), *whole = malloc(HOSTS_TEXT_BYTES);
    int result = whole == NULL  ? fail(error, ERROR_REFUSED, "%s: out of memory", option)
                 : path != NULL ? hosts_read(option, path, hosts, error)
                                : hosts_parse(option, text, hosts, error);
    if (result == 0 && !hosts_text(hosts, whole)) {
        hosts_free(hosts);
        result = fail(error, ERROR_USAGE, "%s: the names of all hosts take more than %d characters",
                      option, HOSTS_TEXT_BYTES);
    }
    free(path);
    free(whole);
    return result;
}

bool suite_hosts_serve(const struct words *words)
{
    const char *options;
    for (size_t i = 0; i < words->count; i++) {
        const struct strategy_ops *strategy = chosen_find(words->values[i], &options);
        if (strategy != NULL && (strategy->flags & STRATEGY_HOSTS) != 0)
            return true;
    }
    return false;
}

/* "mpi and mpi-static", or "a, b and c". */
static void name_strategies(char *text, size_t bytes)
{
    size_t left = 0, used = 0;
    for (size_t i = 0; i < strategies_count; i++)
        left += (strategies[i]->flags & STRATEGY_HOSTS) != 0;
    for (size_t i = 0; i < strategies_count && used < bytes; i++)
        if ((strategies[i]->flags & STRATEGY_HOSTS) != 0) {
            left--;
            used += (size_t)snprintf(text + used, bytes - used, "%s%s", strategies[i]->name,
                                     left > 1    ? ", "
                                     : left == 1 ? " and "
                                                 : "");
        }
}

int suite_hosts_refuse(const char *option, struct error *error)
{
    char names[256] = "";
    name_strategies(names, sizeof names);
    return fail(error, ERROR_USAGE, "%s: none of these strategies runs over hosts; %s do", option,
                names);
}

int suite_hosts_counts(const struct hosts *hosts, struct numbers *counts, struct error *error)
{
    enum { MOST_COUNTS = 16 }; /* powers of two up to MOST_HOSTS, and all */
    counts->values = calloc(MOST_COUNTS, sizeof *counts->values);
    counts->count = 0;
    if (counts->values == NULL)
        return fail(error, ERROR_REFUSED, "suite: out of memory");
    for (size_t count = 1; count < hosts->count; count *= 2)
        counts->values[counts->count++] = count;
    counts->values[counts->count++] = hosts->count;
    return 0;
}
