#include "bench/report/table/why.h"
#include "bench/analyse/causes.h"
#include "bench/analyse/job_time.h"
#include "bench/base/text.h"
#include "bench/report/table/folded.h"

#include <math.h>

enum { TEXT_BYTES = 64 };

/* Other causes are named from this share of the time on. */
#define WORTH_A_WORD 0.1

/* What replacing workers may take of the time. */
#define SMALL 0.05

struct telling {
    FILE *out;
    const struct why_batch *batch;
    const struct causes *causes;
    bool cold;
};

static const char *duration(char text[TEXT_BYTES], double ns)
{
    text_duration(text, TEXT_BYTES, ns);
    return text;
}

static double jobs_of(const struct telling *of)
{
    return fmax((double)of->batch->key->jobs, 1);
}

/* How many jobs can run at once. */
static double parallelism(const struct telling *of)
{
    return of->causes->serial_ns / of->causes->share_ns;
}

/* True where the smallest jobs tell what handing over takes. */
static bool has_sizes(const struct why_batch *batch)
{
    return batch->panel->least_size < batch->panel->most_size;
}

static bool is_a_process_a_job(const struct telling *of)
{
    return line_class_of(of->batch->line) == LINE_OF_A_PROCESS_A_JOB;
}

/* ------------------------------------------------------------------------------- the causes */

static void tell_each(const struct telling *of, const struct cause *cause, const char *what)
{
    char each[TEXT_BYTES], job[TEXT_BYTES];
    fprintf(of->out, "%s: %s a job, for jobs of %s", what, duration(each, cause->ns / jobs_of(of)),
            duration(job, of->causes->serial_ns / jobs_of(of)));
}

/* Of jobs of one size it is known by the CPU time that serial does not take. */
static const char *handover_name(const struct telling *of)
{
    if (is_a_process_a_job(of))
        return "starting a process for each job";
    return has_sizes(of->batch) ? "handing over"
                                : "handing over, or jobs that take longer side by side";
}

static void tell_payload(const struct telling *of, const struct cause *cause)
{
    const struct key *key = of->batch->key;
    char in[TEXT_BYTES], out[TEXT_BYTES], each[TEXT_BYTES], byte[TEXT_BYTES], other[TEXT_BYTES];
    double bytes = (double)(key->payload_in + key->payload_out);
    text_bytes(in, sizeof in, key->payload_in);
    text_bytes(out, sizeof out, key->payload_out);
    fprintf(
        of->out,
        "carrying %s bytes into each job and %s out of it: %s a job, %s a byte; without them the "
        "batch takes %s",
        in, out, duration(each, cause->ns / jobs_of(of)),
        duration(byte, cause->ns / jobs_of(of) / bytes), duration(other, cause->other_ns));
}

static void tell_recycling(const struct telling *of, const struct cause *cause)
{
    const struct key *key = of->batch->key;
    char each[TEXT_BYTES], other[TEXT_BYTES];
    fprintf(of->out,
            "replacing each worker after %llu job%s: %s a job; with workers that stay the batch "
            "takes %s",
            (unsigned long long)key->jobs_per_worker, text_plural(key->jobs_per_worker),
            duration(each, cause->ns / jobs_of(of)), duration(other, cause->other_ns));
}

static void tell_workers(const struct telling *of, const struct cause *cause)
{
    char own[TEXT_BYTES], other[TEXT_BYTES];
    fprintf(of->out, "%llu workers on %u CPU%s: %s, and with %llu worker%s %s",
            (unsigned long long)of->batch->key->workers, of->batch->panel->host->cpus_usable,
            text_plural(of->batch->panel->host->cpus_usable), duration(own, of->causes->ns),
            (unsigned long long)cause->other.workers, text_plural(cause->other.workers),
            duration(other, cause->other_ns));
}

static void tell_start(const struct telling *of, const struct cause *cause)
{
    char own[TEXT_BYTES], other[TEXT_BYTES];
    const char *method = of->batch->key->start_method;
    fprintf(of->out, "starting%s%s: %s", method[0] != '\0' ? " by the start method " : "", method,
            duration(own, cause->ns));
    if (isfinite(cause->other_ns))
        fprintf(of->out, ", and by %s %s", cause->other.start_method,
                duration(other, cause->other_ns));
}

