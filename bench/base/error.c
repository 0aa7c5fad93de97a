#include "bench/base/error.h"
#include "bench/base/limits.h"
#include "bench/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names in a message may hold anything: it stays one line, and nothing in it acts on a terminal. */
static void record(struct error *error, enum error_kind kind, const char *format, va_list arguments)
{
    char raw[sizeof error->text];
    error->kind = kind;
    vsnprintf(raw, sizeof raw, format, arguments);
    for (char *c = raw; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    text_printable(error->text, sizeof error->text, raw);
}

int fail(struct error *error, enum error_kind kind, const char *format, ...)
{
    if (error->kind != ERROR_NONE)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    record(error, kind, format, arguments);
    va_end(arguments);
    return -1;
}

int fail_errno(struct error *error, int errnum, const char *format, ...)
{
    if (error->kind != ERROR_NONE)
        return -1;
    char limit[256];
    va_list arguments;
    va_start(arguments, format);
    record(error, ERROR_REFUSED, format, arguments);
    va_end(arguments);
    limits_describe(errnum, limit, sizeof limit);
    size_t used = strlen(error->text);
    snprintf(error->text + used, sizeof error->text - used, ": %s%s", strerror(errnum), limit);
    return -1;
}
