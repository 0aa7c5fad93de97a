/* breakeven report: tables and pictures again, from the files of a run. */
#include "bench/report/report.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/cli/signals.h"
#include "bench/visit.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

const struct command_options cli_report_options = {cli_only_help, 1, .words = "DIR"};

void cli_report(int count, char *const arguments[], struct ending *ending)
{
    const char *words[1];
    size_t word_count;
    struct report_result result;
    char folder[PATH_MAX];
    sigset_t mask;
    if (cli_parse_words(
            count, arguments,
            "breakeven report DIR: writes summary.csv, crossover.csv, law.csv and plots/ "
            "again\nfrom DIR/samples.csv and DIR/host.json, and prints the tables\n",
            words, 1, &word_count, &ending->error))
        return;
    if (word_count == 0) {
        fail(&ending->error, EXIT_USAGE, "report: the folder of a run is needed");
        return;
    }
    if (strlen(words[0]) >= PATH_MAX - 64) {
        fail(&ending->error, EXIT_USAGE, "report: the path is too long");
        return;
    }
    signals_catch(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (report_make(words[0], stdout, &visit_interrupted, &result, &ending->error) != 0) {
        if (ending->error.code == EXIT_INTERRUPTED)
            ending->error.code = (enum exit_code)(128 + visit_interrupted);
        return;
    }
    if (result.gnuplot_error.code != EXIT_DONE) {
        ending->error = result.gnuplot_error;
        return;
    }
    text_printable(folder, sizeof folder, words[0]);
    printf("%zu pictures are in %s/plots.\n", result.pictures, folder);
}
