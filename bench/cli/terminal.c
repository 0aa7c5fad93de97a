#include "bench/cli/terminal.h"
#include "bench/base/text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEFAULT_COLUMNS = 80, LEAST_COLUMNS = 20, MOST_COLUMNS = 400 };

static unsigned columns_of(int fd)
{
    struct winsize size;
    const char *told = getenv("COLUMNS");
    unsigned long columns = DEFAULT_COLUMNS;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        columns = size.ws_col;
    else if (told != NULL && *told >= '1' && *told <= '9')
        columns = strtoul(told, NULL, 10);
    return columns < LEAST_COLUMNS  ? LEAST_COLUMNS
           : columns > MOST_COLUMNS ? MOST_COLUMNS
                                    : (unsigned)columns;
}

/* Asked of a locale of its own: the program's stays "C", in which numbers have points. */
static bool has_unicode(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (locale == (locale_t)0)
        return false;
    bool found = text_equal(nl_langinfo_l(CODESET, locale), "UTF-8");
    freelocale(locale);
    return found;
}

static bool has_colour(int fd)
{
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fd) == 1 && (none == NULL || *none == '\0') &&
           (term == NULL || !text_equal(term, "dumb"));
}

struct terminal terminal_of(int fd)
{
    return (struct terminal){columns_of(fd), has_unicode(), has_colour(fd)};
}
