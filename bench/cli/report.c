/* breakeven report: tables and pictures again, from the files of a run. */
#include "bench/report/report.h"
#include "bench/cli/cli.h"

#include <stdio.h>

void cli_report(int count, char *const arguments[], struct ending *ending)
{
    const char *words[1];
    size_t word_count;
    struct report_result result;
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
    if (report_make(words[0], stdout, &result, &ending->error) != 0)
        return;
    if (result.pictures_error.code != EXIT_DONE)
        ending->error = result.pictures_error;
    else
        printf("%zu pictures are in %s/plots.\n", result.pictures, words[0]);
}
