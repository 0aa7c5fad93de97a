#ifndef BREAKEVEN_CLI_CLI_H
#define BREAKEVEN_CLI_CLI_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* What a subcommand tells main.c, the only place that prints errors and exits. */
struct ending {
    struct error error; /* its kind decides the exit status */
    char warning[640];  /* "" where there is none; the run goes on */
    bool data;          /* a document for programs was printed: nothing else may stand beside it */
};

/* A subcommand: its arguments behind its name, and where to report. */
typedef void command_function(int count, char *const arguments[], struct ending *ending);

command_function cli_run, cli_trace, cli_report, cli_compare, cli_list, cli_floors, cli_export,
    cli_explain, cli_check, cli_new, cli_calibrate, cli_advise;

/* Hidden: what breakeven starts itself as. */
command_function cli_visit, cli_library, cli_rank, cli_hosts;

/* One option of a subcommand: --name VALUE, --name=VALUE, or --name where it takes no value. */
struct option_spec {
    const char *name;  /* without the dashes */
    const char *value; /* what the value is called in the help; NULL: takes none */
    const char *help;
};

/* Where candidates for completion go. */
struct offer;

/* Offers a word and what it is about ("" where nothing is to be said). */
void offer_word(const struct offer *offer, const char *word, const char *about);

/* Offers the strategies that can be used here. */
void offer_strategies(const struct offer *offer);

/* What a subcommand takes: parsing and completion read the same table. */
struct command_options {
    const struct option_spec *specs;
    size_t count;
    const char *words; /* what its words are called, with blanks between: "SUITE", "DIR DIR" */
    struct {
        const char *option, *words;
    } instead[2]; /* what they are called where an option is given; not required */

    /* Offers the values of an option of that name, or words called so. Not required: files,
     * folders, suites, values of the suite's keys and those that the help names ("base|new") are
     * known. */
    void (*offer_values)(const char *name, const struct offer *offer);
};

extern const struct command_options cli_run_options, cli_trace_options, cli_report_options,
    cli_compare_options, cli_list_options, cli_floors_options, cli_export_options,
    cli_explain_options, cli_check_options, cli_new_options, cli_calibrate_options,
    cli_advise_options;

/* A subcommand as main.c has it. */
struct command {
    const char *name;
    command_function *run;
    const struct command_options *options;
    const char *help; /* NULL: hidden */
};

/* Hidden: prints what may stand in place of the last of the words behind "breakeven", a line each:
 * "WORD<tab>what it is about", and ":list" where a comma may follow, ":folder" and ":file [ENDING]"
 * where the shell's own paths may stand. The files in bench/completions/ ask it. */
void cli_complete(const struct command commands[], size_t command_count, int count,
                  char *const words[]);

/* The most options of a command; cli_parse takes no more. */
enum { CLI_MOST_OPTIONS = 64 };

/* Called for each option in order; index is that of its spec; value is NULL where it takes none. */
typedef int option_handler(void *user, size_t index, const char *value, struct error *error);

/* Reads options and words in any order; "--" ends the options. At most most_words words are kept.
 * Unknown options are refused with the nearest name. */
int cli_parse(int count, char *const arguments[], const struct option_spec specs[],
              size_t spec_count, option_handler *handle, void *user, const char *words[],
              size_t most_words, size_t *word_count, struct error *error);

/* Notes "breakeven NAME ARGUMENTS..." in kept, ended by a NULL; what does not fit is left out. */
void cli_note_command_line(const char *name, int count, char *const arguments[], const char *kept[],
                           size_t room);

/* Prints "--name VALUE  help" lines. */
void cli_print_options(const struct option_spec specs[], size_t count);

/* Prints "breakeven VERSION (COMMIT)" and what else there is to know of this build, a fact a line.
 */
void cli_print_version(void);

#endif
