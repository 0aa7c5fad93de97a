#include "bench/report/html/html_svg.h"
#include "tests/support.h"

#define ROOT "<svg viewBox=\"0 0 10 10\">"
#define HEAD                                                                                       \
    "<svg viewBox=\"0 0 10 10\" role=\"img\" aria-labelledby=\"p-1-title p-1-desc\"><title "       \
    "id=\"p-1-title\">T</title><desc id=\"p-1-desc\">D</desc>"

static char *shown(const char *text)
{
    static const struct html_alt alt = {"T", "D"};
    return html_svg(text, "p-1", &alt);
}

static void check_shown(const char *text, const char *wanted)
{
    char *svg = shown(text);
    if (svg == NULL)
        stop_test("refused: %s", text);
    if (strcmp(svg, wanted) != 0)
        stop_test("'%s'\nis not\n'%s'", svg, wanted);
    free(svg);
}

static void check_refused(const char *text)
{
    char *svg = shown(text);
    if (svg != NULL)
        stop_test("'%s' is shown as '%s'", text, svg);
}

static void a_picture_of_gnuplots_is_shown_without_its_prologue(void **state)
{
    (void)state;
    check_shown(
        "<?xml version=\"1.0\" encoding=\"utf-8\"  standalone=\"no\"?>\n<svg \n viewBox=\"0 0 "
        "10 10\"\n xmlns=\"http://www.w3.org/2000/svg\"\n>\n\n<title>Gnuplot</title>\n"
        "<desc>Produced by GNUPLOT</desc>\n<g id=\"gnuplot_canvas\">\n\t<path "
        "stroke='none' d='M1,2 L3,4 Z'/></g>\n</svg>\n\n",
        HEAD "<g id=\"p-1-gnuplot_canvas\"><path stroke=\"none\" d=\"M1,2 L3,4 "
             "Z\"/></g></svg>");
}

static void the_title_and_the_description_are_escaped(void **state)
{
    (void)state;
    const struct html_alt alt = {"<b>", "\"&\""};
    char *svg = html_svg(ROOT "</svg>", "x", &alt);
    assert_non_null(svg);
    assert_contains(svg, "<title id=\"x-title\">&lt;b&gt;</title>");
    assert_contains(svg, "<desc id=\"x-desc\">&quot;&amp;&quot;</desc>");
    free(svg);
}

static void ids_and_what_leads_to_them_get_the_prefix(void **state)
{
    (void)state;
    check_shown(ROOT "<defs><circle id='gpDot' r='0.5'/></defs><use xlink:href='#gpDot'/><text "
                     "filter=\"url(#textbox)\">1</text></svg>",
                HEAD "<defs><circle id=\"p-1-gpDot\" r=\"0.5\"/></defs><use "
                     "href=\"#p-1-gpDot\"/><text filter=\"url(#p-1-textbox)\">1</text></svg>");
}

static void colours_become_variables_with_themselves_behind(void **state)
{
    (void)state;
    check_shown(ROOT "<g fill='rgb(  0, 114, 178)' stroke=\"rgb(34,34,34)\" color='black' "
                     "/><rect fill=\"#FFFFFF\" stroke='currentColor'/><g fill='lightgrey'/></svg>",
                HEAD "<g fill=\"var(--c0072b2,#0072b2)\" stroke=\"var(--c222222,#222222)\" "
                     "color=\"var(--c000000,#000000)\"/><rect fill=\"var(--cffffff,#ffffff)\" "
                     "stroke=\"currentColor\"/><g fill=\"lightgrey\"/></svg>");
}

static void texts_are_shown_as_they_are_read(void **state)
{
    (void)state;
    check_shown(ROOT "<text><![CDATA[a<b & c]]></text><text> x &lt; y &amp; \"z\"</text></svg>",
                HEAD "<text>a&lt;b &amp; c</text><text> x &lt; y &amp; &quot;z&quot;</text></svg>");
}

