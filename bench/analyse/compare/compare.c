#include "bench/analyse/compare/compare.h"
#include "bench/analyse/compare/drafts.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A change of exactly the threshold reaches it, whatever its last bit says. */
#define ROUNDING 1e-9

/* More rounds than anybody waits for. */
#define MOST_ROUNDS 1e9

enum { BASE, NEW, SIDES };

static const char *const builds[SIDES] = {"base", "new"};

/* What became of a cell's samples in one build. */
struct health {
    size_t ok, troubled;
    size_t unexplained;            /* of these, what a busy machine does not explain */
    const struct trouble *trouble; /* the first that went wrong, else one that is unavailable */
};

/* A cell at one temperature, as either build has it. */
struct found {
    struct key key; /* its build is "" */
    const char *temperature;
    struct health here[SIDES]; /* at this temperature */
    struct health cell[SIDES]; /* at all; a visit that went wrong has no time at any */
    struct health fresh;       /* of the new build's visits in fresh rounds, at any */
    bool wanted;               /* in fresh rounds: it is suspected, or went wrong */
};

/* What rounds tell of one quantity; in logarithms. */
struct paired {
    struct interval base, new, change;
    double p;
    size_t rounds;
};

/* A row that rounds tell of. */
struct test {
    size_t draft, found; /* their indices */
    enum quantity quantity;
    struct paired first, fresh;
    bool suspected;
};

struct gate {
    double threshold, bound; /* of a change, of its logarithm */
    const struct visits *first, *fresh;
    struct found *found; /* in the order of compare_found, each once */
    size_t found_count;
    struct test *tests;
    size_t test_count, suspected;
    double *numbers;  /* for the rounds of one row: three arrays */
    double *p;        /* one a test */
    size_t *indices;  /* one a test */
    size_t most_rows; /* of visits, in one of the arrays */
    struct drafts drafts;
};

/* ------------------------------------------------------------------------------- cells */

static int side_of(const struct key *key)
{
    for (int side = 0; side < SIDES; side++)
        if (text_equal(key->build, builds[side]))
            return side;
    return -1;
}

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    int order = key_compare(&x->key, &y->key);
    return order ? order : strcmp(x->temperature, y->temperature);
}

static struct found found_of(const struct key *key, const char *temperature)
{
    struct found found = {.key = *key, .temperature = temperature};
    found.key.build = "";
    return found;
}

static struct found *find(const struct gate *gate, const struct found *like)
{
    if (gate->found_count == 0)
        return NULL;
    return bsearch(like, gate->found, gate->found_count, sizeof *gate->found, compare_found);
}

/* What a machine may do to a visit that has nothing wrong. */
static bool is_of_machine(const struct trouble *trouble)
{
    return text_equal(trouble->status, "refused") || text_equal(trouble->status, "timed_out");
}

static void note_visit(struct health *health, const struct trouble *trouble)
{
    if (trouble == NULL) {
        health->ok++;
    } else if (text_equal(trouble->status, "unavailable")) {
        health->trouble = health->trouble != NULL ? health->trouble : trouble;
    } else {
        health->trouble = health->troubled == 0 ? trouble : health->trouble;
        health->troubled++;
        health->unexplained += !is_of_machine(trouble);
    }
}

static void add_health(struct health *sum, const struct health *part)
{
    if (part->trouble != NULL && (sum->trouble == NULL || sum->troubled < part->troubled))
        sum->trouble = part->trouble;
    sum->ok += part->ok;
    sum->troubled += part->troubled;
    sum->unexplained += part->unexplained;
}

static void append_found(struct gate *gate, const struct key *key, const char *temperature)
{
    struct found found = found_of(key, temperature);
    size_t count = gate->found_count;
    if (side_of(key) >= 0 && (count == 0 || compare_found(&gate->found[count - 1], &found) != 0))
        gate->found[gate->found_count++] = found;
}

