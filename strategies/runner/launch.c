#include "strategies/runner/launch.h"
#include "bench/assets/assets.h"
#include "bench/base/clock.h"
#include "bench/process/program.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SCRIPT "breakeven_runner.py"

/* The oldest Python that our script is for. */
enum { PYTHON_MAJOR = 3, PYTHON_LEAST_MINOR = 9 };

static enum runner_trouble trouble_of(const struct error *error)
{
    return error->kind == ERROR_NOT_COMPARABLE ? RUNNER_UNAVAILABLE
           : error->kind == ERROR_CHECK_FAILED ? RUNNER_FAILED
                                               : RUNNER_REFUSED;
}

static int launch(const struct runner_program *program, struct launched *launched,
                  struct error *error)
{
    launched->runner = runner_start(program, error);
    if (launched->runner != NULL)
        launched->hello = runner_hello(launched->runner, error);
    if (launched->hello != NULL)
        return 0;
    launched->trouble =
        launched->runner != NULL ? runner_trouble(launched->runner) : trouble_of(error);
    launched_end(launched);
    return -1;
}

int launch_runner(const char *path, uint64_t deadline_ns, struct launched *launched,
                  struct error *error)
{
    const char *const arguments[] = {path, NULL};
    const char *slash = strrchr(path, '/');
    struct runner_program program = {arguments, slash != NULL ? slash + 1 : path, deadline_ns};
    *launched = (struct launched){.folder = {.fd = -1}};
    return launch(&program, launched, error);
}

void launched_end(struct launched *launched)
{
    runner_end(launched->runner);
    json_decref(launched->hello);
    runner_folder_remove(&launched->folder);
    launched->runner = NULL;
    launched->hello = NULL;
}

/* ------------------------------------------------------------------------------- Python */

static int put_scripts(const struct runner_folder *folder, struct error *error)
{
    for (size_t i = 0; i < asset_python_count; i++) {
        const struct asset *script = &asset_python[i];
        if (runner_folder_put(folder, script->name, script->text,
                              (size_t)(script->end - script->text), error) != 0)
            return -1;
    }
    return 0;
}

/* What the interpreter prints of its version, as "3.11"; "" where it prints none. */
static void ask_version(const char *interpreter, char *text, size_t bytes)
{
    static const char print[] =
        "import sys; sys.stdout.write('%d.%d' % tuple(sys.version_info[:2]))";
    const char *const arguments[] = {interpreter, "-c", print, NULL};
    struct error ignored = {0};
    int output = memfd_create("breakeven-version", MFD_CLOEXEC);
    int folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct program program = {
        .arguments = arguments,
        .remedy = "",
        .folder = folder,
        .output = output,
        .output_most = bytes,
        .timeout_ns = RUNNER_BRIEF_NS,
    };
    ssize_t got = 0;
    if (output >= 0 && folder >= 0 && program_run(&program, &ignored) == 0)
        got = pread(output, text, bytes - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    if (output >= 0)
        close(output);
    if (folder >= 0)
        close(folder);
}

/* Why an interpreter did not come to say hello, in place of how that showed. */
static void explain(const char *interpreter, struct launched *launched, struct error *error)
{
    char version[32];
    int major, minor, end = 0;
    if (launched->trouble == RUNNER_REFUSED || launched->trouble == RUNNER_UNAVAILABLE)
        return;
    ask_version(interpreter, version, sizeof version);
    bool tells = sscanf(version, "%d.%d%n", &major, &minor, &end) == 2 && version[end] == '\0';
    bool fits = tells && major == PYTHON_MAJOR && minor >= PYTHON_LEAST_MINOR;
    if (fits)
        return;
    *error = (struct error){0};
    launched->trouble = RUNNER_UNAVAILABLE;
    if (tells)
        fail(error, ERROR_NOT_COMPARABLE, "%.200s is Python %s; it must be %d.%d or later",
             interpreter, version, PYTHON_MAJOR, PYTHON_LEAST_MINOR);
    else
        fail(error, ERROR_NOT_COMPARABLE, "%.200s is no Python: it does not tell its version",
             interpreter);
}

int launch_python(const char *interpreter, uint64_t deadline_ns, struct launched *launched,
                  struct error *error)
{
    char script[PATH_MAX + sizeof SCRIPT];
    const char *const arguments[] = {interpreter, "-u", script, NULL};
    struct runner_program program = {arguments, interpreter, deadline_ns};
    *launched = (struct launched){.folder = {.fd = -1}};
    if (runner_folder_make(&launched->folder, error) != 0 ||
        put_scripts(&launched->folder, error) != 0) {
        launched->trouble = RUNNER_REFUSED;
        launched_end(launched);
        return -1;
    }
    snprintf(script, sizeof script, "%s/" SCRIPT, launched->folder.path);
    if (launch(&program, launched, error) == 0)
        return 0;
    explain(interpreter, launched, error);
    return -1;
}
