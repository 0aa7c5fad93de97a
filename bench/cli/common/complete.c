/* breakeven complete: what may stand at the end of a command line, for the completion of shells. */
#include "bench/assets/assets.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/run/suite.h"
#include "strategies/strategy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct offer {
    const char *before; /* what stands before each word that is offered: "--work=", "fork," */
    size_t length;      /* of that */
    const char *chosen; /* the items of a list that stand there already; NULL: no list */
    size_t chosen_length;
};

static bool is_chosen(const struct offer *offer, const char *word)
{
    const char *at = offer->chosen, *end = at + offer->chosen_length;
    for (size_t length; at != NULL && at < end; at += length + 1) {
        length = strcspn(at, ",");
        if (length == strlen(word) && strncmp(at, word, length) == 0)
            return true;
    }
    return false;
}

void offer_word(const struct offer *offer, const char *word, const char *about)
{
    if (!is_chosen(offer, word))
        printf("%.*s%s\t%s\n", (int)offer->length, offer->before, word, about);
}

void offer_strategies(const struct offer *offer)
{
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++)
        if (strategy_unavailable(ops) == NULL)
            offer_word(offer, ops->name, ops->summary);
}

/* ------------------------------------------------------------------------------- values */

/* Works of the user's: libraries, functions in Python. */
static void offer_own_works(void)
{
    puts(":file .so");
    puts(":file .py");
}

static void offer_suites(const struct command *command, const struct offer *offer)
{
    for (size_t i = 0; i < asset_suites_count; i++) {
        char title[256];
        asset_suite_title(&asset_suites[i], title, sizeof title);
        offer_word(offer, asset_suites[i].name, title);
    }
    puts(":file .ini");
    if (command->options == &cli_run_options)
        offer_own_works();
}

/* The parts of "base|new" or "4k,thp". */
static void offer_parts(const char *value, const struct offer *offer)
{
    char part[64];
    for (size_t length; *value != '\0'; value += length + (value[length] != '\0')) {
        length = strcspn(value, "|,");
        snprintf(part, sizeof part, "%.*s", (int)length, value);
        offer_word(offer, part, "");
    }
}

static void offer_key_words(enum suite_key key, const struct offer *offer)
{
    size_t count = 0;
    const char *const *words = suite_words(key, &count);
    if (key == KEY_strategies) {
        puts(":file .so");
        offer_strategies(offer);
        offer_word(offer, "all", "every strategy but peers");
        offer_word(offer, "python", "every strategy in Python");
        return;
    }
    if (key == KEY_jobs)
        offer_word(offer, "4w", "four for each worker");
    if (key == KEY_work)
        offer_own_works();
    if (key == KEY_python || key == KEY_runner || key == KEY_hosts)
        puts(":file");
    for (size_t i = 0; words != NULL && i < count; i++)
        offer_word(offer, words[i], key == KEY_work ? works[i]->summary : "");
}

/* True where it is a key of suites, whatever its values are. */
static bool offer_values_of_key(const char *name, const struct offer *offer)
{
    for (int key = 0; key < SUITE_KEY_COUNT; key++)
        if (text_equal(suite_keys[key], name)) {
            offer_key_words((enum suite_key)key, offer);
            return true;
        }
    return false;
}

/* value: what the help calls it. */
static void offer_values(const struct command *command, const char *name, const char *value,
                         const struct offer *offer)
{
    if (text_equal(value, "FILE") || text_equal(value, "PROGRAM") || text_equal(value, "PATTERN"))
        puts(":file");
    else if (strchr(value, '|') != NULL)
        offer_parts(value, offer);
    else if (text_equal(value, "DIR"))
        puts(":folder");
    else if (text_equal(value, "SUITE"))
        offer_suites(command, offer);
    else if (!offer_values_of_key(name, offer) && islower((unsigned char)*value))
        offer_parts(value, offer);
    if (command->options->offer_values != NULL)
        command->options->offer_values(name, offer);
}

/* A list may have any number of values, with commas between them. */
static bool is_list(const char *value)
{
    return strchr(value, ',') != NULL || text_equal(value, "LIST");
}

/* typed: of the value; it lies at the end of `word`, which the shell replaces as a whole. */
static void offer_option_value(const struct command *command, const struct option_spec *option,
                               const char *word, const char *typed)
{
    struct offer offer = {.before = word, .length = (size_t)(typed - word)};
    const char *comma = is_list(option->value) ? strrchr(typed, ',') : NULL;
    if (comma != NULL) {
        offer.chosen = typed;
        offer.chosen_length = (size_t)(comma - typed);
        offer.length = (size_t)(comma + 1 - word);
    }
    if (is_list(option->value))
        puts(":list");
    offer_values(command, option->name, option->value, &offer);
}

