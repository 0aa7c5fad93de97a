#include "bench/run/asked.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More values than fit are told apart by the hash of all cells. */
enum { MOST_TEXT_BYTES = 1000, INPUT_PIECE_BYTES = 1 << 16 };

/* "" where the strategy has nothing of the kind. */
static const char *value_of(const struct key *key, enum dimension dimension, char number[24])
{
    if (dimension_rows[dimension].is_text)
        return key_text(key, dimension);
    *number = '\0';
    if (!key_lacks(key, dimension))
        snprintf(number, 24, "%" PRIu64, key_count(key, dimension));
    return number;
}

/* FNV-1a. */
static uint64_t hash(uint64_t before, const void *bytes, size_t count)
{
    const unsigned char *next = bytes;
    for (size_t i = 0; i < count; i++)
        before = (before ^ next[i]) * UINT64_C(1099511628211);
    return before;
}

#define HASH_OF_NOTHING UINT64_C(14695981039346656037)

/* Keeps the text, which is its own from now on. */
static int keep(struct asked *asked, const char *name, char *text, struct error *error)
{
    if (text == NULL || asked->count == sizeof asked->settings / sizeof *asked->settings) {
        free(text);
        return fail(error, ERROR_REFUSED, "plan: out of memory");
    }
    asked->settings[asked->count].name = name;
    asked->settings[asked->count++].text = text;
    return 0;
}

static int keep_number(struct asked *asked, const char *name, uint64_t number, struct error *error)
{
    char *text = NULL;
    if (asprintf(&text, "%" PRIu64, number) < 0)
        text = NULL;
    return keep(asked, name, text, error);
}

/* The dimension's values in the order of the plan, each once, with commas between. */
static char *list_values(const struct plan *plan, enum dimension dimension)
{
    struct strings known = {0};
    const char *before = NULL;
    char *text = NULL;
    size_t bytes = 0;
    FILE *list = open_memstream(&text, &bytes);
    /* A text that is there for the first time is kept at the end of the list of those so far. */
    const char **values = calloc(plan->cell_count + 1, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; list != NULL && values != NULL && i < plan->cell_count; i++) {
        char number[24];
        const char *value = strings_keep(&known, value_of(&plan->cells[i].key, dimension, number));
        bool told = value == NULL || value == before || *value == '\0';
        before = value;
        for (size_t k = count; k > 0 && !told; k--)
            told = values[k - 1] == value;
        if (told)
            continue;
        values[count++] = value;
        if (ftell(list) < MOST_TEXT_BYTES)
            fprintf(list, "%s%s", count > 1 ? "," : "", value);
    }
    bool lost = list == NULL || values == NULL;
    lost = (list != NULL && fclose(list) != 0) || lost;
    if (text != NULL && bytes > MOST_TEXT_BYTES)
        text[MOST_TEXT_BYTES] = '\0';
    free(values);
    strings_free(&known);
    if (!lost)
        return text;
    free(text);
    return NULL;
}

/* "12 (0123456789abcdef)": which values stand with which is in the hash. */
static char *count_cells(const struct plan *plan)
{
    char *text = NULL, number[24];
    uint64_t all = HASH_OF_NOTHING;
    for (size_t i = 0; i < plan->cell_count; i++) {
        for (enum dimension k = 0; k < DIMENSION_ROWS; k++) {
            if (k == DIMENSION_build)
                continue;
            const char *value = value_of(&plan->cells[i].key, k, number);
            all = hash(all, value, strlen(value) + 1);
        }
    }
    return asprintf(&text, "%zu (%016" PRIx64 ")", plan->cell_count, all) < 0 ? NULL : text;
}

/* "1000 bytes (0123456789abcdef)", by the file's beginning, middle and end. */
static char *describe_input(int input_fd)
{
    static const int places[] = {0, 1, 2};
    char *text = NULL, *piece = malloc(INPUT_PIECE_BYTES);
    struct stat status;
    uint64_t all = HASH_OF_NOTHING;
    if (piece == NULL || fstat(input_fd, &status) != 0) {
        free(piece);
        return NULL;
    }
    off_t last = status.st_size > INPUT_PIECE_BYTES ? status.st_size - INPUT_PIECE_BYTES : 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        ssize_t got = pread(input_fd, piece, INPUT_PIECE_BYTES, last / 2 * places[i]);
        all = hash(all, piece, got > 0 ? (size_t)got : 0);
    }
    free(piece);
    if (asprintf(&text, "%lld bytes (%016" PRIx64 ")", (long long)status.st_size, all) < 0)
        return NULL;
    return text;
}

