#ifndef BREAKEVEN_SESSION_ADVICE_TIMED_JOB_H
#define BREAKEVEN_SESSION_ADVICE_TIMED_JOB_H

#include "bench/analyse/model/job_facts.h"
#include "bench/base/error.h"
#include "bench/job/work.h"
#include "bench/run/suite.h"

/* A job that is to be timed. */
struct timed_job_request {
    /* A work that is built in, "./libmine.so:NAME" or "mymodule.py:task"; NULL: the settings have a
     * command. */
    const char *work;
    const struct settings *settings; /* sizes, one of them; input, python, command and so on */
    uint64_t jobs;                   /* in the batch that is asked about */
    const char *const *command_line; /* ends in NULL */
};

struct timed_job {
    const struct work *work;
    uint64_t size; /* 0: it has none */
    struct job_facts facts;
    enum contention contention;
};

/* The work that is asked about, known from here on; of a command work_command, which stands for it.
 * Refuses (ERROR_USAGE) what is no work, and one of which a size is missing. NULL: see error. */
const struct work *timed_job_find(const struct timed_job_request *request, struct error *error);

/* Runs the job of the work that was found serially, by visits as a run makes them, for about half a
 * second, or for as long as a few jobs take; its own runtime's loop runs functions. */
int timed_job_measure(const struct timed_job_request *request, const struct work *work,
                      struct timed_job *out, struct error *error);

/* A size as it was given: those of commands may count billionths. */
double timed_job_size(const struct work *work, uint64_t size);

#endif
