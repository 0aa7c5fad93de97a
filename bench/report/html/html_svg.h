#ifndef BREAKEVEN_REPORT_HTML_HTML_SVG_H
#define BREAKEVEN_REPORT_HTML_HTML_SVG_H

/* What a screen reader says of a picture. */
struct html_alt {
    const char *title, *description;
};

/* One of gnuplot's SVG pictures as a part of a page: an svg element with the title and description,
 * whose ids begin with the prefix (letters, digits and -), and whose colours are variables of the
 * page: #0072b2 is var(--c0072b2,#0072b2). It holds elements and attributes that draw and nothing
 * else; references lead to its own ids, and what they draw is bounded (html_svg_uses.h). NULL where
 * the text is no such picture: not well-formed, or with elements that do more than draw; or where
 * memory is exhausted. The caller frees it. */
char *html_svg(const char *text, const char *prefix, const struct html_alt *alt);

#endif