/* Appends the cells of the visits, each temperature once a build. */
static void append_all(struct gate *gate, const struct visits *visits)
{
    for (size_t i = 0; i < visits->count; i++)
        append_found(gate, visits->rows[i].key, visits->rows[i].temperature);
    for (size_t i = 0; i < visits->trouble_count; i++)
        append_found(gate, visits->troubles[i].key, visits->troubles[i].temperature);
}

/* All cells, each temperature once. A cell may go wrong in the fresh rounds alone, and is told
 * there at another temperature than it was measured at. */
static void list_found(struct gate *gate)
{
    size_t kept = 0;
    append_all(gate, gate->first);
    append_all(gate, gate->fresh);
    if (gate->found_count > 0)
        qsort(gate->found, gate->found_count, sizeof *gate->found, compare_found);
    for (size_t i = 0; i < gate->found_count; i++)
        if (kept == 0 || compare_found(&gate->found[kept - 1], &gate->found[i]) != 0)
            gate->found[kept++] = gate->found[i];
    gate->found_count = kept;
}

/* Notes a visit that went well (trouble is NULL) or wrong. */
static void note(struct gate *gate, const struct visits *visits, const struct key *key,
                 const char *temperature, const struct trouble *trouble)
{
    struct found like = found_of(key, temperature);
    int side = side_of(key);
    struct found *found = side >= 0 ? find(gate, &like) : NULL;
    if (found == NULL)
        return;
    note_visit(&found->here[side], trouble);
    if (side == NEW && visits == gate->fresh)
        note_visit(&found->fresh, trouble);
}

static void note_visits(struct gate *gate, const struct visits *visits)
{
    for (size_t i = 0; i < visits->count; i++)
        note(gate, visits, visits->rows[i].key, visits->rows[i].temperature, NULL);
    for (size_t i = 0; i < visits->trouble_count; i++)
        note(gate, visits, visits->troubles[i].key, visits->troubles[i].temperature,
             &visits->troubles[i]);
}

/* Where the temperatures of the cell at `first` end. */
static size_t end_of_cell(const struct gate *gate, size_t first)
{
    size_t next = first + 1;
    while (next < gate->found_count &&
           key_compare(&gate->found[next].key, &gate->found[first].key) == 0)
        next++;
    return next;
}

static void sum_up_cells(struct gate *gate)
{
    for (size_t i = 0, next; i < gate->found_count; i = next) {
        struct health sums[SIDES] = {0}, fresh = {0};
        next = end_of_cell(gate, i);
        for (size_t k = i; k < next; k++) {
            for (int side = 0; side < SIDES; side++)
                add_health(&sums[side], &gate->found[k].here[side]);
            add_health(&fresh, &gate->found[k].fresh);
        }
        for (size_t k = i; k < next; k++) {
            memcpy(gate->found[k].cell, sums, sizeof sums);
            gate->found[k].fresh = fresh;
        }
    }
}

/* ------------------------------------------------------------------------------- rounds */

/* One build's visits to a cell, and serial's. */
struct build_rounds {
    struct rounds own, serial;
};

static struct build_rounds rounds_of_build(const struct visits *visits, const struct found *found,
                                           int side)
{
    struct key key = found->key;
    key.build = builds[side];
    struct key serial = key_of_baseline(&key);
    return (struct build_rounds){
        .own = visits_of(visits, &key, found->temperature),
        .serial = visits_of(visits, &serial, found->temperature),
    };
}

/* The logarithm of a visit's quantity; NaN where its serial was not visited in the same round. */
static double log_quantity(const struct build_rounds *side, const struct visit *visit,
                           enum quantity quantity)
{
    if (quantity == QUANTITY_TIME)
        return log(visit->ns);
    const struct visit *serial = rounds_find(side->serial, visit->round);
    return serial != NULL ? log(serial->ns / visit->ns) : (double)NAN;
}

