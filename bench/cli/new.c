/* breakeven new: a folder with a work or a strategy that builds and runs as it is, to be changed.
 */
#include "bench/assets/assets.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/cli/cli.h"
#include "bench/job/work.h"
#include "bench/process/program.h"
#include "strategies/strategy.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum option { OPTION_HELP };

static const struct option_spec specs[] = {{"help", NULL, "this text"}};

enum { SPEC_COUNT = sizeof specs / sizeof *specs, MOST_NAME = 40, MOST_FILES = 3 };

/* A file of the folder that is made: "@NAME@" in the name and in the text of the asset becomes the
 * name that was chosen. */
struct file {
    const char *asset, *name;
    const char *before; /* what stands before the asset's text; "": nothing */
};

struct kind {
    const char *name;
    const char *made; /* what is said of it, with the folder's name twice */
    struct file files[MOST_FILES];
};

static const struct kind kinds[] = {
    {"work",
     "%s/ has a work, the header that it needs, and a Makefile: `make -C %s` gives the answer.\n",
     {{"new-work/work.c", "@NAME@.c", ""},
      {"new-work/Makefile", "Makefile", ""},
      {"breakeven/work.h", "breakeven/work.h", ""}}},
    {"strategy",
     "%s/ has a strategy, the header that it needs, and a Makefile: `make -C %s` builds it.\n",
     {{"new-strategy/strategy.c", "@NAME@.c", ""},
      {"new-strategy/Makefile", "Makefile", "BREAKEVEN_CFLAGS ?= -I.\n"},
      {"breakeven/strategy.h", "breakeven/strategy.h", ""}}},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static void offer_values(const char *name, const struct offer *offer)
{
    for (size_t i = 0; text_equal(name, "KIND") && i < KINDS; i++)
        offer_word(offer, kinds[i].name, "");
}

const struct command_options cli_new_options = {specs, SPEC_COUNT, .words = "KIND NAME",
                                                .offer_values = offer_values};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    (void)index;
    (void)value;
    (void)error;
    *(bool *)user = true;
    return 0;
}

static void print_help(void)
{
    printf("breakeven new KIND NAME: makes the folder NAME with a source file and a Makefile\n\n"
           "KIND is");
    for (size_t i = 0; i < KINDS; i++)
        printf("%s %s", i > 0 ? " or" : "", kinds[i].name);
    printf("; what is made builds and runs as it is.\n\n");
    cli_print_options(specs, SPEC_COUNT);
}

/* ------------------------------------------------------------------------------- what is written
 */

/* The program as a Makefile starts it: by its name where that leads to this program, else by its
 * path. */
static void name_program(char *text, size_t bytes)
{
    char own[PATH_MAX] = "", found[PATH_MAX];
    ssize_t length = readlink(PROGRAM_SELF, own, sizeof own - 1);
    const char *path = getenv("PATH");
    char *folders = strdup(path != NULL ? path : ""), *rest = folders, *folder;
    snprintf(text, bytes, "%s", length > 0 ? own : "breakeven");
    while (folders != NULL && (folder = strsep(&rest, ":")) != NULL) {
        char candidate[PATH_MAX];
        snprintf(candidate, sizeof candidate, "%s/breakeven", folder);
        if (access(candidate, X_OK) != 0)
            continue;
        if (realpath(candidate, found) != NULL && text_equal(found, own))
            snprintf(text, bytes, "breakeven");
        break;
    }
    free(folders);
}

/* A path as a Makefile's recipe has it: for the shell in quotes, for make with its dollars doubled.
 */
