#ifndef BREAKEVEN_VISIT_WIRE_H
#define BREAKEVEN_VISIT_WIRE_H

#include "bench/job/function.h"
#include "bench/machine/hosts.h"
#include "bench/plugin/library.h"
#include "bench/visit/cell.h"

#include <sched.h>
#include <stddef.h>
#include <sys/types.h>

/* What the harness and a visit say to each other: one JSON object each way, so that the harness of
 * one build can have visits made by another. What is 0, "" or not known is left out, so a build
 * need not know a field before somebody uses it; a request with a field that it does not know is
 * refused, since it would measure something else. Readings may have more fields than are known. */

/* The version of all this, told by `breakeven list --json`; another one is not understood. */
enum { WIRE_PROTOCOL = 1 };

/* No request is longer: a pipe holds it. Readings, which are taken as they come, may be. */
enum { WIRE_MOST_BYTES = 64 << 10, WIRE_READINGS_BYTES = 96 << 10 };

/* How long the texts may be altogether that are no names. */
enum { WIRE_TEXTS_BYTES = 8 << 10 };

enum visit_kind {
    VISIT_PREPARE, /* fill input and reference: cell_prepare */
    VISIT_MEASURE, /* cell_measure */
    VISIT_FLOORS,  /* floors_measure, cell_floors: a reading a floor, in the order of the enum */
    VISIT_COUNT,   /* cell_count: makes `maps` maps for a counter around the visit */
    VISIT_KINDS,
};

/* What a visit is to do. */
struct visit_request {
    enum visit_kind kind;
    struct key
        key; /* without what the harness alone needs; texts are names that this build knows */
    uint64_t seed, job_timeout_ns;
    uint64_t timeout_ns; /* of the visit, where something in it must end by itself; 0 elsewhere */
    uint64_t maps;       /* of VISIT_COUNT; 0 elsewhere */
    uint32_t cpus, retries, order_count;
    uint32_t own_host; /* which of the hosts this machine is, from 1 on; 0: none */
    int order[PLACEMENT_CPUS];
    /* Of a work that is not built in, what it is opened by (work_open), and its name, which the
     * key's points to; "" elsewhere. */
    char work_reference[WORK_REFERENCE_BYTES], work_name[WORK_NAME_BYTES];
    char work_identity[FUNCTION_IDENTITY_BYTES]; /* of its library or files; "": there are none */
    char work_arguments[PATH_MAX];               /* of a function; "": none */
    cpu_set_t mask;                              /* of the harness */
    int input_fd, reference_fd, canary_cpus[2];  /* -1: none */
    int output_fd;                               /* of commands; -1: none */
    pid_t harness;
    char host_list[HOSTS_TEXT_BYTES]; /* where the cell is over hosts; "": there are none */
    /* Of a strategy that is not built in, its library and what tells that; "" elsewhere. */
    char strategy_reference[PATH_MAX], strategy_identity[LIBRARY_IDENTITY_BYTES];
    char texts[WIRE_TEXTS_BYTES]; /* what the key's texts point to that this build does not know */
    size_t texts_used;
};

/* Both return text that the caller frees, or NULL where memory is short. */
char *wire_write_request(const struct visit_request *request);
char *wire_write_readings(const struct reading readings[], uint32_t count);

/* Read text of that many bytes. The request stays where it is: its key points into it. A request
 * that this build does not understand, or for a work or a strategy that it does not have, is
 * ERROR_NOT_COMPARABLE; readings that are damaged are ERROR_REFUSED. */
int wire_read_request(const char *text, size_t bytes, struct visit_request *request,
                      struct error *error);
int wire_read_readings(const char *text, size_t bytes, struct reading readings[READINGS_MOST],
                       uint32_t *count, struct error *error);

#endif
