#include "bench/session/terminal.h"
#include "bench/base/text.h"

#include <stdlib.h>
#include <string.h>
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

/* By the name of the locale that is asked for; loading it would leave memory of the C library's. */
static bool has_unicode(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *name = getenv(variables[i]);
        if (name != NULL && *name != '\0')
            return strcasestr(name, "UTF-8") != NULL || strcasestr(name, "utf8") != NULL;
    }
    return false;
}

static bool has_lines_alone(int fd)
{
    const char *term = getenv("TERM");
    return isatty(fd) != 1 || term == NULL || *term == '\0' || text_equal(term, "dumb");
}

struct terminal terminal_of(int fd)
{
    const char *none = getenv("NO_COLOR");
    bool lines = has_lines_alone(fd);
    return (struct terminal){
        .columns = columns_of(fd),
        .unicode = has_unicode(),
        .colour = !lines && (none == NULL || *none == '\0'),
        .lines = lines,
    };
}
