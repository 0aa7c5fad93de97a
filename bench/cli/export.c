/* breakeven export: what a folder holds, in a format that another program reads. */
#include "bench/report/export/export.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/cli/cli.h"
#include "bench/session/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum option {
    OPTION_FORMAT,
    OPTION_OUT,
    OPTION_SIDE,
    OPTION_OBJECTIVE,
    OPTION_HELP,
    OPTION_COUNT,
};

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_FORMAT] = {"format", "F", "one of the formats below"},
    [OPTION_OUT] = {"out", "FILE", "write there, whole or not at all; default: to the output"},
    [OPTION_SIDE] = {"side", "base|new", "whose rounds, of a comparison; default new"},
    [OPTION_OBJECTIVE] = {"objective", "crossover|loss",
                          "by what thresholds are chosen; default crossover"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

static void offer_values(const char *name, const struct offer *offer)
{
    for (size_t i = 0; text_equal(name, specs[OPTION_FORMAT].name) && i < export_formats_count; i++)
        offer_word(offer, export_formats[i].name, export_formats[i].help);
}

const struct command_options cli_export_options = {specs, OPTION_COUNT, .words = "DIR",
                                                   .offer_values = offer_values};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    const char **values = user;
    (void)error;
    values[index] = value != NULL ? value : "";
    return 0;
}

static void print_help(void)
{
    printf("breakeven export DIR --format F: a comparison (DIR/comparison.csv) or else a run "
           "(DIR/summary.csv)\nfor other programs\n\n");
    cli_print_options(specs, OPTION_COUNT);
    printf("\n");
    for (size_t i = 0; i < export_formats_count; i++)
        printf("  %-24s %s\n", export_formats[i].name, export_formats[i].help);
}

/* Nothing is written unless all of it can be. */
static int write_text(const char *path, const char *text, size_t bytes, struct error *error)
{
    struct stat status;
    if (path != NULL && lstat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return fail(error, ERROR_REFUSED,
                    "--out: %s is not a regular file; nothing is written to it", path);
    if (path != NULL && folder_check_file(path, error) != 0)
        return -1;
    if (path != NULL)
        return whole_write(path, text, bytes, error);
    fwrite(text, 1, bytes, stdout); /* main.c tells of what could not be written */
    return 0;
}

static int read_objective(const char *text, const struct export_format *format,
                          enum threshold_objective *objective, struct error *error)
{
    *objective = THRESHOLD_BY_CROSSOVER;
    if (text == NULL)
        return 0;
    if (format->tells != EXPORT_THRESHOLDS)
        return fail(error, ERROR_USAGE, "--objective: %s tells of no thresholds", format->name);
    for (int i = 0; i < THRESHOLD_OBJECTIVES; i++)
        if (text_equal(text, threshold_objectives[i])) {
            *objective = (enum threshold_objective)i;
            return 0;
        }
    return fail(error, ERROR_USAGE, "--objective: '%.80s' is not crossover or loss", text);
}

static void convert(const char *folder, const struct export_format *format,
                    const char *const values[], struct ending *ending)
{
    struct error *error = &ending->error;
    struct exported rows = {.compared = false};
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);
    int result = stream != NULL ? 0 : fail(error, ERROR_REFUSED, "export: out of memory");
    if (result == 0)
        result = read_objective(values[OPTION_OBJECTIVE], format, &rows.objective, error);
    if (result == 0)
        result = export_read(folder, format, values[OPTION_SIDE], &rows, error);
    if (result == 0)
        result = export_write(stream, &rows, format, error);
    bool lost = stream != NULL && ferror(stream);
    if ((stream != NULL && fclose(stream) != 0) || lost)
        result = fail(error, ERROR_REFUSED, "export: out of memory");
    if (result == 0)
        write_text(values[OPTION_OUT], text, bytes, error);
    ending->data = result == 0 && values[OPTION_OUT] == NULL;
    free(text);
    export_free(&rows);
}

void cli_export(int count, char *const arguments[], struct ending *ending)
{
    const char *values[OPTION_COUNT] = {NULL}, *words[1];
    const struct export_format *format = NULL;
    size_t word_count;
    struct error *error = &ending->error;
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, values, words, 1,
                  &word_count, error) != 0)
        return;
    if (values[OPTION_HELP] != NULL)
        print_help();
    else if (word_count == 0)
        fail(error, ERROR_USAGE, "export: the folder of a comparison or of a run is needed");
    else if (values[OPTION_FORMAT] == NULL)
        fail(error, ERROR_USAGE, "export: --format is needed; see breakeven export --help");
    else if (values[OPTION_OUT] != NULL && *values[OPTION_OUT] == '\0')
        fail(error, ERROR_USAGE, "--out: the path is empty");
    else if (export_find(values[OPTION_FORMAT], &format, error) == 0)
        convert(words[0], format, values, ending);
}
