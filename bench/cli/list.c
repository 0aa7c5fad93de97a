/* breakeven list: what there is, and why something is not. */
#include "bench/assets.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/work.h"
#include "strategies/strategy.h"

#include <stdio.h>
#include <string.h>

static const char *const topics[] = {"strategies", "work", "suites"};

enum { TOPICS = sizeof topics / sizeof *topics };

static void list_strategies(void)
{
    for (size_t i = 0; i < strategies_count; i++) {
        const struct strategy_ops *ops = strategies[i];
        const char *missing = strategy_unavailable(ops);
        printf("%-14s %s\n", ops->name, ops->summary);
        if (*ops->elsewhere != '\0')
            printf("%-14s   elsewhere: %s\n", "", ops->elsewhere);
        if ((ops->flags & STRATEGY_PEER) != 0)
            printf("%-14s   a peer: measured where it is named, not by `all`\n", "");
        if (missing != NULL)
            printf("%-14s   unavailable: %s\n", "", missing);
    }
}

static void list_works(void)
{
    for (size_t i = 0; i < works_count; i++)
        printf("%-14s %s (size: %s)\n", works[i]->name, works[i]->summary, works[i]->unit);
}

/* A suite's title says what it measures. */
static void list_suites(void)
{
    for (size_t i = 0; i < asset_suites_count; i++) {
        static const char key[] = "\ntitle = ";
        const char *line = strstr(asset_suites[i].text, key); /* assets end in a NUL */
        const char *title = line != NULL ? line + strlen(key) : "";
        printf("%-14s %.*s\n", asset_suites[i].name, (int)strcspn(title, "\n"), title);
    }
}

void cli_list(int count, char *const arguments[], struct ending *ending)
{
    static void (*const list[TOPICS])(void) = {list_strategies, list_works, list_suites};
    const char *words[1];
    size_t word_count;
    if (cli_parse_words(count, arguments, "breakeven list [strategies|work|suites]\n", words, 1,
                        &word_count, &ending->error))
        return;
    if (word_count == 0)
        words[0] = topics[0];
    for (size_t i = 0; i < TOPICS; i++)
        if (text_equal(topics[i], words[0])) {
            list[i]();
            return;
        }
    char suggestion[128];
    text_suggestion(suggestion, sizeof suggestion, words[0], topics, TOPICS);
    fail(&ending->error, EXIT_USAGE, "list: '%s' is not strategies, work or suites%s", words[0],
         suggestion);
}
