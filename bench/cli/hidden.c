/* What breakeven starts itself as: not for people. */
#include "bench/base/parse.h"
#include "bench/cli/cli.h"
#include "bench/visit.h"
#include "strategies/common/image.h"
#include "strategies/common/server.h"

#include <limits.h>

/* Runs one cell for the harness. */
void cli_visit(int count, char *const arguments[], struct ending *ending)
{
    (void)count;
    (void)arguments;
    visit_serve(&ending->error);
}

/* Runs one job for the strategy spawn; exits with the job's code. */
void cli_job(int count, char *const arguments[], struct ending *ending)
{
    int code = image_run_job(count, arguments, &ending->error);
    if (code > 0)
        ending->error.code = (enum exit_code)code;
}

/* Forks jobs for the strategy forkserver. */
void cli_forkserver(int count, char *const arguments[], struct ending *ending)
{
    static const struct number_rule descriptor = {.most = INT_MAX};
    uint64_t socket;
    if (count != 1)
        fail(&ending->error, EXIT_USAGE, "forkserver: started by breakeven itself only");
    else if (parse_number("forkserver", arguments[0], &descriptor, &socket, &ending->error) == 0)
        server_run((int)socket, &ending->error);
}
