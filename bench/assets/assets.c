#include "bench/assets/assets.h"
#include "bench/base/text.h"

#include <stdio.h>
#include <string.h>

/* Pulls a file into the program as `symbol` .. `symbol_end`; the assembler reads it. */
#define INCLUDE_FILE(symbol, path)                                                                 \
    __asm__(".pushsection .rodata\n" #symbol ": .incbin \"" path "\"\n" #symbol                    \
            "_end: .byte 0\n.popsection\n");                                                       \
    extern const char symbol[], symbol##_end[]

#define SUITE(name) INCLUDE_FILE(suite_##name, "bench/suites/" #name ".ini");
#define PLOT(symbol, name) INCLUDE_FILE(plot_##symbol, "plots/" name ".gp");
#define PAGE(symbol, name) INCLUDE_FILE(page_##symbol, "bench/report/page/" name);
#define TEMPLATE(symbol, name, path) INCLUDE_FILE(template_##symbol, path);
#define PYTHON(symbol, name) INCLUDE_FILE(python_##symbol, "strategies/runner/python/" name);
#include "bench/assets/assets.list.h"
#undef SUITE
#undef PLOT
#undef PAGE
#undef TEMPLATE
#undef PYTHON

enum {
#define SUITE(name) SUITE_##name,
#include "bench/assets/assets.list.h"
#undef SUITE
    SUITE_COUNT
};

enum {
#define PLOT(symbol, name) PLOT_##symbol,
#include "bench/assets/assets.list.h"
#undef PLOT
    PLOT_COUNT
};

enum {
#define PAGE(symbol, name) PAGE_##symbol,
#include "bench/assets/assets.list.h"
#undef PAGE
    PAGE_COUNT
};

const size_t asset_suites_count = SUITE_COUNT;
const size_t asset_plots_count = PLOT_COUNT;
const size_t asset_pages_count = PAGE_COUNT;

const char *const asset_suite_names[] = {
#define SUITE(name) #name,
#include "bench/assets/assets.list.h"
#undef SUITE
};

const struct asset asset_suites[] = {
#define SUITE(name) {#name, suite_##name, suite_##name##_end},
#include "bench/assets/assets.list.h"
#undef SUITE
};

const struct asset asset_plots[] = {
#define PLOT(symbol, name) {name, plot_##symbol, plot_##symbol##_end},
#include "bench/assets/assets.list.h"
#undef PLOT
};

const struct asset asset_templates[] = {
#define TEMPLATE(symbol, name, path) {name, template_##symbol, template_##symbol##_end},
#include "bench/assets/assets.list.h"
#undef TEMPLATE
};

const size_t asset_templates_count = sizeof asset_templates / sizeof *asset_templates;

const struct asset asset_python[] = {
#define PYTHON(symbol, name) {name, python_##symbol, python_##symbol##_end},
#include "bench/assets/assets.list.h"
#undef PYTHON
};

const size_t asset_python_count = sizeof asset_python / sizeof *asset_python;

const struct asset asset_pages[] = {
#define PAGE(symbol, name) {name, page_##symbol, page_##symbol##_end},
#include "bench/assets/assets.list.h"
#undef PAGE
};

INCLUDE_FILE(image_static, "image-static"); /* in the build's folder */
INCLUDE_FILE(image_dynamic, "image-dynamic");
INCLUDE_FILE(mpi_rank, "mpi-rank");

const struct asset asset_image_static = {"image-static", image_static, image_static_end};
const struct asset asset_image_dynamic = {"image-dynamic", image_dynamic, image_dynamic_end};
const struct asset asset_mpi_rank = {"mpi-rank", mpi_rank, mpi_rank_end};

const struct asset *asset_find(const struct asset *assets, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(assets[i].name, name))
            return &assets[i];
    return NULL;
}

void asset_suite_title(const struct asset *suite, char *title, size_t bytes)
{
    static const char key[] = "\ntitle = ";
    const char *line = strstr(suite->text, key); /* assets end in a NUL */
    const char *text = line != NULL ? line + strlen(key) : "";
    snprintf(title, bytes, "%.*s", (int)strcspn(text, "\n"), text);
}