static struct paired measure(const struct gate *gate, const struct visits *visits,
                             const struct found *found, enum quantity quantity)
{
    double *base = gate->numbers, *new = base + gate->most_rows, *change = new + gate->most_rows;
    struct build_rounds sides[SIDES] = {
        rounds_of_build(visits, found, BASE),
        rounds_of_build(visits, found, NEW),
    };
    struct paired paired = {0};
    for (size_t i = 0; i < sides[BASE].own.count; i++) {
        const struct visit *left = &sides[BASE].own.rows[i];
        const struct visit *right = rounds_find(sides[NEW].own, left->round);
        if (left->disturbed || right == NULL)
            continue;
        double from = log_quantity(&sides[BASE], left, quantity);
        double to = log_quantity(&sides[NEW], right, quantity);
        if (!isfinite(from) || !isfinite(to))
            continue;
        base[paired.rounds] = from;
        new[paired.rounds] = to;
        change[paired.rounds++] = to - from;
    }
    paired.p = stats_sign_p(change, paired.rounds);
    paired.base = stats_interval(base, paired.rounds);
    paired.new = stats_interval(new, paired.rounds);
    paired.change = stats_interval(change, paired.rounds);
    return paired;
}

static bool has_interval(const struct paired *paired)
{
    return isfinite(paired->change.low) && isfinite(paired->change.high);
}

static bool leaves_out_zero(const struct paired *paired)
{
    return paired->change.low > 0 || paired->change.high < 0;
}

/* True where the interval reaches the threshold on either side. */
static bool reaches(const struct gate *gate, const struct paired *paired)
{
    return paired->change.high >= gate->bound - ROUNDING ||
           paired->change.low <= ROUNDING - gate->bound;
}

static bool is_beyond_chance(const struct gate *gate, const struct paired *paired, double p)
{
    return has_interval(paired) && p <= COMPARE_ALARMS && leaves_out_zero(paired) &&
           reaches(gate, paired);
}

size_t compare_least_rounds(size_t rows)
{
    size_t of_interval = 1, of_test = stats_least_count(rows > 0 ? rows : 1);
    while (stats_rank(of_interval) == 0)
        of_interval++;
    return of_interval > of_test ? of_interval : of_test;
}

/* How narrow half the interval must become for the row to be told, where the median stays: to leave
 * out 0 or the threshold, whichever is farther. */
static double wanted_half(const struct gate *gate, double median)
{
    double off = fabs(median);
    return fmax(off, gate->bound - off);
}

/* How many more rounds it would take: where the interval leaves out 0, until the test of so many
 * rows rejects, else until it is narrow enough. An interval shrinks as the root of the rounds, and
 * the logarithm of p grows with them. */
static uint64_t more_rounds(const struct gate *gate, const struct paired *paired, size_t rows)
{
    double rounds = (double)paired->rounds, wanted = (double)compare_least_rounds(rows);
    double half = (paired->change.high - paired->change.low) / 2;
    if (has_interval(paired) && !leaves_out_zero(paired))
        wanted = fmax(wanted, rounds * pow(half / wanted_half(gate, paired->change.median), 2));
    else if (has_interval(paired) && paired->p < 1)
        wanted = fmax(wanted, rounds * log(COMPARE_ALARMS / (double)rows) / log(paired->p));
    wanted = fmin(ceil(wanted), MOST_ROUNDS);
    return wanted > rounds ? (uint64_t)(wanted - rounds) : 1;
}

static void judge_noisy(const struct gate *gate, struct draft *draft, const struct paired *paired,
                        size_t rows)
{
    draft_judge(draft, VERDICT_NOISY);
    draft->row.more_rounds = more_rounds(gate, paired, rows);
}

/* ------------------------------------------------------------------------------- rows */

static struct draft *add_draft(struct gate *gate, const struct found *found, enum quantity quantity,
                               struct error *error)
{
    return drafts_add(&gate->drafts, &found->key, found->temperature, quantity, gate->threshold,
                      error);
}

/* "crashed: 1 of 4 jobs died", or why there is nothing. */
static void describe_trouble(const struct health *health, char *text, size_t bytes)
{
    char detail[160] = "";
    if (health->trouble != NULL)
        text_clipped(detail, sizeof detail, health->trouble->detail, 120);
    if (health->trouble != NULL)
        snprintf(text, bytes, "%s%s%s", health->trouble->status, *detail ? ": " : "", detail);
    else
        snprintf(text, bytes, "not visited");
}