/* ------------------------------------------------------------------------------- a subcommand */

/* What the words before the last one have said. */
struct context {
    const struct command_options *options;
    bool given[CLI_MOST_OPTIONS];
    const struct option_spec *open; /* the option whose value comes next; NULL: none */
    size_t words;
    bool ended; /* by "--": no options follow */
};

static bool is_given(const struct context *context, const char *name)
{
    const struct command_options *options = context->options;
    for (size_t i = 0; name != NULL && i < options->count; i++)
        if (text_equal(options->specs[i].name, name))
            return context->given[i];
    return false;
}

/* The option that "--name" or "--name=value" begins with; NULL: there is none. */
static const struct option_spec *find_option(const struct command_options *options,
                                             const char *word)
{
    size_t length = strcspn(word + 2, "=");
    for (size_t i = 0; i < options->count; i++)
        if (strlen(options->specs[i].name) == length &&
            strncmp(options->specs[i].name, word + 2, length) == 0)
            return &options->specs[i];
    return NULL;
}

static void take_word(struct context *context, const char *word)
{
    const struct option_spec *option;
    if (context->open != NULL) {
        context->open = NULL;
    } else if (!context->ended && text_equal(word, "--")) {
        context->ended = true;
    } else if (context->ended || strncmp(word, "--", 2) != 0) {
        context->words++;
    } else if ((option = find_option(context->options, word)) != NULL) {
        context->given[option - context->options->specs] = true;
        if (option->value != NULL && strchr(word, '=') == NULL)
            context->open = option;
    }
}

/* An environment variable may be swept beside another; all other options stand once. */
static void offer_options(const struct context *context, const struct offer *offer)
{
    const struct command_options *options = context->options;
    for (size_t i = 0; i < options->count; i++) {
        char name[64];
        snprintf(name, sizeof name, "--%s", options->specs[i].name);
        if (!context->given[i] || text_equal(options->specs[i].name, suite_keys[KEY_env]))
            offer_word(offer, name, options->specs[i].help);
    }
}

/* What the next word is called; "" where none is wanted. */
static void name_next_word(const struct context *context, char *name, size_t bytes)
{
    const struct command_options *options = context->options;
    const char *names = options->words;
    for (size_t i = 0; i < sizeof options->instead / sizeof *options->instead; i++)
        if (is_given(context, options->instead[i].option))
            names = options->instead[i].words;
    for (size_t i = 0; i < context->words && *names != '\0'; i++) {
        names += strcspn(names, " ");
        names += *names == ' ';
    }
    snprintf(name, bytes, "%.*s", (int)strcspn(names, " "), names);
}

static void complete_argument(const struct command *command, const struct context *context,
                              const char *word)
{
    const struct offer whole = {.before = ""};
    const char *equals = strchr(word, '=');
    char name[32];
    bool option = !context->ended && word[0] == '-';
    const struct option_spec *own =
        option && equals != NULL && word[1] == '-' ? find_option(context->options, word) : NULL;
    name_next_word(context, name, sizeof name);
    if (context->open != NULL)
        offer_option_value(command, context->open, word, word);
    else if (own != NULL && own->value != NULL)
        offer_option_value(command, own, word, equals + 1);
    else if (option || (*name == '\0' && !context->ended))
        offer_options(context, &whole);
    else if (*name != '\0')
        offer_values(command, name, name, &whole);
}

/* ------------------------------------------------------------------------------- the command */

static void offer_commands(const struct command commands[], size_t count)
{
    const struct offer whole = {.before = ""};
    for (size_t i = 0; i < count; i++)
        if (commands[i].help != NULL)
            offer_word(&whole, commands[i].name, commands[i].help);
    offer_word(&whole, "--help", "the commands");
    offer_word(&whole, "--version", "version and build");
}

/* What is typed comes back, a line each: there is no word that holds a line's end. */
static bool is_plain(const char *word)
{
    for (; *word != '\0'; word++)
        if (iscntrl((unsigned char)*word))
            return false;
    return true;
}

void cli_complete(const struct command commands[], size_t command_count, int count,
                  char *const words[])
{
    if (count < 1 || !is_plain(words[count - 1]))
        return;
    if (count == 1)
        offer_commands(commands, command_count);
    for (size_t i = 0; count > 1 && i < command_count; i++) {
        struct context context = {.options = commands[i].options};
        if (commands[i].help == NULL || !text_equal(commands[i].name, words[0]) ||
            context.options->count > CLI_MOST_OPTIONS)
            continue;
        for (int k = 1; k + 1 < count; k++)
            take_word(&context, words[k]);
        complete_argument(&commands[i], &context, words[count - 1]);
    }
}