static void tell(const struct telling *of, const struct cause *cause)
{
    char text[TEXT_BYTES];
    double cpus = of->causes->at_once;
    switch (cause->kind) {
    case CAUSE_HANDOVER:
        tell_each(of, cause, handover_name(of));
        break;
    case CAUSE_PAYLOAD:
        tell_payload(of, cause);
        break;
    case CAUSE_RECYCLING:
        tell_recycling(of, cause);
        break;
    case CAUSE_OVERSUBSCRIBED:
        tell_workers(of, cause);
        break;
    case CAUSE_GIL:
        fprintf(of->out,
                "the GIL: one thread at a time runs Python, and %.2f of %.0f CPUs were busy", cpus,
                parallelism(of));
        break;
    case CAUSE_SHARED:
        fprintf(of->out,
                "CPU time: the workers take %.2f times that of %s, as they wait awake, or share "
                "memory and caches",
                of->batch->costs->cpu_ratio, key_baseline(of->batch->key));
        break;
    case CAUSE_UNEVEN:
        fprintf(of->out,
                "uneven shares, or waiting: %.2f of %.0f CPUs were busy with it, as the longest "
                "share was "
                "waited for, or other programs ran",
                cpus, parallelism(of));
        break;
    case CAUSE_START:
        tell_start(of, cause);
        break;
    case CAUSE_IMPORTS:
        fprintf(of->out, "importing the jobs' module in new processes: %s",
                duration(text, cause->ns));
        break;
    case CAUSE_KINDS:
        break;
    }
}

static const char *const short_names[CAUSE_KINDS] = {
    [CAUSE_HANDOVER] = "handing over",
    [CAUSE_PAYLOAD] = "payload",
    [CAUSE_RECYCLING] = "replacing workers",
    [CAUSE_OVERSUBSCRIBED] = "too many workers",
    [CAUSE_GIL] = "the GIL",
    [CAUSE_SHARED] = "CPU time beyond the baseline's",
    [CAUSE_UNEVEN] = "uneven shares or waiting",
    [CAUSE_START] = "starting",
    [CAUSE_IMPORTS] = "imports",
};

/* ------------------------------------------------------------------------------- where it turns */

/* True where the crossover, if there is one, says no place. */
static bool is_open(const struct crossover *found)
{
    return found == NULL || crossover_kind_of(found) == CROSSOVER_NEVER ||
           crossover_kind_of(found) == CROSSOVER_NOISY;
}

/* From which jobs on it pays, where what was measured does not tell: their time, in which handing
 * over and what is carried stay as they are. */
static void tell_job(const struct telling *of)
{
    const struct crossover *found = panel_crossover(
        of->batch->panel, of->batch->line, of->batch->key->workers, of->cold ? "cold" : "warm");
    double lost_ns = (of->causes->ns - of->causes->share_ns) / jobs_of(of);
    double gain = 1 - 1 / parallelism(of);
    char job[TEXT_BYTES];
    if (of->causes->ns > of->causes->serial_ns && is_open(found) && gain > 0)
        fprintf(of->out, " By these figures it pays from jobs of about %s on.",
                duration(job, lost_ns / gain));
}

/* From how many jobs on a start is worth it, where an open strategy pays. */
static void tell_number(const struct telling *of)
{
    const struct costs *costs = of->batch->costs;
    double gain_ns = (costs->serial_ns - costs->warm_ns) / jobs_of(of);
    double start_ns = costs->cold_ns - costs->warm_ns;
    char jobs[TEXT_BYTES];
    if (!(start_ns > 0))
        return;
    if (!(gain_ns > 0)) {
        tell_job(of);
        return;
    }
    text_size(jobs, sizeof jobs, fmax(ceil(start_ns / gain_ns), 1));
    fprintf(of->out, " It is made up for by about %s jobs of this size.", jobs);
}

/* After how many jobs workers can be replaced for next to nothing. */
static void tell_jobs_a_worker(const struct telling *of, const struct cause *cause)
{
    double own = (double)of->batch->key->jobs_per_worker;
    char jobs[TEXT_BYTES];
    text_size(jobs, sizeof jobs, ceil(own * cause->ns / (SMALL * cause->other_ns)));
    fprintf(of->out, " Replaced after %s jobs they cost about %.0f %% of that.", jobs, 100 * SMALL);
}