/* A row for a cell that has nothing to compare. */
static int add_verdict(struct gate *gate, const struct found *found, enum quantity quantity,
                       enum verdict verdict, struct error *error)
{
    char texts[SIDES][200];
    struct draft *draft = add_draft(gate, found, quantity, error);
    if (draft == NULL)
        return -1;
    describe_trouble(&found->cell[BASE], texts[BASE], sizeof texts[BASE]);
    describe_trouble(&found->cell[NEW], texts[NEW], sizeof texts[NEW]);
    draft_judge(draft, verdict);
    draft->row.rounds = 0;
    if (verdict == VERDICT_CRASHED)
        draft_explain(draft, "%s", texts[NEW]);
    else if (verdict == VERDICT_NOISY && found->cell[BASE].troubled > 0)
        draft_explain(draft, "went wrong in both builds: base %s; new %s", texts[BASE], texts[NEW]);
    else if (verdict == VERDICT_NOISY)
        draft_explain(draft, "new: %s; not in the first and in fresh rounds", texts[NEW]);
    else if (verdict == VERDICT_MISSING)
        draft_explain(draft, "new: %s%s%s", texts[NEW],
                      found->cell[BASE].troubled > 0 ? "; base: " : "",
                      found->cell[BASE].troubled > 0 ? texts[BASE] : "");
    else
        draft_explain(draft, "base: %s", texts[BASE]);
    return 0;
}

static int add_test(struct gate *gate, size_t index, enum quantity quantity, struct paired paired,
                    struct error *error)
{
    const struct found *found = &gate->found[index];
    struct draft *draft = add_draft(gate, found, quantity, error);
    if (draft == NULL)
        return -1;
    struct comparison *row = &draft->row;
    row->rounds = paired.rounds;
    row->base = exp(paired.base.median);
    row->base_low = exp(paired.base.low);
    row->base_high = exp(paired.base.high);
    row->new = exp(paired.new.median);
    row->new_low = exp(paired.new.low);
    row->new_high = exp(paired.new.high);
    row->change = expm1(paired.change.median);
    row->change_low = expm1(paired.change.low);
    row->change_high = expm1(paired.change.high);
    if (found->cell[BASE].troubled > 0) {
        char text[200];
        describe_trouble(&found->cell[BASE], text, sizeof text);
        draft_explain(draft, "the base went wrong in %zu visit%s: %s", found->cell[BASE].troubled,
                      found->cell[BASE].troubled == 1 ? "" : "s", text);
    }
    gate->tests[gate->test_count++] = (struct test){
        .draft = gate->drafts.count - 1,
        .found = index,
        .quantity = quantity,
        .first = paired,
    };
    return 0;
}

static bool is_too_short(const struct found *found, const struct paired *time)
{
    double least = log(COMPARE_LEAST_START_NS);
    return text_equal(found->temperature, "cold") && time->base.median < least &&
           time->new.median < least;
}

/* The speedup, where either build has a serial to compare with. */
static int add_speedup(struct gate *gate, size_t index, struct error *error)
{
    struct found like = gate->found[index];
    struct paired paired = measure(gate, gate->first, &like, QUANTITY_SPEEDUP);
    like.key = key_of_baseline(&like.key);
    struct paired serial_time = measure(gate, gate->first, &like, QUANTITY_TIME);
    if (is_too_short(&like, &serial_time))
        return 0;
    if (paired.rounds > 0)
        return add_test(gate, index, QUANTITY_SPEEDUP, paired, error);
    const struct found *serial = find(gate, &like);
    bool base = serial != NULL && serial->here[BASE].ok > 0;
    bool new = serial != NULL && serial->here[NEW].ok > 0;
    if (base && new)
        return add_test(gate, index, QUANTITY_SPEEDUP, paired, error);
    if (!base && !new)
        return 0;
    if (add_verdict(gate, &gate->found[index], QUANTITY_SPEEDUP,
                    base ? VERDICT_MISSING : VERDICT_NEW, error) != 0)
        return -1;
    struct draft *draft = &gate->drafts.rows[gate->drafts.count - 1];
    draft->detail[0] = '\0';
    draft_explain(draft, "%s has no serial to compare with", builds[base ? NEW : BASE]);
    return 0;
}

