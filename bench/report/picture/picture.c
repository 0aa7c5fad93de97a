#include "bench/report/picture/picture.h"
#include "bench/assets/assets.h"
#include "bench/base/clock.h"
#include "bench/base/whole.h"
#include "bench/process/program.h"
#include "strategies/strategy.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A picture's name and its extension. */
enum { PATH_BYTES = sizeof((struct picture *)0)->name + 16 };

/* What gnuplot may take for one picture; it needs about a second, or ten where fonts are new. */
#define PICTURE_TIMEOUT_NS (20 * NS_PER_S)

/* ------------------------------------------------------------------------------- the gallery */

static int open_folder(int parent, const char *path)
{
    return openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int fail_folder(const struct gallery *gallery, int why)
{
    if (why == ENOTDIR || why == ELOOP)
        return fail(gallery->error, ERROR_REFUSED,
                    "%s: is a link or no folder; nothing is written through it", gallery->path);
    return fail_errno(gallery->error, why, "%s: cannot be written", gallery->path);
}

int gallery_open(struct gallery *gallery)
{
    gallery->plots = gallery->drawing = -1;
    gallery->drawing_name[0] = '\0';
    if (mkdir(gallery->path, 0777) != 0 && errno != EEXIST)
        return fail_folder(gallery, errno);
    gallery->plots = open_folder(AT_FDCWD, gallery->path);
    if (gallery->plots < 0)
        return fail_folder(gallery, errno);
    char name[sizeof gallery->drawing_name];
    int why = whole_partial_name(name, sizeof name, ".drawing");
    if (why == 0 && mkdirat(gallery->plots, name, 0700) != 0)
        why = errno;
    if (why != 0)
        return fail_folder(gallery, why);
    memcpy(gallery->drawing_name, name, sizeof name);
    gallery->drawing = open_folder(gallery->plots, name);
    return gallery->drawing >= 0 ? 0 : fail_folder(gallery, errno);
}

static void empty_folder(int fd)
{
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        unlinkat(fd, entry->d_name, 0);
    if (folder != NULL)
        closedir(folder);
    else if (copy >= 0)
        close(copy);
}

void gallery_close(struct gallery *gallery)
{
    if (gallery->drawing >= 0) {
        empty_folder(gallery->drawing);
        close(gallery->drawing);
    }
    if (gallery->drawing_name[0] != '\0')
        unlinkat(gallery->plots, gallery->drawing_name, AT_REMOVEDIR);
    if (gallery->plots >= 0)
        close(gallery->plots);
}

/* ------------------------------------------------------------------------------- one picture */

void picture_setting(FILE *file, const char *name, const char *value)
{
    fprintf(file, "%s = ", name);
    text_gnuplot_quoted(file, value);
    fputc('\n', file);
}

static void write_asset(FILE *file, const char *name)
{
    const struct asset *asset = asset_find(asset_plots, asset_plots_count, name);
    fputc('\n', file);
    fwrite(asset->text, 1, (size_t)(asset->end - asset->text), file);
}

/* "AMD EPYC, 2 CPUs, KVM, Linux 6.1, 2026-11-22 13:14 UTC, suite quick". */
static void describe_host(const struct host *host, char *text, size_t bytes)
{
    char suite[160];
    host_describe_suite(host, true, suite, sizeof suite);
    snprintf(text, bytes, "%s%s%u CPU%s, %s%s%s, %s, %s; bands and whiskers are 95 %% intervals",
             host->model, *host->model ? ", " : "", host->cpus_usable,
             host->cpus_usable == 1 ? "" : "s", host->kernel, *host->hypervisor ? " on " : "",
             host->hypervisor, host->started, suite);
}

/* A work's name comes from a file: nothing in it may lead out of the folder, nor may the file's
 * name be taken for an option. */
static void make_harmless(char *name)
{
    for (char *c = name; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && (*c != '-' || c == name))
            *c = '_';
}

/* FNV-1a. */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

/* "-py-serial", with a hash where the name had to be changed or does not fit. */
static void name_part(const char *part, char *text, size_t bytes)
{
    char harmless[17], hash[16] = "";
    snprintf(harmless, sizeof harmless, "%s", part);
    make_harmless(harmless);
    if (!text_equal(harmless, part))
        snprintf(hash, sizeof hash, "_%08x", hash_of(part));
    snprintf(text, bytes, "-%s%s", harmless, hash);
}

/* "" for serial's. */
static void name_runtime(const struct panel *panel, char *text, size_t bytes)
{
    const struct key *key = &panel->runtime;
    *text = '\0';
    if (*key->baseline == '\0')
        return;
    name_part(key->baseline, text, bytes);
    if (panel->tells_python)
        name_part(key->python, text + strlen(text), bytes - strlen(text));
}

/* Names that had to be changed get a hash, so that two of them stay two. */
void picture_name(const struct panel *panel, const char *kind, char *name, size_t bytes)
{
    char work[41], changed[16] = "", jobs[40] = "", runtime[64];
    name_runtime(panel, runtime, sizeof runtime);
    snprintf(work, sizeof work, "%s", panel->work);
    make_harmless(work);
    if (*work == '\0' || !text_equal(work, panel->work))
        snprintf(changed, sizeof changed, "_%08x", hash_of(panel->work));
    if (!panel->only_jobs && panel->axis == DIMENSION_jobs)
        snprintf(jobs, sizeof jobs, "-size-%llu", (unsigned long long)panel->least_size);
    else if (!panel->only_jobs)
        snprintf(jobs, sizeof jobs, "-%llu-jobs", (unsigned long long)panel->jobs);
    snprintf(name, bytes, "%s%s%s%s-%s", work, changed, runtime, jobs, kind);
}

void picture_drop(struct picture *picture)
{
    if (picture->data != NULL)
        fclose(picture->data);
    if (picture->commands != NULL)
        fclose(picture->commands);
    free(picture->data_sheet.text);
    free(picture->commands_sheet.text);
    picture->data = picture->commands = NULL;
    picture->data_sheet = picture->commands_sheet = (struct sheet){NULL, 0};
}

static FILE *open_sheet(struct sheet *sheet)
{
    return open_memstream(&sheet->text, &sheet->bytes);
}

/* Of the picture whose name is set. */
static int begin(struct picture *picture, const char *heading, const char *footer, unsigned cpus)
{
    char data[sizeof picture->name + 8];
    picture->data = open_sheet(&picture->data_sheet);
    picture->commands = open_sheet(&picture->commands_sheet);
    if (picture->data == NULL || picture->commands == NULL) {
        picture_drop(picture);
        return fail(picture->error, ERROR_REFUSED, "report: out of memory");
    }
    snprintf(data, sizeof data, "%s.dat", picture->name);
    fprintf(picture->commands,
            "# Made by breakeven; `gnuplot %s.gp` in this folder draws it again.\n", picture->name);
    /* Where GNUTERM names a terminal that is missing, gnuplot has not set up its defaults. */
    fputs("set terminal unknown\nreset\nset colorsequence default\n", picture->commands);
    picture_setting(picture->commands, "name", picture->name);
    picture_setting(picture->commands, "data", data);
    picture_setting(picture->commands, "heading", heading);
    picture_setting(picture->commands, "footer", footer);
    fprintf(picture->commands, "cpus = %u\n", cpus);
    return 0;
}

int picture_begin(struct picture *picture, const struct panel *panel, const char *kind,
                  const char *heading)
{
    char footer[700], baselines[LABEL_BYTES];
    picture_name(panel, kind, picture->name, sizeof picture->name);
    describe_host(panel->host, footer, sizeof footer);
    if (begin(picture, heading, footer, panel->host->cpus_usable) != 0)
        return -1;
    panel_describe_baselines(panel, baselines, sizeof baselines);
    picture_setting(picture->commands, "baseline", baselines);
    return 0;
}

int picture_begin_as(struct picture *picture, const char *name, const char *heading,
                     const char *footer, unsigned cpus)
{
    snprintf(picture->name, sizeof picture->name, "%s", name);
    return begin(picture, heading, footer, cpus);
}

static void name_file(const struct picture *picture, const char *extension, char *name,
                      size_t bytes)
{
    snprintf(name, bytes, "%s.%s", picture->name, extension);
}

static int fail_file(const struct picture *picture, const char *extension, int why)
{
    return fail_errno(picture->error, why, "%s/%s.%s: cannot be written", picture->gallery->path,
                      picture->name, extension);
}

/* Puts what was written into the private folder. */
static int put_sheet(struct picture *picture, const char *extension, const struct sheet *sheet)
{
    char name[PATH_BYTES];
    name_file(picture, extension, name, sizeof name);
    int why = whole_create(picture->gallery->drawing, name, sheet->text, sheet->bytes);
    return why == 0 ? 0 : fail_file(picture, extension, why);
}

static int put_sheets(struct picture *picture)
{
    bool lost = ferror(picture->data) || ferror(picture->commands);
    lost = fclose(picture->data) != 0 || lost;
    lost = fclose(picture->commands) != 0 || lost;
    picture->data = picture->commands = NULL;
    if (lost)
        return fail(picture->error, ERROR_REFUSED, "report: out of memory");
    return put_sheet(picture, "dat", &picture->data_sheet) == 0
               ? put_sheet(picture, "gp", &picture->commands_sheet)
               : -1;
}

/* gnuplot does not tell where a disk is full: a picture is complete where it ends as it must. */
static bool has_end(const struct picture *picture, const char *extension, const char *end)
{
    char name[PATH_BYTES], found[16];
    name_file(picture, extension, name, sizeof name);
    int fd =
        openat(picture->gallery->drawing, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool whole = fd >= 0 && lseek(fd, -(off_t)sizeof found, SEEK_END) >= 0 &&
                 read(fd, found, sizeof found) == (ssize_t)sizeof found &&
                 memmem(found, sizeof found, end, strlen(end)) != NULL;
    if (fd >= 0)
        close(fd);
    return whole;
}

const char *const picture_format_names[] = {"svg", "png", "pdf", NULL};
const struct picture_formats picture_formats_default = {{true, true, false}};

static const char *first_format(const struct picture *picture)
{
    int first = 0;
    while (first + 1 < PICTURE_FORMATS && !picture->gallery->formats->wanted[first])
        first++;
    return picture_format_names[first];
}

static bool is_whole(const struct picture *picture)
{
    static const char *const ends[PICTURE_FORMATS] = {"</svg>", "IEND\xae\x42\x60\x82", "%%EOF"};
    for (int i = 0; i < PICTURE_FORMATS; i++)
        if (picture->gallery->formats->wanted[i] &&
            !has_end(picture, picture_format_names[i], ends[i]))
            return false;
    return true;
}

/* Was it the disk? 0, or the error number of a file as large as pictures are. */
static int check_room(const struct gallery *gallery)
{
    enum { ROOM_BYTES = 1 << 20 };
    char *room = calloc(1, ROOM_BYTES);
    int why = room != NULL ? whole_create(gallery->drawing, "room", room, ROOM_BYTES) : 0;
    free(room);
    if (why == 0)
        unlinkat(gallery->drawing, "room", 0);
    return why;
}

/* What gnuplot and the libraries that it draws with read of the environment, and what could change
 * a picture or spoil it: terminals, windows, paths, defaults and locales. Where fonts are found
 * (FONTCONFIG_*, XDG_*) is the system's affair and stays. */
static const char *const kept_from_gnuplot[] = {
    "GNUTERM", "GNUHELP", "GNUPLOT_*", "GDFONTPATH", "FIT_*",   "DOMTERM",
    "PAGER",   "DISPLAY", "WAYLAND*",  "PANGO*",     "CAIRO_*", "G_*",
    "QT_*",    "GTK_*",   "LANG*",     "LC_*",       NULL,
};

/* A terminal that is never missing, until the script sets its own. */
static const char *const given_to_gnuplot[] = {"GNUTERM=unknown", "LC_ALL=C.UTF-8", NULL};

/* Lets gnuplot draw in the private folder: 1 where it did, 0 where gallery->tool says why not. */
static int draw_sheets(struct picture *picture)
{
    struct gallery *gallery = picture->gallery;
    struct error trouble = {0};
    char script[PATH_BYTES];
    snprintf(script, sizeof script, "%s.gp", picture->name);
    const char *const arguments[] = {"gnuplot", "-d", script, NULL}; /* nobody's own settings */
    struct program gnuplot = {
        .arguments = arguments,
        .remedy = "install it: make deps",
        .without = kept_from_gnuplot,
        .with = given_to_gnuplot,
        .folder = gallery->drawing,
        .timeout_ns = PICTURE_TIMEOUT_NS,
        .interrupted = gallery->interrupted,
    };
    if (gallery->tool->kind != ERROR_NONE)
        return 0;
    if (program_run(&gnuplot, &trouble) == 0 && is_whole(picture))
        return 1;
    if (trouble.kind == ERROR_INTERRUPTED)
        return fail(gallery->error, trouble.kind, "%s", trouble.text);
    int why = check_room(gallery);
    if (why != 0)
        return fail_file(picture, first_format(picture), why);
    fail(gallery->tool, ERROR_REFUSED, "%s/%s.gp: %s", gallery->path, picture->name,
         trouble.kind != ERROR_NONE ? trouble.text
                                    : "gnuplot said that it drew, but the picture is not whole");
    return 0;
}

/* Moves one of the picture's files from the private folder to its place. */
static int move(const struct picture *picture, const char *extension)
{
    char name[PATH_BYTES];
    const struct gallery *gallery = picture->gallery;
    name_file(picture, extension, name, sizeof name);
    return renameat(gallery->drawing, name, gallery->plots, name) == 0
               ? 0
               : fail_file(picture, extension, errno);
}

static bool has_picture(const struct picture *picture)
{
    bool found = false;
    for (int i = 0; i < PICTURE_FORMATS; i++) {
        char name[PATH_BYTES];
        name_file(picture, picture_format_names[i], name, sizeof name);
        found = found || faccessat(picture->gallery->plots, name, F_OK, 0) == 0;
    }
    return found;
}

bool gallery_has(const struct gallery *gallery, const char *name)
{
    struct picture picture = {.gallery = (struct gallery *)gallery};
    snprintf(picture.name, sizeof picture.name, "%s", name);
    return gallery->plots >= 0 && has_picture(&picture);
}

/* What was drawn moves to its place; an older picture in another format does not stay beside it. */
static int move_formats(const struct picture *picture)
{
    for (int i = 0; i < PICTURE_FORMATS; i++) {
        char name[PATH_BYTES];
        name_file(picture, picture_format_names[i], name, sizeof name);
        if (!picture->gallery->formats->wanted[i])
            unlinkat(picture->gallery->plots, name, 0);
        else if (move(picture, picture_format_names[i]) != 0)
            return -1;
    }
    return 0;
}

/* "svg png" */
static void write_formats(const struct picture *picture)
{
    FILE *file = picture->commands;
    fputs("formats = '", file);
    for (int i = 0, count = 0; i < PICTURE_FORMATS; i++)
        if (picture->gallery->formats->wanted[i])
            fprintf(file, "%s%s", count++ > 0 ? " " : "", picture_format_names[i]);
    fputs("'\n", file);
}

static int publish(struct picture *picture, bool drawn)
{
    if ((drawn || !has_picture(picture)) && (move(picture, "dat") != 0 || move(picture, "gp") != 0))
        return -1;
    if (drawn && move_formats(picture) != 0)
        return -1;
    picture->gallery->drawn += drawn;
    empty_folder(picture->gallery->drawing);
    return 0;
}

int picture_end(struct picture *picture)
{
    write_formats(picture);
    write_asset(picture->commands, "style");
    write_asset(picture->commands, picture->script);
    int drawn = put_sheets(picture) == 0 ? draw_sheets(picture) : -1;
    picture_drop(picture);
    return drawn >= 0 ? publish(picture, drawn > 0) : -1;
}

/* ------------------------------------------------------------------------------- data blocks */

const char *picture_strategy(const char *name)
{
    static const char *const others[] = {"other1", "other2", "other3", "other4"};
    const struct strategy_ops *found = strategy_find(name), *other;
    if (found == NULL)
        return "other";
    for (size_t i = 0; (other = strategy_registered(i)) != NULL; i++)
        if (other == found)
            return others[i % (sizeof others / sizeof *others)];
    return name;
}

const char *picture_strategy_of(const struct key *key)
{
    return key_is_baseline(key) ? "serial" : picture_strategy(key->strategy);
}

void picture_number(FILE *file, double number)
{
    if (isfinite(number))
        fprintf(file, "\t%.6g", number);
    else
        fputs("\tNaN", file);
}

void picture_banded(FILE *file, double x, double value, double low, double high)
{
    fprintf(file, "%.6g", x);
    picture_number(file, value);
    picture_number(file, isfinite(low) ? low : value);
    picture_number(file, isfinite(high) ? high : value);
    fputc('\n', file);
}

struct legend_entry *legend_add(struct legend *legend, const struct line *line, const char *caption)
{
    struct legend_entry *entry = &legend->entries[legend->count++];
    entry->strategy = picture_strategy_of(&line->key);
    entry->of = line->key.strategy;
    snprintf(entry->caption, sizeof entry->caption, "%s", caption);
    return entry;
}

/* How many entries up to this one are of its strategy: they share a colour and differ in dashes. */
static unsigned ordinal_of(const struct legend *legend, size_t index)
{
    unsigned ordinal = 0;
    for (size_t i = 0; i <= index; i++)
        ordinal += text_equal(legend->entries[i].of, legend->entries[index].of);
    return ordinal;
}

size_t legend_longest_caption(const struct legend *legend)
{
    size_t longest = 0;
    for (size_t i = 0; i < legend->count; i++) {
        size_t length = strlen(legend->entries[i].caption);
        longest = length > longest ? length : longest;
    }
    return longest;
}

void legend_write(const struct picture *picture, const struct legend *legend)
{
    FILE *file = picture->commands;
    size_t room = legend->count > 0 ? legend->count : 1;
    fprintf(file, "names = ''");
    for (size_t i = 0; i < legend->count; i++) {
        fprintf(file, ".' '.");
        text_gnuplot_quoted(file, legend->entries[i].strategy);
    }
    fprintf(file, "\narray captions[%zu]\narray dashes[%zu]\n", room, room);
    for (size_t i = 0; i < legend->count; i++) {
        fprintf(file, "dashes[%zu] = %u\ncaptions[%zu] = ", i + 1, ordinal_of(legend, i), i + 1);
        text_gnuplot_quoted(file, legend->entries[i].caption);
        fputc('\n', file);
    }
}

/* The share of the axis that a caption takes, and how many find room in a picture of that height.
 */
#define CAPTION_SHARE 0.044
enum { PICTURE_HEIGHT = 600, CAPTIONS_FIT = 22, CAPTION_HEIGHT = 20 };

/* Where a value stands on the axis: 0 at its low end, 1 at its high one. */
static double share_of(struct axis axis, double value)
{
    double share = axis.logarithmic ? log(value / axis.low) / log(axis.high / axis.low)
                                    : (value - axis.low) / (axis.high - axis.low);
    return fmin(fmax(share, 0), 1);
}

static double value_at(struct axis axis, double share)
{
    return axis.logarithmic ? axis.low * pow(axis.high / axis.low, share)
                            : axis.low + share * (axis.high - axis.low);
}

static int compare_labels(const void *a, const void *b)
{
    const struct legend_entry *x = *(struct legend_entry *const *)a,
                              *y = *(struct legend_entry *const *)b;
    return (x->label_y > y->label_y) - (x->label_y < y->label_y);
}

/* Pushes labels, in shares, apart until none touches another: each pair gives way by halves. */
static void spread(struct legend_entry *sorted[], size_t count, double distance)
{
    enum { MOST_PASSES = 1000 };
    bool touch = count > 1;
    for (int pass = 0; touch && pass < MOST_PASSES; pass++) {
        touch = false;
        for (size_t i = 1; i < count; i++) {
            double lack = distance - (sorted[i]->label_y - sorted[i - 1]->label_y);
            if (lack < 0.01 * distance)
                continue;
            sorted[i - 1]->label_y = fmax(sorted[i - 1]->label_y - lack / 2, 0);
            sorted[i]->label_y = fmin(sorted[i - 1]->label_y + distance, 1);
            touch = true;
        }
    }
}

static void place_labels(struct legend *legend, struct axis axis, double distance)
{
    struct legend_entry **sorted = calloc(legend->count + 1, sizeof *sorted);
    for (size_t i = 0; i < legend->count; i++)
        legend->entries[i].label_y = share_of(axis, legend->entries[i].end.y);
    for (size_t i = 0; sorted != NULL && i < legend->count; i++)
        sorted[i] = &legend->entries[i];
    if (sorted != NULL && legend->count > 0) {
        qsort(sorted, legend->count, sizeof *sorted, compare_labels);
        spread(sorted, legend->count, distance);
    }
    free(sorted);
    for (size_t i = 0; i < legend->count; i++)
        legend->entries[i].label_y = value_at(axis, legend->entries[i].label_y);
}

void legend_write_ends(const struct picture *picture, struct legend *legend, struct axis axis)
{
    FILE *file = picture->commands;
    size_t longest = 0, count = legend->count, room = count > 0 ? count : 1;
    double more = count > CAPTIONS_FIT ? (double)(count - CAPTIONS_FIT) * CAPTION_HEIGHT : 0;
    place_labels(legend, axis, CAPTION_SHARE * PICTURE_HEIGHT / (PICTURE_HEIGHT + more));
    fprintf(file, "array end_x[%zu]\narray end_y[%zu]\narray label_y[%zu]\n", room, room, room);
    for (size_t i = 0; i < count; i++) {
        const struct legend_entry *entry = &legend->entries[i];
        size_t length = strlen(entry->caption);
        longest = length > longest ? length : longest;
        fprintf(file, "end_x[%zu] = %.6g; end_y[%zu] = %.6g; label_y[%zu] = %.6g\n", i + 1,
                entry->end.x, i + 1, entry->end.y, i + 1, entry->label_y);
    }
    fprintf(file, "longest = %zu\nheight = %.0f\n", longest, PICTURE_HEIGHT + more);
}

bool picture_end_block(struct picture *picture, size_t points)
{
    if (points > 0)
        fputs("\n\n", picture->data);
    return points > 0;
}
