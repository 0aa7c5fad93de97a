#include "bench/visit/reading.h"

const char *const status_names[STATUS_COUNT] = {
    [STATUS_OK] = "ok",
    [STATUS_WRONG] = "wrong",
    [STATUS_FAILED] = "failed",
    [STATUS_CRASHED] = "crashed",
    [STATUS_TIMED_OUT] = "timed_out",
    [STATUS_REFUSED] = "refused",
    [STATUS_UNAVAILABLE] = "unavailable",
};