/* True where the new build went wrong and the base did not, as far as the first rounds tell. */
static bool is_new_trouble(const struct found *found)
{
    bool base_had_it = found->cell[BASE].ok > 0, new_has_it = found->cell[NEW].ok > 0;
    return found->cell[NEW].troubled > 0 &&
           (found->cell[BASE].troubled == 0 || (base_had_it && !new_has_it));
}

/* False where the machine may be to blame: it went wrong in the first or in the fresh rounds alone.
 */
static bool is_certain(const struct found *found)
{
    size_t of_first = found->cell[NEW].troubled - found->fresh.troubled;
    return found->cell[NEW].unexplained > 0 || found->fresh.ok == 0 ||
           (of_first > 0 && found->fresh.troubled > 0);
}

/* The row of a cell of which a visit went wrong in the new build. */
static int add_trouble(struct gate *gate, struct found *found, struct error *error)
{
    found->wanted = is_new_trouble(found);
    bool crashed = found->wanted && is_certain(found);
    return add_verdict(gate, found, QUANTITY_TIME, crashed ? VERDICT_CRASHED : VERDICT_NOISY,
                       error);
}

static int add_rows(struct gate *gate, size_t index, struct error *error)
{
    struct found *found = &gate->found[index];
    bool base = found->here[BASE].ok > 0, new = found->here[NEW].ok > 0;
    bool elsewhere = found->cell[BASE].ok > 0 || found->cell[NEW].ok > 0;
    bool base_wrong = found->cell[BASE].troubled > 0, new_wrong = found->cell[NEW].troubled > 0;
    if (!base && !new && (elsewhere || (!base_wrong && !new_wrong)))
        return 0; /* its other temperatures tell, or it is unavailable in both */
    if (new_wrong)
        return add_trouble(gate, found, error);
    if (!base || !new)
        return add_verdict(gate, found, QUANTITY_TIME, new ? VERDICT_NEW : VERDICT_MISSING, error);
    struct paired time = measure(gate, gate->first, found, QUANTITY_TIME);
    if (is_too_short(found, &time))
        return 0;
    if (add_test(gate, index, QUANTITY_TIME, time, error) != 0)
        return -1;
    return key_is_baseline(&found->key) ? 0 : add_speedup(gate, index, error);
}

/* ------------------------------------------------------------------------------- verdicts */

static void suspect(struct gate *gate)
{
    for (size_t i = 0; i < gate->test_count; i++)
        gate->p[i] = gate->tests[i].first.p;
    stats_holm(gate->p, gate->indices, gate->test_count);
    for (size_t i = 0; i < gate->test_count; i++) {
        struct test *test = &gate->tests[i];
        struct draft *draft = &gate->drafts.rows[test->draft];
        if (test->first.rounds > 0)
            draft->row.p = gate->p[i];
        test->suspected = is_beyond_chance(gate, &test->first, gate->p[i]);
        gate->suspected += test->suspected;
        if (test->suspected)
            gate->found[test->found].wanted = true;
    }
}

/* The verdict on a row that is not suspected. */
static void judge_unsuspected(const struct gate *gate, const struct test *test, struct draft *draft)
{
    if (has_interval(&test->first) && !reaches(gate, &test->first)) {
        draft_judge(draft, VERDICT_SAME);
        return;
    }
    judge_noisy(gate, draft, &test->first, gate->test_count);
    if (test->first.rounds == 0 && *draft->detail == '\0')
        draft_explain(draft, "no round in which both were visited and undisturbed");
}

static void fill_fresh(const struct test *test, double p, struct comparison *row)
{
    row->fresh_change = expm1(test->fresh.change.median);
    row->fresh_low = expm1(test->fresh.change.low);
    row->fresh_high = expm1(test->fresh.change.high);
    row->fresh_rounds = test->fresh.rounds;
    row->fresh_p = p;
}

