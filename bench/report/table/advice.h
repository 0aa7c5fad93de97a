#ifndef BREAKEVEN_REPORT_TABLE_ADVICE_H
#define BREAKEVEN_REPORT_TABLE_ADVICE_H

#include "bench/analyse/model/advice.h"
#include "bench/analyse/model/job_facts.h"

#include <stdint.h>
#include <stdio.h>

/* Where the model comes from; texts are never NULL. */
struct advice_source {
    const char *path; /* of the file, or of the folder of a run; "": no file could be kept */
    bool is_run;
    bool measured;   /* now */
    const char *why; /* it was, although there is a file; "" */
    int64_t age_s;   /* of what was read */
    bool was_busy;   /* other programs took so much meanwhile that its numbers are doubtful */
};

/* A row that was measured, too. */
struct advice_check {
    const struct advice_row *row;
    struct interval ns; /* of the batch, as measured; all NaN: it could not be */
};

/* What is told of an answer. */
struct advice_told {
    const struct advice *advice;
    struct advice_source source;
    const char *serial;        /* what the loop is called: "serial", "py-serial" */
    const char *work;          /* of the job that was timed; NULL: its time was given */
    double size;               /* of it; 0: it has none */
    struct job_facts facts;    /* of that job; all NaN where it was not timed */
    const bool *keeps_workers; /* of each row: its workers stay between batches; NULL: none does */
    const struct advice_check *checks; /* of the rows that were measured, too */
    size_t check_count;
    const char *check_work; /* by which work, and of which size */
    double check_size;
};

/* Prints, in at most 25 lines of 80 columns: what to do, the ranking, the break-even, what was
 * assumed. Texts must be printable. */
void advice_print(FILE *file, const struct advice_told *told);

/* The same as JSON; docs/advise.md has its fields. */
int advice_print_json(FILE *file, const struct advice_told *told, struct error *error);

/* The sentence to act on, without its end of line. */
void advice_write_sentence(FILE *file, const struct advice_told *told);

#endif