/* How many such jobs keep all CPUs busy while the longest share runs. */
static void tell_evenness(const struct telling *of)
{
    char jobs[TEXT_BYTES];
    text_size(jobs, sizeof jobs, ceil(jobs_of(of) * of->causes->ns / of->causes->share_ns));
    fprintf(of->out,
            " In that time about %s jobs of the mean length could run; more workers do not shorten "
            "it.",
            jobs);
}

static void tell_turn(const struct telling *of, const struct cause *cause)
{
    switch (cause->kind) {
    case CAUSE_HANDOVER:
    case CAUSE_PAYLOAD:
        tell_job(of);
        break;
    case CAUSE_RECYCLING:
        tell_jobs_a_worker(of, cause);
        break;
    case CAUSE_OVERSUBSCRIBED:
        fprintf(of->out, " More than %llu gain nothing.", (unsigned long long)cause->other.workers);
        break;
    case CAUSE_GIL:
        fputs(" It pays with no size of jobs: processes, or functions that release the GIL, do.",
              of->out);
        break;
    case CAUSE_UNEVEN:
        tell_evenness(of);
        break;
    case CAUSE_START:
    case CAUSE_IMPORTS:
        tell_number(of);
        break;
    case CAUSE_SHARED:
    case CAUSE_KINDS:
        break;
    }
}

/* ------------------------------------------------------------------------------- the whole */

static void tell_others(const struct telling *of)
{
    const char *before = " Also ";
    for (size_t i = 1; i < of->causes->count; i++) {
        const struct cause *cause = &of->causes->rows[i];
        if (!(cause->ns > WORTH_A_WORD * of->causes->ns))
            continue;
        fprintf(of->out, "%s%s (%.0f %%)", before, short_names[cause->kind],
                100 * cause->ns / of->causes->ns);
        before = ", ";
    }
    if (before[0] == ',')
        fputc('.', of->out);
}

static void tell_temperature(const struct telling *of)
{
    const struct causes *causes = of->causes;
    fputs(of->cold ? "Started cold: " : "On an open strategy: ", of->out);
    if (causes->count == 0 || causes_are_small(causes)) {
        fprintf(of->out, "little, as it is %.2f of at most %.0f times as fast as %s.",
                causes->serial_ns / causes->ns, parallelism(of), key_baseline(of->batch->key));
        return;
    }
    tell(of, &causes->rows[0]);
    fprintf(of->out, " (%.0f %% of the time).", 100 * causes->rows[0].ns / causes->ns);
    tell_turn(of, &causes->rows[0]);
    tell_others(of);
}

/* True where new processes import what the jobs need, which forked ones inherit. */
static bool imports_anew(const struct key *key)
{
    return text_equal(key->start_method, "spawn") || text_equal(key->start_method, "forkserver") ||
           text_equal(key->strategy, "joblib-loky");
}

/* True for threads of a runtime of which one at a time runs. */
static bool has_gil(const struct why_batch *batch)
{
    const struct host_runner *runner = host_find_runner(batch->panel->host, batch->key->python);
    return line_class_of(batch->line) == LINE_OF_THREADS && runner != NULL &&
           text_equal(runner->gil, "on") && !text_equal(batch->key->strategy, "py-interpreters");
}

static double import_ns_of(const struct why_batch *batch)
{
    const struct host_work *work = host_find_work(batch->panel->host, batch->panel->work);
    return work != NULL && work->import_ns > 0 && imports_anew(batch->key) ? work->import_ns : 0;
}

int why_print(FILE *file, const struct why_batch *batch, struct error *error)
{
    struct causes_request request = {
        .key = batch->key,
        .costs = batch->costs,
        .has_sizes = has_sizes(batch),
        .cpus = batch->panel->host->cpus_usable,
        .has_gil = has_gil(batch),
        .is_process_a_job = line_class_of(batch->line) == LINE_OF_A_PROCESS_A_JOB,
        .import_ns = import_ns_of(batch),
    };
    fputs("\nWhy it takes that long:\n", file);
    for (int cold = 0; cold < 2; cold++) {
        struct causes causes = causes_of(batch->visits, &request, cold ? "cold" : "warm", error);
        struct folded folded;
        if (error->kind != ERROR_NONE)
            return -1;
        if (!isfinite(causes.ns) || !folded_begin(&folded))
            continue;
        tell_temperature(&(struct telling){folded.stream, batch, &causes, cold != 0});
        folded_end(&folded, file, "  - ", "    ");
    }
    return 0;
}
