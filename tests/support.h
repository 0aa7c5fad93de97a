#ifndef BREAKEVEN_TESTS_SUPPORT_H
#define BREAKEVEN_TESTS_SUPPORT_H

#include "bench/base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What cmocka.h needs before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail /* cmocka's macro; fail is breakeven's function here */

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* `make test-long`: what takes minutes is tested in full. */
#define TESTS_ARE_LONG (getenv("BREAKEVEN_TEST_LONG") != NULL)

/* Built with the address or the thread sanitizer: address space and resident memory are not what
 * they are elsewhere, and each process may have a thread more. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

/* How many worlds of chance a test goes through: all of them in `make test-long`, else a third; a
 * tenth where a sanitizer, which sees the same in each, makes them take ten times as long. */
static inline unsigned long test_worlds(unsigned long all)
{
    return TESTS_ARE_LONG ? all : all / (SANITIZED ? 10 : 3);
}

/* Ends the test with a message of its own; the macros below name the line of the caller. */
#define stop_test(...) stop_test_at(__FILE__, __LINE__, __VA_ARGS__)
#define assert_near(got, wanted) assert_near_at(got, wanted, #got, __FILE__, __LINE__)
#define assert_unknown(got) assert_unknown_at(got, #got, __FILE__, __LINE__)
#define assert_contains(text, part) assert_contains_at(text, part, __FILE__, __LINE__)
#define assert_no_error(error) assert_no_error_at(error, __FILE__, __LINE__)
#define assert_error(error, kind, part) assert_error_at(error, kind, part, __FILE__, __LINE__)

static inline void stop_test_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline void stop_test_at(const char *file, int line, const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    print_error("%s\n", text);
    _fail(file, line);
}

/* Equal but for rounding; two unknown numbers are equal. */
static inline void assert_near_at(double got, double wanted, const char *what, const char *file,
                                  int line)
{
    bool equal = isnan(got) ? (bool)isnan(wanted) : fabs(got - wanted) <= 1e-9 * fabs(wanted);
    if (!equal)
        stop_test_at(file, line, "%s is %.12g, not %.12g", what, got, wanted);
}

static inline void assert_unknown_at(double got, const char *what, const char *file, int line)
{
    if (!isnan(got))
        stop_test_at(file, line, "%s is %.12g, but cannot be known", what, got);
}

static inline void assert_contains_at(const char *text, const char *part, const char *file,
                                      int line)
{
    if (strstr(text, part) == NULL)
        stop_test_at(file, line, "'%s' does not contain '%s'", text, part);
}

static inline void assert_no_error_at(const struct error *error, const char *file, int line)
{
    if (error->kind != ERROR_NONE)
        stop_test_at(file, line, "unexpected error: %s", error->text);
}

static inline void assert_error_at(const struct error *error, enum error_kind kind,
                                   const char *part, const char *file, int line)
{
    if (error->kind != kind)
        stop_test_at(file, line, "kind %d, not %d, for '%s' (text '%s')", (int)error->kind,
                     (int)kind, part, error->text);
    assert_contains_at(error->text, part, file, line);
}

/* --------------------------------------------------------------------------------- leaks */

/* The entries of a folder, its two dots included. */
static inline size_t count_entries(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        closedir(folder);
    return count;
}

/* For comparison with itself: the two dots and the folder's own are counted too. */
static inline size_t open_descriptors(void)
{
    return count_entries("/proc/self/fd");
}

/* The limit on descriptors that leaves room for as many more, wherever the open ones lie. */
static inline rlim_t descriptor_limit(size_t spare)
{
    int fd = 0;
    for (size_t found = 0; found < spare; fd++)
        found += fcntl(fd, F_GETFD) < 0;
    return (rlim_t)fd;
}

/* --------------------------------------------------------------------------------- files */

/* Group fixtures: every test of the group gets the path of one new folder as its state. */
static inline int scratch_make(void **state)
{
    char *folder = strdup("/tmp/breakeven-test-XXXXXX");
    *state = folder;
    return folder != NULL && mkdtemp(folder) != NULL ? 0 : -1;
}

static inline int scratch_remove_entry(const char *path, const struct stat *status, int kind,
                                       struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline int scratch_remove(void **state)
{
    int result = nftw(*state, scratch_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return result;
}

/* The path of a file in the test's folder; the caller frees it. */
static inline char *scratch_path(void **state, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", (const char *)*state, name) > 0);
    return path;
}

static inline void file_write(const char *path, const char *bytes, size_t count)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

/* A file of the test's folder that holds the text; the caller frees the path. */
static inline char *scratch_file(void **state, const char *name, const char *text)
{
    char *path = scratch_path(state, name);
    file_write(path, text, strlen(text));
    return path;
}

/* What a file holds, as a string; the caller frees it. */
static inline char *file_read(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        stop_test("%s: %s", path, strerror(errno));
    ssize_t got = getdelim(&text, &room, '\0', file);
    assert_int_equal(fclose(file), 0);
    if (got >= 0)
        return text;
    free(text);
    return strdup(""); /* an empty file */
}

/* How many entries a folder has. */
static inline size_t folder_entries(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

static inline bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

#endif