/* The verdict on a row that is suspected, by its fresh rounds. */
static void judge_suspected(const struct gate *gate, const struct test *test, double p,
                            struct draft *draft)
{
    double log_change = test->fresh.change.median;
    bool same_sign = log_change * test->first.change.median > 0;
    if (test->fresh.rounds == 0) {
        judge_noisy(gate, draft, &test->fresh, gate->suspected);
        draft_explain(draft, "not confirmed: no fresh rounds");
        return;
    }
    fill_fresh(test, p, &draft->row);
    if (same_sign && is_beyond_chance(gate, &test->fresh, p)) {
        draft_judge_change(draft, log_change);
    } else if (has_interval(&test->fresh) && !reaches(gate, &test->fresh)) {
        draft_judge(draft, VERDICT_SAME);
        draft_explain(draft, "not confirmed by fresh rounds");
    } else {
        judge_noisy(gate, draft, &test->fresh, gate->suspected);
        draft_explain(draft, same_sign ? "not confirmed: fresh rounds do not tell"
                                       : "not confirmed: fresh rounds say the opposite");
    }
}

/* The test of a cell's time, by which its serial's change is known; NULL where it has none. */
static const struct test *time_of(const struct gate *gate, const struct found *found)
{
    for (size_t i = 0; found != NULL && i < gate->test_count; i++)
        if (&gate->found[gate->tests[i].found] == found && gate->tests[i].quantity == QUANTITY_TIME)
            return &gate->tests[i];
    return NULL;
}

static bool is_called(const struct draft *draft)
{
    return text_equal(draft->row.verdict, verdict_names[VERDICT_REGRESSION]) ||
           text_equal(draft->row.verdict, verdict_names[VERDICT_IMPROVEMENT]);
}

/* Drops the speedups that changed with their serial: they compare with something else than before,
 * and the times tell. */
static void drop_speedups(struct gate *gate)
{
    for (size_t i = 0; i < gate->test_count; i++) {
        const struct test *test = &gate->tests[i];
        struct found like = gate->found[test->found];
        if (test->quantity != QUANTITY_SPEEDUP || !is_called(&gate->drafts.rows[test->draft]))
            continue;
        like.key = key_of_baseline(&like.key);
        const struct test *serial = time_of(gate, find(gate, &like));
        gate->drafts.rows[test->draft].dropped =
            serial != NULL && is_called(&gate->drafts.rows[serial->draft]);
    }
}

static void confirm(struct gate *gate)
{
    size_t count = 0;
    for (size_t i = 0; i < gate->test_count; i++) {
        struct test *test = &gate->tests[i];
        if (!test->suspected)
            continue;
        test->fresh = measure(gate, gate->fresh, &gate->found[test->found], test->quantity);
        gate->p[count++] = test->fresh.p;
    }
    stats_holm(gate->p, gate->indices, count);
}

static void judge(struct gate *gate)
{
    size_t suspected = 0;
    for (size_t i = 0; i < gate->test_count; i++) {
        const struct test *test = &gate->tests[i];
        struct draft *draft = &gate->drafts.rows[test->draft];
        if (test->suspected)
            judge_suspected(gate, test, gate->p[suspected++], draft);
        else
            judge_unsuspected(gate, test, draft);
    }
}

/* ------------------------------------------------------------------------------- the whole */

static int allocate(struct gate *gate, struct error *error)
{
    const struct visits *first = gate->first, *fresh = gate->fresh;
    gate->most_rows = (first->count > fresh->count ? first->count : fresh->count) + 1;
    gate->numbers = calloc(3 * gate->most_rows, sizeof *gate->numbers);
    gate->found =
        calloc(first->count + first->trouble_count + fresh->count + fresh->trouble_count + 1,
               sizeof *gate->found);
    return gate->numbers != NULL && gate->found != NULL
               ? 0
               : fail(error, ERROR_REFUSED, "compare: out of memory");
}

