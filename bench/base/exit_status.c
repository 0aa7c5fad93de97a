#include "bench/base/exit_status.h"

#include <signal.h>

int exit_status_of(enum error_kind kind, int signal_number)
{
    switch (kind) {
    case ERROR_NONE:
        return EXIT_DONE;
    case ERROR_CHECK_FAILED:
        return EXIT_CHECK_FAILED;
    case ERROR_USAGE:
        return EXIT_USAGE;
    case ERROR_NOT_COMPARABLE:
        return EXIT_NOT_COMPARABLE;
    case ERROR_REFUSED:
        return EXIT_REFUSED;
    case ERROR_INTERRUPTED:
        return EXIT_SIGNALLED + (signal_number != 0 ? signal_number : SIGINT);
    }
    return EXIT_REFUSED;
}
