/* Pictures that are to be parts of a page: what is shown draws and leads nowhere else. */
#include "bench/report/html/html_svg.h"
#include "tests/fuzz/fuzz.h"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Every tag is one that draws; every one that is opened is closed. */
static void must_draw(const char *svg)
{
    static const char *const tags[] = {"svg ",    "title ", "desc ",   "g",        "path",
                                       "rect",    "circle", "ellipse", "line",     "poly",
                                       "text",    "tspan",  "use",     "defs",     "filter",
                                       "feFlood", "mask",   "pattern", "clipPath", "feComposite"};
    long depth = 0;
    for (const char *at = svg; (at = strchr(at, '<')) != NULL; at++) {
        bool known = at[1] == '/';
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
            known = known || begins(at + 1, tags[i]);
        must(known);
        const char *end = strchr(at, '>');
        must(end != NULL);
        depth += at[1] == '/' ? -1 : end[-1] != '/';
        must(depth >= 0);
    }
    must(depth == 0);
}

static void must_lead_within(const char *svg)
{
    for (const char *at = svg; (at = strstr(at, "href=\"")) != NULL; at++)
        must(begins(at, "href=\"#p-"));
    must(strcasestr(svg, "<script") == NULL && strcasestr(svg, "<style") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct html_alt alt = {"a title", "a description"};
    char *text = fuzz_text(data, size);
    char *svg = html_svg(text, "p", &alt);
    free(text);
    if (svg == NULL)
        return 0;
    must(begins(svg, "<svg viewBox=\""));
    must(strlen(svg) >= 6 && strcmp(svg + strlen(svg) - 6, "</svg>") == 0);
    must_draw(svg);
    must_lead_within(svg);
    free(svg);
    return 0;
}