static int allocate_tests(struct gate *gate, struct error *error)
{
    size_t most = 2 * gate->found_count + 1;
    gate->tests = calloc(most, sizeof *gate->tests);
    gate->p = calloc(most, sizeof *gate->p);
    gate->indices = calloc(most, sizeof *gate->indices);
    return gate->tests != NULL && gate->p != NULL && gate->indices != NULL
               ? 0
               : fail(error, ERROR_REFUSED, "compare: out of memory");
}

static void close_gate(struct gate *gate)
{
    free(gate->found);
    free(gate->tests);
    free(gate->numbers);
    free(gate->p);
    free(gate->indices);
    drafts_free(&gate->drafts);
}

/* Goes as far as the first rounds alone lead. */
static int open_gate(struct gate *gate, const struct visits *first, const struct visits *fresh,
                     double threshold, struct error *error)
{
    static const struct visits none;
    *gate = (struct gate){
        .threshold = threshold,
        .bound = log1p(threshold),
        .first = first,
        .fresh = fresh != NULL ? fresh : &none,
    };
    if (allocate(gate, error) != 0)
        return -1;
    list_found(gate);
    note_visits(gate, gate->first);
    note_visits(gate, gate->fresh);
    sum_up_cells(gate);
    if (allocate_tests(gate, error) != 0)
        return -1;
    for (size_t i = 0; i < gate->found_count; i++)
        if (add_rows(gate, i, error) != 0)
            return -1;
    suspect(gate);
    return 0;
}

int compare_builds(const struct visits *first, const struct visits *fresh, double threshold,
                   struct comparisons *out, struct error *error)
{
    struct gate gate;
    *out = (struct comparisons){0};
    int result = open_gate(&gate, first, fresh, threshold, error);
    if (result == 0) {
        confirm(&gate);
        judge(&gate);
        drop_speedups(&gate);
        result = drafts_finish(&gate.drafts, out, error);
    }
    close_gate(&gate);
    return result;
}

int compare_candidates(const struct visits *first, double threshold, struct key **keys,
                       size_t *count, struct error *error)
{
    struct gate gate;
    *keys = NULL;
    *count = 0;
    int result = open_gate(&gate, first, NULL, threshold, error);
    if (result == 0) {
        *keys = calloc(gate.found_count + 1, sizeof **keys);
        if (*keys == NULL)
            result = fail(error, ERROR_REFUSED, "compare: out of memory");
    }
    for (size_t i = 0; result == 0 && i < gate.found_count; i++) {
        const struct key *key = &gate.found[i].key;
        if (gate.found[i].wanted && (*count == 0 || key_compare(&(*keys)[*count - 1], key) != 0))
            (*keys)[(*count)++] = *key;
    }
    close_gate(&gate);
    return result;
}

struct resolution compare_resolution(const struct comparisons *comparisons)
{
    struct resolution found = {
        .compared = comparisons_of(comparisons, VERDICT_SAME) +
                    comparisons_of(comparisons, VERDICT_REGRESSION) +
                    comparisons_of(comparisons, VERDICT_IMPROVEMENT) +
                    comparisons_of(comparisons, VERDICT_NOISY),
    };
    double *rounds = calloc(comparisons->count + 1, sizeof *rounds);
    double *needed = calloc(comparisons->count + 1, sizeof *needed);
    for (size_t i = 0; rounds != NULL && needed != NULL && i < comparisons->count; i++) {
        const struct comparison *row = &comparisons->rows[i];
        if (!text_equal(row->verdict, verdict_names[VERDICT_NOISY]) ||
            row->more_rounds == CSV_UNKNOWN || row->rounds == CSV_UNKNOWN)
            continue;
        uint64_t seen = row->fresh_rounds != CSV_UNKNOWN ? row->fresh_rounds : row->rounds;
        rounds[found.noisy] = (double)seen;
        needed[found.noisy++] = (double)seen + (double)row->more_rounds;
    }
    if (found.noisy > 0) {
        found.rounds = (uint64_t)fmin(stats_median(rounds, found.noisy), MOST_ROUNDS);
        found.needed = (uint64_t)fmin(ceil(stats_median(needed, found.noisy)), 2 * MOST_ROUNDS);
    }
    free(rounds);
    free(needed);
    return found;
}