/* "200 (0123456789abcdef)", by the paths. */
static char *describe_inputs(const struct inputs *inputs)
{
    char *text = NULL;
    uint64_t all = HASH_OF_NOTHING;
    for (size_t i = 0; i < inputs->count; i++)
        all = hash(all, inputs->paths[i], strlen(inputs->paths[i]) + 1);
    return asprintf(&text, "%zu (%016" PRIx64 ")", inputs->count, all) < 0 ? NULL : text;
}

/* What a command is, and what goes around it; the options have the names of their own. */
static int keep_command(struct asked *asked, const struct suite_command *command,
                        struct error *error)
{
    return keep(asked, "command", strdup(command->text), error) != 0 ||
                   keep(asked, "inputs", describe_inputs(&command->inputs), error) != 0 ||
                   keep(asked, "shell", strdup(command->for_shell ? "yes" : "no"), error) != 0 ||
                   keep(asked, "verify", strdup(command->digests ? "sha256" : "exit"), error) !=
                       0 ||
                   keep(asked, "prepare", strdup(command->prepare), error) != 0 ||
                   keep(asked, "cleanup", strdup(command->cleanup), error) != 0 ||
                   keep(asked, "ignore-failure", strdup(command->ignores_failure ? "yes" : "no"),
                        error) != 0
               ? -1
               : 0;
}

/* The files that works come from, so that a run does not go on with another; NULL: all are built
 * in.
 */
static char *describe_libraries(const struct suite *suite)
{
    char *text = NULL;
    size_t bytes;
    FILE *list = open_memstream(&text, &bytes);
    for (size_t i = 0; list != NULL && i < suite->count; i++) {
        const struct work *work = suite->series[i].work;
        if (work->identity != NULL)
            fprintf(list, "%s%s: %s", ftell(list) > 0 ? ", " : "", work->name, work->identity);
    }
    if (list == NULL || fclose(list) != 0 || *text == '\0') {
        free(text);
        return NULL;
    }
    return text;
}

/* The same of runners' files, each once; NULL: there are none. */
static char *describe_runners(void)
{
    const struct strategy_ops *ops;
    const char *before = "";
    char *text = NULL;
    size_t bytes;
    FILE *list = open_memstream(&text, &bytes);
    for (size_t i = 0; list != NULL && (ops = strategy_registered(i)) != NULL; i++) {
        bool is_new = (ops->flags & STRATEGY_RUNNER) != 0 && !text_equal(ops->identity, before);
        if (is_new)
            fprintf(list, "%s%s: %s", ftell(list) > 0 ? ", " : "", ops->baseline, ops->identity);
        before = is_new ? ops->identity : before;
    }
    if (list == NULL || fclose(list) != 0 || *text == '\0') {
        free(text);
        return NULL;
    }
    return text;
}

/* All that were named, also those that no cell is over; NULL: there is no memory. */
static char *list_hosts(const struct suite *suite)
{
    char *text = malloc(HOSTS_TEXT_BYTES);
    if (text != NULL)
        hosts_text(&suite->hosts, text);
    return text;
}

/* The file whose lines a function is called with; NULL: there is none. */
static const char *find_arguments(const struct suite *suite)
{
    for (size_t i = 0; i < suite->count; i++)
        if (suite->series[i].work->arguments != NULL)
            return suite->series[i].work->arguments;
    return NULL;
}

int asked_read(const struct suite *suite, const struct plan *plan, int input_fd,
               struct asked *asked, struct error *error)
{
    *asked = (struct asked){.count = 0};
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++)
        if (i != DIMENSION_build &&
            keep(asked, dimension_rows[i].name, list_values(plan, i), error) != 0)
            return -1;
    if (keep(asked, "cells", count_cells(plan), error) != 0 ||
        keep_number(asked, "job_timeout_ns", suite->job_timeout_ns, error) != 0 ||
        keep_number(asked, "retries", suite->retries, error) != 0)
        return -1;
    if (suite->command.words.count > 0 && keep_command(asked, &suite->command, error) != 0)
        return -1;
    char *libraries = describe_libraries(suite), *runners = describe_runners();
    if (runners != NULL && keep(asked, "runners", runners, error) != 0) {
        free(libraries);
        return -1;
    }
    if (libraries != NULL && keep(asked, "libraries", libraries, error) != 0)
        return -1;
    const char *arguments = find_arguments(suite);
    if (arguments != NULL && keep(asked, "arguments", strdup(arguments), error) != 0)
        return -1;
    if (suite->hosts.count > 0 && keep(asked, "host_list", list_hosts(suite), error) != 0)
        return -1;
    return input_fd >= 0 ? keep(asked, "input", describe_input(input_fd), error) : 0;
}

void asked_free(struct asked *asked)
{
    for (size_t i = 0; i < asked->count; i++)
        free(asked->settings[i].text);
    asked->count = 0;
}