static void what_does_not_draw_is_left_out_of_a_tag(void **state)
{
    (void)state;
    check_shown(ROOT "<g onclick=\"alert(1)\" class=\"gridline\" style=\"fill:red\" "
                     "x=\"1\"></g><!-- a > b --></svg>",
                HEAD "<g x=\"1\"></g></svg>");
}

static void elements_that_do_more_than_draw_are_refused(void **state)
{
    (void)state;
    check_refused(ROOT "<script>alert(1)</script></svg>");
    check_refused(ROOT "<SCRIPT/></svg>");
    check_refused(ROOT "<style>*{fill:red}</style></svg>");
    check_refused(ROOT "<foreignObject><p/></foreignObject></svg>");
    check_refused(ROOT "<image href=\"http://example.org/a.png\"/></svg>");
    check_refused(ROOT "<a href=\"#x\"/></svg>");
    check_refused(ROOT "<set attributeName=\"href\"/></svg>");
    check_refused(ROOT "<p>x</p></svg>");
}

static void what_leads_elsewhere_is_refused(void **state)
{
    (void)state;
    check_refused(ROOT "<use href=\"other.svg#x\"/></svg>");
    check_refused(ROOT "<use xlink:href=\"javascript:alert(1)\"/></svg>");
    check_refused(ROOT "<use href=\"#\"/></svg>");
    check_refused(ROOT "<use href=\"#a'b\"/></svg>");
    check_refused(ROOT "<g fill=\"url(http://example.org/#a)\"/></svg>");
    check_refused(ROOT "<g fill=\"URL(//example.org)\"/></svg>");
    check_refused(ROOT "<g fill=\"url(#a) url(b)\"/></svg>");
    check_refused(ROOT "<g fill=\"u\\72l(b)\"/></svg>");
    check_refused(ROOT "<g fill=\"&#117;rl(b)\"/></svg>");
}

static void what_is_not_well_formed_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "PNG",
        "<svg",
        "<svg/>",
        "<svg></svg>", /* no viewBox */
        "<svg viewBox=\"\"><g></svg>",
        ROOT,
        ROOT "<g></svg>",
        ROOT "<g></g></g></svg>",
        ROOT "</svg><g/>",
        ROOT "</svg>" ROOT "</svg>",
        ROOT ROOT "</svg></svg>",
        ROOT "<g x=1/></svg>",
        ROOT "<g x=\"1/></svg>",
        ROOT "<g x/></svg>",
        ROOT "<g / x=\"1\"></g></svg>",
        ROOT "words</svg>",
        ROOT "<text>&nbsp;</text></svg>",
        ROOT "<text>a & b</text></svg>",
        ROOT "<text><![CDATA[x</text></svg>",
        ROOT "<![CDATA[x]]></svg>",
        ROOT "<!-- </svg>",
        ROOT "<?php ?></svg>",
        ROOT "<title>x</svg>",
        ROOT "<g id=\"a b\"/></svg>",
        ROOT "<g id=\"\"/></svg>",
        "<g/>" ROOT "</svg>",
        "<svg viewBox=\"0 0 1 1\" viewBox=\"0 0 2 2\"></svg>",
        "<svg viewBox=\"0 0 1 1&quot;\"></svg>",
        "<svg viewBox=\"0 0 1 1\"/>",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_refused(cases[i]);
}

static void depth_and_names_are_bounded(void **state)
{
    (void)state;
    char text[4096] = ROOT;
    for (int i = 0; i < 100; i++)
        strcat(text, "<g>");
    for (int i = 0; i < 100; i++)
        strcat(text, "</g>");
    check_refused(strcat(text, "</svg>"));
    snprintf(text, sizeof text, ROOT "<%0200d/></svg>", 1);
    check_refused(text);
    snprintf(text, sizeof text, ROOT "<g %0200d=\"1\"/></svg>", 1);
    check_refused(text);
    snprintf(text, sizeof text, ROOT "<g id=\"%0200d\"/></svg>", 1);
    check_refused(text);
}

/* So many parts of a picture, each of which refers to the one before so often; the caller frees it.
 */
