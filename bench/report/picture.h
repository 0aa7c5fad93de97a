#ifndef BREAKEVEN_REPORT_PICTURE_H
#define BREAKEVEN_REPORT_PICTURE_H

#include "bench/report/scene.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { LABEL_BYTES = 160 };

/* One picture being written: name.gp and name.dat in the plots folder. */
struct picture {
    const char *folder; /* where plots go */
    const char *script; /* the asset that draws it */
    char name[128];
    FILE *data, *commands;
    struct error *error;
};

/* Opens a picture of a scene and writes the variables that all scripts read. */
int picture_begin(struct picture *picture, const struct scene *scene, const char *kind,
                  const char *heading);

/* Closes the files and lets gnuplot draw. */
int picture_end(struct picture *picture);

/* Writes "name = 'value'". */
void picture_setting(FILE *file, const char *name, const char *value);

/* ------------------------------------------------------------------------------- data blocks */

/* A field behind a tab; NaN where the number is not known. */
void picture_number(FILE *file, double number);

/* A line of x, value, low, high: the interval, or the value itself where there is none: a band of
 * no width. */
void picture_banded(FILE *file, double x, double value, double low, double high);

/* Ends a block where it has points; gnuplot counts only such blocks. */
bool picture_end_block(struct picture *picture, size_t points);

/* The lines that have a block, in the order of their blocks. */
struct legend {
    struct entry {
        const char *strategy;
        char caption[LABEL_BYTES];
    } * entries;
    size_t count;
};

void legend_add(struct legend *legend, const struct line *line, const char *caption);

/* As gnuplot reads it: the words of names, and two arrays. */
void legend_write(const struct picture *picture, const struct legend *legend);

#endif