static void put_program(FILE *out)
{
    char program[PATH_MAX];
    name_program(program, sizeof program);
    bool plain = program[strspn(program, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789/._+-")] == '\0';
    fputs(plain ? "" : "'", out);
    for (const char *c = program; *c != '\0'; c++)
        fputs(*c == '$' ? "$$" : *c == '\'' ? "'\\''" : (const char[]){*c, '\0'}, out);
    fputs(plain ? "" : "'", out);
}

static void put_text(FILE *out, const char *text, const char *end, const char *name)
{
    static const char own_name[] = "@NAME@", own_program[] = "@BREAKEVEN@";
    while (text < end) {
        if (strncmp(text, own_name, sizeof own_name - 1) == 0) {
            fputs(name, out);
            text += sizeof own_name - 1;
        } else if (strncmp(text, own_program, sizeof own_program - 1) == 0) {
            put_program(out);
            text += sizeof own_program - 1;
        } else {
            fputc(*text++, out);
        }
    }
}

static int write_file(const struct file *file, const char *folder, struct error *error)
{
    const struct asset *asset = asset_find(asset_templates, asset_templates_count, file->asset);
    char *name = NULL, *text = NULL;
    size_t name_bytes, text_bytes;
    FILE *out = open_memstream(&name, &name_bytes);
    int why = out == NULL ? ENOMEM : 0;
    if (why == 0) {
        fprintf(out, "%s/", folder);
        put_text(out, file->name, file->name + strlen(file->name), folder);
        why = fclose(out) == 0 ? 0 : ENOMEM;
    }
    out = why == 0 ? open_memstream(&text, &text_bytes) : NULL;
    if (out != NULL) {
        fputs(file->before, out);
        put_text(out, asset->text, asset->end, folder);
        why = fclose(out) == 0 ? whole_create(AT_FDCWD, name, text, text_bytes) : ENOMEM;
    }
    int result = why == 0 ? 0 : fail_errno(error, why, "%s cannot be written", name);
    free(name);
    free(text);
    return result;
}

static int make_folder(const char *path, struct error *error)
{
    if (mkdir(path, 0777) == 0)
        return 0;
    if (errno == EEXIST)
        return fail(error, ERROR_USAGE, "%s is there already; choose another name", path);
    return fail_errno(error, errno, "the folder %s cannot be made", path);
}

static int make(const struct kind *kind, const char *name, struct error *error)
{
    char headers[MOST_NAME + 16];
    snprintf(headers, sizeof headers, "%s/breakeven", name);
    if (make_folder(name, error) != 0 || make_folder(headers, error) != 0)
        return -1;
    for (size_t i = 0; i < MOST_FILES; i++)
        if (write_file(&kind->files[i], name, error) != 0)
            return -1;
    return 0;
}

/* ------------------------------------------------------------------------------- what is asked */

static int check_name(const char *name, struct error *error)
{
    size_t length = strlen(name);
    bool fits = length > 0 && length <= MOST_NAME && isalpha((unsigned char)*name);
    for (const char *c = name; *c != '\0'; c++)
        fits = fits && (isalnum((unsigned char)*c) || *c == '_' || *c == '-');
    return fits ? 0
                : fail(error, ERROR_USAGE,
                       "NAME: '%.60s' is not a letter and up to %d letters, digits, '_' or '-'",
                       name, MOST_NAME - 1);
}

/* What is made would be refused later, when it is run. */
static int check_new(const struct kind *kind, const char *name, struct error *error)
{
    bool is_work = text_equal(kind->name, "work");
    if (is_work ? work_find(name) == NULL : strategy_find(name) == NULL)
        return 0;
    return fail(error, ERROR_USAGE, "NAME: a %s that is built in is called '%s'; choose another",
                kind->name, name);
}

static const struct kind *find_kind(const char *name, struct error *error)
{
    const char *names[KINDS];
    char suggestion[128];
    for (size_t i = 0; i < KINDS; i++) {
        names[i] = kinds[i].name;
        if (text_equal(names[i], name))
            return &kinds[i];
    }
    text_suggestion(suggestion, sizeof suggestion, name, names, KINDS);
    fail(error, ERROR_USAGE, "KIND: '%.60s' is not known%s", name, suggestion);
    return NULL;
}

void cli_new(int count, char *const arguments[], struct ending *ending)
{
    struct error *error = &ending->error;
    const char *words[2];
    size_t word_count;
    bool help = false;
    if (cli_parse(count, arguments, specs, SPEC_COUNT, handle_option, &help, words, 2, &word_count,
                  error) != 0)
        return;
    if (help) {
        print_help();
        return;
    }
    if (word_count < 2) {
        fail(error, ERROR_USAGE,
             "new: a KIND and a NAME are needed, as in `breakeven new work mine`");
        return;
    }
    const struct kind *kind = find_kind(words[0], error);
    if (kind != NULL && check_name(words[1], error) == 0 && check_new(kind, words[1], error) == 0 &&
        make(kind, words[1], error) == 0)
        printf(kind->made, words[1], words[1]);
}
