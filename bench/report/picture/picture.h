#ifndef BREAKEVEN_REPORT_PICTURE_PICTURE_H
#define BREAKEVEN_REPORT_PICTURE_PICTURE_H

#include "bench/report/panel/panel.h"
#include "bench/report/picture/gnuplot.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { LABEL_BYTES = 160 };

/* Where the pictures of a report are made and go. Each is made in a folder that nobody else can
 * enter and is moved to its place when it is complete. */
struct gallery {
    const char *path;      /* of the plots folder, for messages */
    int plots, drawing;    /* descriptors of the folder and of the private one */
    char drawing_name[64]; /* within the plots folder; "" where it is not made */
    const struct picture_formats *formats;
    const volatile sig_atomic_t *interrupted; /* no longer 0: drawing ends; NULL: it does not */
    size_t drawn;                             /* pictures so far */
    struct error *tool;                       /* that gnuplot is missing or failed */
    struct error *error;                      /* whatever else went wrong */
};

/* Makes the plots folder where there is none; one that is a link is refused. The gallery is to be
 * closed on failure too. */
int gallery_open(struct gallery *gallery);
void gallery_close(struct gallery *gallery);

/* True where a picture of that name lies in the folder, in whichever format. */
bool gallery_has(const struct gallery *gallery, const char *name);

/* What is written to one of a picture's files; it stays in memory until the picture ends. */
struct sheet {
    char *text;
    size_t bytes;
};

/* One picture being written: its script and its data. */
struct picture {
    struct gallery *gallery;
    const char *script; /* the asset that draws it */
    char name[176];
    FILE *data, *commands; /* NULL: not begun */
    struct sheet data_sheet, commands_sheet;
    struct error *error; /* the gallery's */
};

/* "squares-overhead", "squares-8-jobs-overhead", "squares-size-30000-speedup-jobs-cold",
 * "squares-py-serial-overhead": the name, without its extension, of a panel's picture of that kind.
 * Joint panels are named as serial's own. */
void picture_name(const struct panel *panel, const char *kind, char *name, size_t bytes);

/* Opens a picture of a panel and writes the variables that all scripts read. */
int picture_begin(struct picture *picture, const struct panel *panel, const char *kind,
                  const char *heading);

/* The same for a picture of something else: its file name without an ending, which is the program's
 * own, and what it says below. */
int picture_begin_as(struct picture *picture, const char *name, const char *heading,
                     const char *footer, unsigned cpus);

/* Lets gnuplot draw and moves what it drew, its script and its data to their places. Where gnuplot
 * fails, gallery->tool says why, and 0 is returned: a picture that was there before stays with what
 * made it, and where there was none script and data are left. Once it has failed it is not started
 * again. */
int picture_end(struct picture *picture);

/* Drops a picture that was begun and not ended. */
void picture_drop(struct picture *picture);

/* Writes "name = 'value'". */
void picture_setting(FILE *file, const char *name, const char *value);

/* ------------------------------------------------------------------------------- data blocks */

/* A strategy's name as scripts tell colours by it; data hold no name that comes from a file. */
const char *picture_strategy(const char *name);

/* The same of a key's strategy: a baseline, whichever it is, looks like serial. */
const char *picture_strategy_of(const struct key *key);

/* A field behind a tab; NaN where the number is not known. */
void picture_number(FILE *file, double number);

/* A line of x, value, low, high: the interval, or the value itself where there is none: a band of
 * no width. */
void picture_banded(FILE *file, double x, double value, double low, double high);

/* Ends a block where it has points; gnuplot counts only such blocks. */
bool picture_end_block(struct picture *picture, size_t points);

/* Where the last point of a line stands, and the first number of the axis it is measured on. */
struct end {
    double x, y;
};

/* The lines that have a block, in the order of their blocks. */
struct legend {
    struct legend_entry {
        const char *strategy, *of; /* as scripts tell colours by it, and as it is called */
        char caption[LABEL_BYTES];
        struct end end; /* of its line, where captions stand beside their lines */
        double label_y;
    } * entries;
    size_t count;
};

struct legend_entry *legend_add(struct legend *legend, const struct line *line,
                                const char *caption);

/* The characters of its longest caption. */
size_t legend_longest_caption(const struct legend *legend);

/* As gnuplot reads it: the words of names, and two arrays. */
void legend_write(const struct picture *picture, const struct legend *legend);

/* The y axis that captions beside their lines stand on. */
struct axis {
    double low, high;
    bool logarithmic;
};

/* Writes beside which y each caption stands, as near to the end of its line as the others let it,
 * and how wide and high the picture must be for them. */
void legend_write_ends(const struct picture *picture, struct legend *legend, struct axis axis);

#endif
