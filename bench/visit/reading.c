#include "bench/visit/reading.h"

#include <math.h>

const char *const status_names[STATUS_COUNT] = {
    [STATUS_OK] = "ok",
    [STATUS_WRONG] = "wrong",
    [STATUS_FAILED] = "failed",
    [STATUS_CRASHED] = "crashed",
    [STATUS_TIMED_OUT] = "timed_out",
    [STATUS_REFUSED] = "refused",
    [STATUS_UNAVAILABLE] = "unavailable",
};

struct reading reading_without_time(enum status status)
{
    return (struct reading){
        .cold = 1,
        .ns_per_map = NAN,
        .open_ns = NAN,
        .close_ns = NAN,
        .participation = NAN,
        .roundtrip_ns = NAN,
        .wake_ns = NAN,
        .first_result_ns = NAN,
        .status = status,
    };
}
