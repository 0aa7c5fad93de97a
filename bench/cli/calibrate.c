/* breakeven calibrate: what parallelism costs on this machine, kept for those who ask before they
 * measure. */
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/machine/cpus.h"
#include "bench/report/table/calibration_table.h"
#include "bench/run/suite.h"
#include "bench/session/advice/calibration.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum option {
    OPTION_BUDGET,
    OPTION_SEED,
    OPTION_PYTHON,
    OPTION_IF_NEEDED,
    OPTION_SHOW,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_COUNT,
};

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_BUDGET] = {"budget", "TIME", "how long to measure, 1s to 10m; default 5s"},
    [OPTION_SEED] = {"seed", "N", "for the order of visits; default 1"},
    [OPTION_PYTHON] = {"python", "FILE", "an interpreter, whose own strategies are meant"},
    [OPTION_IF_NEEDED] = {"if-needed", NULL, "measure only where nothing that is kept still holds"},
    [OPTION_SHOW] = {"show", NULL, "print what is kept, and measure nothing"},
    [OPTION_JSON] = {"json", NULL, "print the file of the calibration, for programs"},
    [OPTION_QUIET] = {"quiet", NULL, "no progress and no table"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

const struct command_options cli_calibrate_options = {specs, OPTION_COUNT, .words = ""};

static int note_option(void *user, size_t index, const char *value, struct error *error)
{
    (void)error;
    ((const char **)user)[index] = value != NULL ? value : "";
    return 0;
}

static int read_budget(const char *text, uint64_t *budget_ns, struct error *error)
{
    static const uint64_t least_ns = NS_PER_S, most_ns = 600 * NS_PER_S;
    if (parse_duration("--budget", text, budget_ns, error) != 0)
        return -1;
    return *budget_ns >= least_ns && *budget_ns <= most_ns
               ? 0
               : fail(error, ERROR_USAGE, "--budget: '%.60s' is not from 1s to 10m", text);
}

static int read_seed(const char *text, uint64_t *seed, struct error *error)
{
    static const struct number_rule rule = {.least = 0, .most = INT64_MAX};
    return parse_number("--seed", text, &rule, seed, error);
}

/* The file as it is. What could not be kept cannot be shown. */
static int print_file(const char *path, struct error *error)
{
    char text[4096];
    size_t count;
    if (*path == '\0')
        return fail(error, ERROR_REFUSED,
                    "--json: the calibration could not be kept, and so there "
                    "is no file to print");
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return fail_errno(error, errno, "%s: cannot be read", path);
    while ((count = fread(text, 1, sizeof text, file)) > 0)
        fwrite(text, 1, count, stdout);
    int result = ferror(file) ? fail_errno(error, errno, "%s: cannot be read", path) : 0;
    fclose(file);
    return result;
}

/* "3 hours": whole ones, by the unit of which there are two or more. */
static void describe_age(char *text, size_t bytes, int64_t age_s)
{
    static const struct {
        const char *name;
        int64_t s;
    } units[] = {{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}};
    size_t i = 0;
    while (units[i].s > 1 && age_s < 2 * units[i].s)
        i++;
    snprintf(text, bytes, "%lld %s%s", (long long)(age_s / units[i].s), units[i].name,
             text_plural((uint64_t)(age_s / units[i].s)));
}

static void print_age(const struct calibration *calibration)
{
    char age[64];
    describe_age(age, sizeof age, calibration->age_s);
    printf("Measured %s%s, in %.1f s, by %llu visits.\n", calibration->measured ? "now" : age,
           calibration->measured ? "" : " ago", calibration->elapsed_s,
           (unsigned long long)calibration->visits);
}

static void print(const char *python, const struct calibration *calibration)
{
    char shown[PATH_MAX];
    calibration_print(stdout, python, &calibration->model);
    putchar('\n');
    print_age(calibration);
    if (calibration_was_busy(calibration))
        printf("Other programs took %.1f CPUs meanwhile: measure it again when the machine is "
               "quiet.\n",
               calibration->others_cpus);
    text_printable(shown, sizeof shown, calibration->path);
    if (*shown != '\0')
        printf("It is kept in %s.\n", shown);
}

static void calibrate(const char *const values[], struct calibration_request *request,
                      struct ending *ending)
{
    struct calibration calibration;
    struct error *error = &ending->error;
    int result = values[OPTION_SHOW] != NULL
                     ? calibration_kept(&request->cpus, request->python, &calibration, error)
                     : calibration_get(request, &calibration, ending->warning,
                                       sizeof ending->warning, error);
    if (result == 0 && values[OPTION_JSON] != NULL) {
        ending->data = true;
        print_file(calibration.path, error);
    } else if (result == 0 && !request->quiet) {
        print(request->python, &calibration);
    }
    calibration_free(&calibration);
}

static void print_help(void)
{
    printf("breakeven calibrate [options]: what parallelism costs on this machine, measured in "
           "five\nseconds and kept in the user's cache, for breakeven advise and the strategy "
           "auto\n\n");
    cli_print_options(specs, OPTION_COUNT);
}

void cli_calibrate(int count, char *const arguments[], struct ending *ending)
{
    const char *values[OPTION_COUNT] = {"5s", "1"}, *words[1], *command_line[64];
    struct calibration_request request = {.command_line = command_line};
    size_t word_count;
    cli_note_command_line("calibrate", count, arguments, command_line,
                          sizeof command_line / sizeof *command_line);
    if (cli_parse(count, arguments, specs, OPTION_COUNT, note_option, values, words, 0, &word_count,
                  &ending->error) != 0)
        return;
    if (values[OPTION_HELP] != NULL) {
        print_help();
    } else if (read_budget(values[OPTION_BUDGET], &request.budget_ns, &ending->error) == 0 &&
               read_seed(values[OPTION_SEED], &request.seed, &ending->error) == 0) {
        request.cpus = cpus_read();
        request.python = values[OPTION_PYTHON];
        request.anew = values[OPTION_IF_NEEDED] == NULL;
        request.quiet = values[OPTION_QUIET] != NULL || values[OPTION_JSON] != NULL;
        calibrate(values, &request, ending);
    }
}
