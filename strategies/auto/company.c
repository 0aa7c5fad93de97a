#include "strategies/auto/company.h"

#include <sys/resource.h>
#include <unistd.h>

/* What a region costs each worker until it was measured: two trips of a cache line. */
#define EXPECTED_REGION_NS 250.0

enum { REGIONS = 5 };

/* The caller keeps the CPU on which it has started them. On two CPUs of a virtual machine a first
 * map of long jobs took 0.3 to 2.2 ms more than later ones (`late_ns` of five calibrations); on
 * sixteen, threads pay from first batches of 0.4 to 0.8 ms on, their start and end included. */
#define EXPECTED_LATE_NS 500e3

/* What it costs to start and to end workers for a caller that holds much memory: a fork copies its
 * page tables. */
static double expected_open_ns(const struct helpers *helpers, uint32_t workers)
{
    double pages = 0;
    struct rusage used = {0};
    if (helpers->page_ns > 0 && getrusage(RUSAGE_SELF, &used) == 0)
        pages = (double)used.ru_maxrss * 1024 / (double)sysconf(_SC_PAGESIZE);
    return (workers - 1) * (helpers->worker_ns + pages * helpers->page_ns);
}

struct company company_of(const struct helpers *helpers, const struct strategy_config *config)
{
    struct company company = {
        .helpers = helpers,
        .config = *config,
        .help = {.region_ns = EXPECTED_REGION_NS * config->workers,
                 .late_ns = EXPECTED_LATE_NS,
                 .is_none = config->workers < 2},
    };
    company.config.schedule = SCHEDULE_AUTO;
    company.config.chunk = 0;
    company.help.at_once = company_at_once(&company, 1);
    if (config->workers > 1)
        company.help.open_ns = expected_open_ns(helpers, config->workers);
    return company;
}

double company_at_once(const struct company *company, double busy)
{
    double workers = company->config.workers;
    return lesser(workers, greater(company->config.cpus, 1) / greater(busy, 1e-3));
}

int company_open(struct company *company, struct error *error)
{
    if (company->state != NULL)
        return 0;
    double workers = whole_above(company->help.at_once);
    uint64_t begun_ns = clock_now_ns();
    company->config.workers = workers < 2 ? 2 : (uint32_t)workers;
    if (company->helpers->ops->open(&company->config, &company->state, error) != 0) {
        company->state = NULL;
        return -1;
    }
    company->opening_ns = (double)(clock_now_ns() - begun_ns);
    company->help.open_ns = 0;
    return 0;
}

int company_map(struct company *company, struct batch *batch, struct dispatch_part part,
                struct error *error)
{
    return company->helpers->map_part(company->state, batch, part, error);
}

/* The fastest: the workers are awake then. */
int company_learn_region(struct company *company, struct batch *batch, struct error *error)
{
    struct dispatch_part none = {0, 0};
    double least_ns = 0;
    if (company->state == NULL || company->is_measured)
        return 0;
    for (int i = 0; i < REGIONS; i++) {
        uint64_t begun_ns = clock_now_ns();
        if (company_map(company, batch, none, error) != 0)
            return -1;
        double ns = (double)(clock_now_ns() - begun_ns);
        least_ns = i == 0 ? ns : lesser(least_ns, ns);
    }
    company->help.region_ns = least_ns;
    company->is_measured = true;
    return 0;
}

void company_close(struct company *company)
{
    if (company->state != NULL)
        company->helpers->ops->close(company->state);
    company->state = NULL;
}

bool company_replace(struct company *company)
{
    const struct helpers *instead = company->helpers->instead;
    struct strategy_config config = company->config;
    double at_once = company->help.at_once;
    if (instead == NULL)
        return false;
    company_close(company);
    *company = company_of(instead, &config);
    company->help.at_once = at_once;
    company->is_replaced = true;
    return true;
}
