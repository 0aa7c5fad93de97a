/* breakeven compare --selftest: does the regression check tell the truth on this machine? */
#include "bench/session/pair/selftest.h"
#include "bench/analyse/compare/compare.h"
#include "bench/analyse/compare/selftest.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HANDICAP "BREAKEVEN_HANDICAP="

enum { SPLITS = 200 };

static const unsigned percents[] = {0, 5, 10};

/* Where the Makefile puts it. */
static int find_beside(char *path, size_t bytes, struct error *error)
{
    ssize_t length = readlink("/proc/self/exe", path, bytes - 1);
    if (length < 0)
        return fail_errno(error, errno, "compare: /proc/self/exe");
    path[length] = '\0';
    char *name = strrchr(path, '/');
    size_t used = name != NULL ? (size_t)(name - path) : 0;
    snprintf(path + used, bytes - used, "/handicap/breakeven");
    if (access(path, X_OK) != 0)
        return fail(error, ERROR_USAGE,
                    "--selftest: %s is not there; `make handicap` builds it, or give its path",
                    path);
    return 0;
}

static void print_rate(unsigned percent, const struct selftest_rate *rate)
{
    double gates = rate->gates > 0 ? (double)rate->gates : 1;
    double rows = rate->rows > 0 ? (double)rate->rows : 1;
    if (percent == 0) {
        printf("  the same build:  %5.1f %% of comparisons raised a false alarm; without fresh "
               "rounds %.1f %%\n                   of times would have been suspected\n",
               100 * (double)rate->alarmed / gates, 100 * (double)rate->rows_suspected / rows);
        return;
    }
    printf("  %2u %% slower:     %5.1f %% of comparisons found it, in %.1f %% of the times",
           percent, 100 * (double)rate->found / gates, 100 * (double)rate->rows_found / rows);
    if (isfinite(rate->change))
        printf(", as %+.1f %%", 100 * rate->change);
    putchar('\n');
}

/* Where no comparison can call anything, rates of 0 would look like good news. */
static int check_rounds(uint64_t rounds, const struct selftest_rate *rate, struct error *error)
{
    size_t least = compare_least_rounds(rate->quantities);
    if (rounds >= least)
        return 0;
    return fail(
        error, ERROR_NOT_COMPARABLE,
        "--selftest: %llu rounds a half are too few to tell anything of %zu quantities, which "
        "takes %zu; raise --budget",
        (unsigned long long)rounds, rate->quantities, least);
}

static int print_rates(const char *folder, double threshold, struct error *error)
{
    char path[PATH_MAX];
    struct visits visits = {0};
    struct disturbances found;
    snprintf(path, sizeof path, "%s/samples.csv", folder);
    int result = visits_read(path, &visits, &found, error);
    uint64_t rounds = 0;
    for (size_t i = 0; i < visits.count; i++)
        rounds = visits.rows[i].round > rounds ? visits.rows[i].round : rounds;
    if (result == 0)
        printf("%llu rounds, split %d times at random: half for the first rounds, half for the "
               "fresh ones.\nThreshold %.3g %%.\n\n",
               (unsigned long long)rounds, SPLITS, 100 * threshold);
    for (size_t i = 0; result == 0 && i < sizeof percents / sizeof *percents; i++) {
        char env[64];
        struct selftest_rate rate;
        snprintf(env, sizeof env, HANDICAP "%u", percents[i]);
        result = selftest_rate(&visits, env, threshold, SPLITS, 1, &rate, error);
        if (result == 0)
            result = check_rounds(rounds / 2, &rate, error);
        if (result == 0)
            print_rate(percents[i], &rate);
    }
    visits_free(&visits);
    return result;
}

void selftest_run(const char *program, const struct ab *ab, struct error *error)
{
    char path[PATH_MAX];
    struct run_folder folder = {.made_up = false};
    struct ab test = *ab;
    if (program != NULL)
        snprintf(path, sizeof path, "%s", program);
    if ((program == NULL && find_beside(path, sizeof path, error) != 0) ||
        contender_open(path, &test.base, error) != 0) {
        contender_close(&test.base);
        return;
    }
    if (!contender_has_handicap(&test.base)) {
        fail(error, ERROR_USAGE, "--selftest: %s cannot be slowed down; `make handicap` builds one",
             path);
    } else if (contender_open(path, &test.new, error) == 0) {
        test.base.environment = HANDICAP "0";
        if (ab_measure_first(&test, &folder, error) == 0)
            print_rates(folder.path, test.threshold, error);
        folder_close(&folder);
    }
    contender_close(&test.base);
    contender_close(&test.new);
}
