#ifndef BREAKEVEN_SESSION_ADVICE_CALIBRATION_FACTS_H
#define BREAKEVEN_SESSION_ADVICE_CALIBRATION_FACTS_H

#include "bench/base/error.h"
#include "bench/machine/cpus.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct json_t;

/* What a calibration depends on. Start from {0}; ends with calibration_facts_free. */
struct calibration_facts {
    struct json_t *machine; /* CPU, counts, quota, memory, environment: another has another file */
    struct json_t *made_by; /* kernel, microcode, build, libraries: a change makes a file old */
};

/* Describes this machine and this program; takes a millisecond. What cannot be read is "". python:
 * an interpreter, of which there is a file of its own, and which is asked for what it is unless it
 * was before; NULL: none. Fails where it cannot be asked. */
int calibration_facts_read(const struct cpus *cpus, const char *python,
                           struct calibration_facts *facts, struct error *error);
void calibration_facts_free(struct calibration_facts *facts);

/* What differs between what made a file and this program, in words: "the kernel is another one".
 * False where nothing does. */
bool calibration_facts_differ(const struct json_t *were, const struct json_t *are, char *why,
                              size_t bytes);

/* The folder of calibrations, $XDG_CACHE_HOME/breakeven or ~/.cache/breakeven. Refuses
 * (ERROR_REFUSED) where neither variable tells of one. */
int calibration_folder(char path[PATH_MAX], struct error *error);

/* The path in the folder of the machine's file, which its fingerprint names. */
int calibration_path(const char *folder, const struct calibration_facts *facts, char path[PATH_MAX],
                     struct error *error);

#endif
