/* What breakeven starts itself as: not for people. */
#include "bench/cli/cli.h"
#include "bench/plugin/described_work.h"
#include "bench/plugin/probe.h"
#include "bench/visit/visit.h"
#include "strategies/plugin/plugin.h"

/* Runs one cell for the harness. */
void cli_visit(int count, char *const arguments[], struct ending *ending)
{
    (void)count;
    (void)arguments;
    ending->data = true;
    visit_serve(&ending->error);
}

/* What libraries hold. */
static const struct describe_kind kinds[] = {{"work", described_work_tell},
                                             {"works", described_works_tell},
                                             {"sizes", probe_tell},
                                             {PLUGIN_KIND, plugin_describe}};

/* Tells the harness what a library holds. */
void cli_library(int count, char *const arguments[], struct ending *ending)
{
    ending->data = true;
    describe_serve(kinds, sizeof kinds / sizeof *kinds, count, arguments, &ending->error);
}
