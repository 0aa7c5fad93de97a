#include "bench/analyse/model/batch_time.h"

#include <math.h>

void batch_setting_jobs(struct batch_setting *setting, uint32_t workers, double jobs)
{
    setting->jobs = jobs;
    setting->slots = fmax(1, fmin(workers, jobs));
    setting->turns = ceil(jobs / setting->slots);
}

struct batch_setting batch_setting_of(const struct model *model, const struct model_line *line,
                                      const struct model_question *question)
{
    struct batch_setting setting = {
        .traits = line->traits,
        .cpus = model->cpus > 0 ? model->cpus : 1,
        .busy = isfinite(question->busy) ? fmin(fmax(question->busy, 0), 1) : 1,
        .spread = question->spread > 1 ? question->spread : 1,
        .bytes = question->payload_in + question->payload_out,
        .pages = model->page_bytes > 0 ? question->caller_bytes / model->page_bytes : 0,
        .by_pipe = question->by_pipe,
        .each_itself = question->each_itself,
        .is_cold = question->is_cold,
        .is_idle = question->is_idle,
    };
    batch_setting_jobs(&setting, line->workers, (double)(question->jobs > 0 ? question->jobs : 1));
    return setting;
}

/* What the jobs take on the busiest worker, or all together on the CPUs that there are, whichever
 * is longer; the longest job stands somewhere in its worker's row. */
static double share_ns(const struct batch_setting *setting, const double values[BATCH_VALUE_COUNT])
{
    double job_ns = values[BATCH_JOB_NS], jobs = setting->jobs;
    double longest_ns = fmin(setting->spread, jobs) * job_ns;
    double other_ns = jobs > 1 ? (jobs * job_ns - longest_ns) / (jobs - 1) : 0;
    double before = setting->traits.divides ? 1 : values[BATCH_PLACE];
    double worker_ns = setting->turns * job_ns;
    double cpus_ns = jobs * job_ns * setting->busy / setting->cpus;
    double tail_ns = longest_ns + (setting->turns - 1) * before * other_ns;
    return fmax(fmax(worker_ns, cpus_ns), tail_ns) * values[BATCH_COMPANY] * values[BATCH_SHARE];
}

/* What a map takes beside its jobs: that of tiny jobs, which go towards that of long ones by no
 * more than what the workers can spare or delay at all. Workers come late to long jobs since the
 * caller keeps the CPU on which they were made or woken; jobs that wait leave it to them. */
static double map_ns(const struct batch_setting *setting, const double values[], double spared_ns)
{
    double tiny_ns = setting->traits.starts_each_job ? 0 : values[MODEL_region_ns];
    double long_ns = setting->traits.starts_each_job ? 0 : values[MODEL_join_ns];
    if (setting->is_cold) {
        tiny_ns += values[MODEL_first_ns];
        long_ns += values[MODEL_late_ns];
    }
    if (setting->is_idle) {
        tiny_ns += setting->traits.caller_helps ? 0 : values[MODEL_wake_ns];
        long_ns += values[MODEL_wake_ns];
    }
    double later_ns = (long_ns - tiny_ns) * setting->busy;
    return tiny_ns + fmin(fmax(later_ns, -spared_ns), spared_ns);
}

/* What each job costs the one who hands it over. */
static double handing_ns(const struct batch_setting *setting,
                         const double values[BATCH_VALUE_COUNT])
{
    bool singly = setting->each_itself || setting->traits.starts_each_job;
    double byte_ns = values[setting->by_pipe ? MODEL_piped_byte_ns : MODEL_shared_byte_ns];
    return (singly ? values[MODEL_single_ns] : values[MODEL_job_ns]) + setting->bytes * byte_ns +
           setting->pages * values[MODEL_job_page_ns];
}

/* Jobs that are started one by one. Either the caller is behind, who starts all of them before the
 * last one runs; or the workers are, of whom the last one starts after as many as there are. What a
 * job costs its worker more is hidden where jobs are shorter than what it takes to start one. */
static double started_ns(const struct batch_setting *setting, const double values[],
                         double share_in_ns)
{
    double start_ns = handing_ns(setting, values) * values[BATCH_OVERHEAD];
    double hidden = exp(-values[BATCH_JOB_NS] / fmax(values[MODEL_single_ns], 1e-3));
    double worker_ns = values[MODEL_worker_ns] * (1 - hidden) * values[BATCH_OVERHEAD];
    double caller_ns =
        setting->jobs * start_ns + values[BATCH_JOB_NS] * values[BATCH_COMPANY] + worker_ns;
    double workers_ns = setting->slots * start_ns + share_in_ns + setting->turns * worker_ns;
    return fmax(caller_ns, workers_ns);
}

double batch_time_ns(const struct batch_setting *setting, const double values[BATCH_VALUE_COUNT])
{
    double share = share_ns(setting, values);
    double spared_ns = fmax(0, setting->jobs * values[BATCH_JOB_NS] - share);
    double beside_ns = map_ns(setting, values, spared_ns);
    if (setting->is_cold)
        beside_ns += values[MODEL_open_ns] + values[MODEL_close_ns] +
                     setting->pages * values[MODEL_open_page_ns];
    if (setting->traits.starts_each_job)
        return beside_ns * values[BATCH_OVERHEAD] + started_ns(setting, values, share);
    beside_ns += setting->jobs * handing_ns(setting, values);
    return beside_ns * values[BATCH_OVERHEAD] + share;
}

double batch_speedup(const struct batch_setting *setting, const double values[BATCH_VALUE_COUNT])
{
    return setting->jobs * values[BATCH_JOB_NS] / batch_time_ns(setting, values);
}
