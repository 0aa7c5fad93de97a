/* The image: the small program that spawn and forkserver exec. It is part of breakeven as an asset
 * and holds what a job needs and no more, so that it starts as fast as a program can. */
#include "bench/base/exit_status.h"
#include "bench/base/text.h"
#include "bench/machine/affinity.h"
#include "strategies/command/helper.h"
#include "strategies/image/job.h"
#include "strategies/image/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char *arguments[])
{
    struct error error = {0};
    const char *name = count > 1 ? arguments[1] : "";
    int code = 0;
    if (getenv("LD_PRELOAD") != NULL) /* an OpenMP runtime may be among them; else there is none */
        affinity_restore();
    signal(SIGPIPE, SIG_IGN); /* a relay that is gone is an error of writing */
    if (text_equal(name, JOB_SUBCOMMAND))
        code = job_run(count - 2, arguments + 2, &error);
    else if (text_equal(name, SERVER_SUBCOMMAND))
        server_main(count - 2, arguments + 2, &error);
    else if (text_equal(name, HELPER_SUBCOMMAND))
        helper_main(count - 2, arguments + 2, &error);
    else if (!text_equal(name, NOTHING_SUBCOMMAND))
        fail(&error, ERROR_USAGE, "image: started by breakeven only");
    if (error.text[0] != '\0')
        fprintf(stderr, "breakeven: %s\n", error.text);
    return error.kind != ERROR_NONE ? exit_status_of(error.kind, 0) : code;
}
