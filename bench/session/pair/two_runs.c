#include "bench/session/pair/two_runs.h"
#include "bench/base/text.h"

#include <stdlib.h>

/* One side of a comparison, as its files tell it; the run is the side's own. */
static int read_side(const char *folder, struct findings *side, struct compared_run *run,
                     struct error *error)
{
    if (findings_read_host(folder, false, side, error) != 0 ||
        findings_check_samples(folder, side, error) != 0 ||
        findings_read_summaries(folder, side, error) != 0 ||
        findings_read_crossovers(folder, side, error) != 0)
        return -1;
    *run = (struct compared_run){side->summaries, side->crossovers};
    return 0;
}

/* Speedups depend on the number of CPUs and their kind. */
static int check_hosts(const struct host *base, const struct host *new, struct error *error)
{
    char base_kind[128], new_kind[128];
    text_printable(base_kind, sizeof base_kind, base->architecture);
    text_printable(new_kind, sizeof new_kind, new->architecture);
    if (base->cpus_usable != new->cpus_usable)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "compare: the base ran on %u CPUs, the new run on %u", base->cpus_usable,
                    new->cpus_usable);
    if (!text_equal(base->architecture, new->architecture))
        return fail(error, ERROR_NOT_COMPARABLE, "compare: the base ran on %s, the new run on %s",
                    base_kind, new_kind);
    return 0;
}

int two_runs_compare(const char *base, const char *new, double threshold, struct two_runs *found,
                     struct error *error)
{
    struct compared_run base_run, new_run;
    if (read_side(base, &found->base, &base_run, error) != 0 ||
        read_side(new, &found->new, &new_run, error) != 0 ||
        check_hosts(&found->base.host, &found->new.host, error) != 0)
        return -1;
    return compare_runs(&base_run, &new_run, threshold, &found->all, error);
}

void two_runs_free(struct two_runs *found)
{
    free(found->all.rows);
    findings_free(&found->base);
    findings_free(&found->new);
}
