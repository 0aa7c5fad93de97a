#include "bench/analyse/compare/drafts.h"
#include "bench/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct comparison row_of(const struct key *key, const char *temperature,
                                enum quantity quantity, double threshold)
{
    struct comparison row = {
        .key = *key,
        .temperature = temperature,
        .quantity = quantity_names[quantity],
        .base = NAN,
        .base_low = NAN,
        .base_high = NAN,
        .new = NAN,
        .new_low = NAN,
        .new_high = NAN,
        .change = NAN,
        .change_low = NAN,
        .change_high = NAN,
        .p = NAN,
        .fresh_change = NAN,
        .fresh_low = NAN,
        .fresh_high = NAN,
        .fresh_p = NAN,
        .fresh_rounds = CSV_UNKNOWN,
        .threshold = threshold,
        .verdict = verdict_names[VERDICT_SAME],
        .more_rounds = CSV_UNKNOWN,
        .detail = "",
    };
    row.key.build = "";
    return row;
}

struct draft *drafts_add(struct drafts *drafts, const struct key *key, const char *temperature,
                         enum quantity quantity, double threshold, struct error *error)
{
    if (memory_grow(&drafts->rows, drafts->count, &drafts->room, sizeof *drafts->rows, "compare",
                    error) != 0)
        return NULL;
    struct draft *draft = &drafts->rows[drafts->count++];
    *draft = (struct draft){.row = row_of(key, temperature, quantity, threshold)};
    return draft;
}

void draft_judge(struct draft *draft, enum verdict verdict)
{
    draft->row.verdict = verdict_names[verdict];
}

void draft_explain(struct draft *draft, const char *format, ...)
{
    size_t used = strlen(draft->detail);
    va_list arguments;
    if (used > 0 && used + 2 < sizeof draft->detail)
        used += (size_t)snprintf(draft->detail + used, sizeof draft->detail - used, "; ");
    va_start(arguments, format);
    vsnprintf(draft->detail + used, sizeof draft->detail - used, format, arguments);
    va_end(arguments);
}

bool quantity_is_better_larger(const char *quantity)
{
    return text_equal(quantity, quantity_names[QUANTITY_SPEEDUP]);
}

void draft_judge_change(struct draft *draft, double log_change)
{
    bool better = quantity_is_better_larger(draft->row.quantity) ? log_change > 0 : log_change < 0;
    draft_judge(draft, better ? VERDICT_IMPROVEMENT : VERDICT_REGRESSION);
}

int drafts_finish(struct drafts *drafts, struct comparisons *out, struct error *error)
{
    size_t kept = 0, texts = 0;
    for (size_t i = 0; i < drafts->count; i++)
        if (!drafts->rows[i].dropped)
            drafts->rows[kept++] = drafts->rows[i];
    drafts->count = kept;
    for (size_t i = 0; i < drafts->count; i++)
        texts += strlen(drafts->rows[i].detail) + 1;
    size_t bytes = (drafts->count + 1) * sizeof *out->rows;
    *out = (struct comparisons){malloc(bytes + texts), drafts->count};
    if (out->rows == NULL) {
        drafts_free(drafts);
        *out = (struct comparisons){0};
        return fail(error, ERROR_REFUSED, "compare: out of memory");
    }
    char *text = (char *)out->rows + bytes;
    for (size_t i = 0; i < drafts->count; i++) {
        out->rows[i] = drafts->rows[i].row;
        out->rows[i].detail = strcpy(text, drafts->rows[i].detail);
        text += strlen(text) + 1;
    }
    drafts_free(drafts);
    return 0;
}

void drafts_free(struct drafts *drafts)
{
    free(drafts->rows);
    *drafts = (struct drafts){0};
}