static char *nested(const char *open, const char *refer, const char *close, int parts, int times)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    fputs(ROOT "<defs><path id=\"a0\" d=\"M0,0 h9\"/>", file);
    for (int part = 1; part <= parts; part++) {
        fprintf(file, open, part);
        for (int i = 0; i < times; i++)
            fprintf(file, refer, part - 1);
        fputs(close, file);
    }
    fprintf(file, "</defs><use href=\"#a%d\"/></svg>", parts);
    fclose(file);
    return text;
}

static void check_nested(const char *open, const char *refer, const char *close)
{
    static const struct {
        int parts, times;
        bool shown;
    } cases[] = {
        {3, 1, true},    {2, 10, true},   {9, 10, false},   {30, 2, false},
        {100, 1, false}, {1, 5000, true}, {2, 5000, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = nested(open, refer, close, cases[i].parts, cases[i].times);
        char *svg = shown(text);
        if ((svg != NULL) != cases[i].shown)
            stop_test("%s: %d parts, %d times: %s", open, cases[i].parts, cases[i].times,
                      svg != NULL ? "shown" : "refused");
        free(svg);
        free(text);
    }
}

static void parts_that_use_parts_are_bounded_by_what_they_draw(void **state)
{
    (void)state;
    check_nested("<g id=\"a%d\">", "<use href=\"#a%d\"/>", "</g>");
    check_nested("<g id=\"a%d\">", "<use xlink:href='#a%d'></use>", "</g>");
    check_nested("<mask id=\"a%d\">", "<g mask=\"url(#a%d)\"/>", "</mask>");
    check_nested("<pattern id=\"a%d\">", "<rect fill=\"url(#a%d)\"/>", "</pattern>");
    check_nested("<clipPath id=\"a%d\">", "<g clip-path='url(#a%d)'><path/></g>", "</clipPath>");
}

static void a_large_part_is_not_drawn_often(void **state)
{
    (void)state;
    static char text[200000];
    size_t used = (size_t)sprintf(text, ROOT "<defs><text id=\"a\">%0100000d</text></defs>", 1);
    for (int i = 0; i < 30; i++)
        used += (size_t)sprintf(text + used, "<use href=\"#a\"/>");
    strcpy(text + used, "</svg>");
    free(shown(text));
    for (int i = 0; i < 30; i++)
        used += (size_t)sprintf(text + used, "<use href=\"#a\"/>");
    strcpy(text + used, "</svg>");
    check_refused(text);
}

static void what_uses_itself_or_what_comes_later_is_refused(void **state)
{
    (void)state;
    check_refused(ROOT "<g id=\"a\"><use href=\"#a\"/></g></svg>");
    check_refused(ROOT "<use id=\"a\" href=\"#a\"/></svg>");
    check_refused(ROOT "<use href=\"#a\" id=\"a\"/></svg>");
    check_refused(ROOT "<use href=\"#a\"/><path id=\"a\"/></svg>");
    check_refused(ROOT
                  "<g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g></svg>");
    check_refused(ROOT "<g id=\"a\" id=\"b\"/></svg>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_of_gnuplots_is_shown_without_its_prologue),
        cmocka_unit_test(the_title_and_the_description_are_escaped),
        cmocka_unit_test(ids_and_what_leads_to_them_get_the_prefix),
        cmocka_unit_test(colours_become_variables_with_themselves_behind),
        cmocka_unit_test(texts_are_shown_as_they_are_read),
        cmocka_unit_test(what_does_not_draw_is_left_out_of_a_tag),
        cmocka_unit_test(elements_that_do_more_than_draw_are_refused),
        cmocka_unit_test(what_leads_elsewhere_is_refused),
        cmocka_unit_test(what_is_not_well_formed_is_refused),
        cmocka_unit_test(depth_and_names_are_bounded),
        cmocka_unit_test(parts_that_use_parts_are_bounded_by_what_they_draw),
        cmocka_unit_test(a_large_part_is_not_drawn_often),
        cmocka_unit_test(what_uses_itself_or_what_comes_later_is_refused),
    };
    return cmocka_run_group_tests_name("svg", tests, NULL, NULL);
}
