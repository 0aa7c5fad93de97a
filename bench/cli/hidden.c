/* What breakeven starts itself as: not for people. */
#include "bench/cli/cli.h"
#include "bench/plugin/described_work.h"
#include "bench/plugin/probe.h"
#include "bench/visit/visit.h"
#include "strategies/mpi/become.h"
#include "strategies/mpi/look.h"
#include "strategies/plugin/plugin.h"
#include "strategies/runner/function.h"
#include "strategies/runner/known.h"

/* Runs one cell for the harness. */
void cli_visit(int count, char *const arguments[], struct ending *ending)
{
    (void)count;
    (void)arguments;
    ending->data = true;
    visit_serve(&ending->error);
}

/* Becomes a rank of MPI on a host. */
void cli_rank(int count, char *const arguments[], struct ending *ending)
{
    become_rank(count, arguments, &ending->error);
}

/* Tells the harness what the hosts are. */
void cli_hosts(int count, char *const arguments[], struct ending *ending)
{
    ending->data = true;
    look_serve(count, arguments, &ending->error);
}

/* What libraries hold. */
static const struct describe_kind kinds[] = {
    {"work", described_work_tell, false}, {"works", described_works_tell, false},
    {"sizes", probe_tell, false},         {PLUGIN_KIND, plugin_describe, false},
    {RUNNER_KIND, runner_tell, true},     {PYTHON_KIND, python_tell, true},
    {FUNCTION_KIND, function_tell, true}, {FUNCTION_SIZES_KIND, function_tell_sizes, true}};

/* Tells the harness what a library holds. */
void cli_library(int count, char *const arguments[], struct ending *ending)
{
    ending->data = true;
    describe_serve(kinds, sizeof kinds / sizeof *kinds, count, arguments, &ending->error);
}
