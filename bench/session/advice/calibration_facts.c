#include "bench/session/advice/calibration_facts.h"
#include "bench/base/json.h"
#include "bench/base/pages.h"
#include "bench/base/text.h"
#include "bench/data/host.h"
#include "bench/machine/conditions.h"
#include "strategies/runner/known.h"
#include "strategies/strategy.h"

#include <link.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

extern char **environ;

/* ------------------------------------------------------------------------------- the machine */

/* What /proc/cpuinfo says of the first CPU, which the kernel writes in no time however many there
 * are. */
static void read_first_cpu(char *text, size_t bytes)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    size_t count = 0;
    if (file != NULL) {
        setvbuf(file, NULL, _IONBF, 0);
        count = fread(text, 1, bytes - 1, file);
        fclose(file);
    }
    text[count] = '\0';
    char *next = strstr(text, "\n\n");
    if (next != NULL)
        *next = '\0';
}

/* The value of a line like "model name\t: AMD EPYC"; "" where there is none. */
static void find_field(const char *text, const char *name, char *value, size_t bytes)
{
    size_t length = strlen(name);
    *value = '\0';
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        size_t blanks = strspn(line + (strncmp(line, name, length) == 0 ? length : 0), " \t");
        if (strncmp(line, name, length) != 0 || line[length + blanks] != ':')
            continue;
        const char *from = line + length + blanks + 1;
        from += strspn(from, " \t");
        snprintf(value, bytes, "%.*s", (int)strcspn(from, "\n"), from);
        return;
    }
}

/* All that tells the kind of CPU, whichever of it the architecture has. */
static json_t *describe_cpu(const char *cpuinfo)
{
    static const char *const fields[] = {
        "model name", "vendor_id",       "cpu family",  "model",    "stepping", "cpu",
        "revision",   "CPU implementer", "CPU variant", "CPU part", "uarch",    "CPU revision",
    };
    char text[512] = "", value[128];
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t used = strlen(text);
        find_field(cpuinfo, fields[i], value, sizeof value);
        if (*value != '\0')
            snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? " " : "", value);
    }
    return json_of_text(text);
}

/* What changes how OpenMP, malloc or the loader behave reaches every visit. */
static json_t *describe_environment(void)
{
    json_t *texts = json_array();
    for (char **variable = environ; variable != NULL && *variable != NULL; variable++)
        if (conditions_variable_matters(*variable))
            json_array_append_new(texts, json_of_text(*variable));
    return texts;
}

/* Kernels keep some MiB more or less to themselves: that makes no other machine. */
static json_int_t memory_mib(void)
{
    enum { STEP_MIB = 256 };
    double mib = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / 0x1p20;
    return (json_int_t)(STEP_MIB * round(mib / STEP_MIB));
}

static json_t *describe_machine(const char *cpuinfo, const struct cpus *cpus)
{
    struct utsname system;
    uname(&system);
    return json_pack("{s:o, s:s, s:i, s:i, s:i, s:o, s:I, s:I, s:o}", "cpu", describe_cpu(cpuinfo),
                     "architecture", system.machine, "online", (int)cpus->online, "affinity",
                     (int)cpus->affinity, "usable", (int)cpus->usable, "quota_permille",
                     isfinite(cpus->quota) ? json_integer(llround(1000 * cpus->quota))
                                           : json_null(),
                     "memory_mib", memory_mib(), "page_bytes", (json_int_t)pages_small_bytes(),
                     "environment", describe_environment());
}

/* ------------------------------------------------------------------------------- the program */

static bool runs_strategies(const char *name)
{
    if (strncmp(name, "libc.", strlen("libc.")) == 0)
        return true;
    for (size_t i = 0; i < strategies_count; i++)
        if ((strategies[i]->flags & STRATEGY_PEER) == 0 && strategies[i]->runtime != NULL &&
            text_equal(strategies[i]->runtime(), name))
            return true;
    return false;
}

/* A library keeps its name when a new version of it takes its place, but not its size and time. */
static int note_library(struct dl_phdr_info *loaded, size_t bytes, void *user)
{
    const char *slash = strrchr(loaded->dlpi_name, '/');
    const char *name = slash != NULL ? slash + 1 : loaded->dlpi_name;
    struct stat status;
    char text[64];
    (void)bytes;
    if (!runs_strategies(name) || stat(loaded->dlpi_name, &status) != 0)
        return 0;
    snprintf(text, sizeof text, "%lld bytes, %lld", (long long)status.st_size,
             (long long)status.st_mtime);
    json_object_set_new(user, name, json_string(text));
    return 0;
}

static json_t *describe_libraries(void)
{
    json_t *found = json_object();
    if (found != NULL)
        dl_iterate_phdr(note_library, found);
    return found;
}

static json_t *describe_maker(const char *cpuinfo)
{
    struct build_facts build;
    struct utsname system;
    char kernel[300], microcode[64];
    host_read_build(&build);
    uname(&system);
    snprintf(kernel, sizeof kernel, "%s %s %s", system.sysname, system.release, system.version);
    find_field(cpuinfo, "microcode", microcode, sizeof microcode);
    return json_pack("{s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:o}", "kernel", json_of_text(kernel),
                     "microcode", json_of_text(microcode), "version", build.version, "commit",
                     build.commit, "compiler", build.compiler, "flags", build.flags, "allocator",
                     build.allocator, "libraries", describe_libraries());
}

/* What an interpreter is, and what its libraries are. */
static int add_python(const char *python, struct calibration_facts *facts, struct error *error)
{
    const json_t *hello = python_hello(python, error);
    if (hello == NULL)
        return -1;
    json_t *told = json_object_get(hello, "facts"), *runtime = json_object_get(hello, "runtime");
    json_object_set_new(facts->machine, "python", json_of_text(python));
    json_object_set_new(facts->made_by, "python", json_pack("[O?, O?]", runtime, told));
    return 0;
}

int calibration_facts_read(const struct cpus *cpus, const char *python,
                           struct calibration_facts *facts, struct error *error)
{
    char cpuinfo[4096];
    read_first_cpu(cpuinfo, sizeof cpuinfo);
    *facts = (struct calibration_facts){describe_machine(cpuinfo, cpus), describe_maker(cpuinfo)};
    int result = facts->machine != NULL && facts->made_by != NULL
                     ? 0
                     : fail(error, ERROR_REFUSED, "calibration: out of memory");
    if (result == 0 && python != NULL)
        result = add_python(python, facts, error);
    if (result != 0)
        calibration_facts_free(facts);
    return result;
}

void calibration_facts_free(struct calibration_facts *facts)
{
    json_decref(facts->machine);
    json_decref(facts->made_by);
    *facts = (struct calibration_facts){0};
}

bool calibration_facts_differ(const struct json_t *were, const struct json_t *are, char *why,
                              size_t bytes)
{
    static const char *const words[][2] = {
        {"kernel", "the kernel is another one"},
        {"microcode", "the CPU's microcode is another one"},
        {"version", "this breakeven is another version"},
        {"commit", "this breakeven is another build"},
        {"compiler", "this breakeven is another build"},
        {"flags", "this breakeven is another build"},
        {"allocator", "the memory allocator is another one"},
        {"python", "Python, or a library of its, is another one"},
        {"libraries", "a library that runs strategies is another one"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const json_t *was = json_object_get(were, words[i][0]);
        const json_t *is = json_object_get(are, words[i][0]);
        if (was != is && !json_equal(was, is)) {
            snprintf(why, bytes, "%s", words[i][1]);
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------------------- its place */

int calibration_folder(char path[PATH_MAX], struct error *error)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    bool is_told = cache != NULL && *cache == '/';
    if (!is_told && (home == NULL || *home != '/'))
        return fail(error, ERROR_REFUSED,
                    "the calibration cannot be kept: neither XDG_CACHE_HOME nor HOME is the path "
                    "of a folder");
    int length = snprintf(path, PATH_MAX, "%s%s/breakeven", is_told ? cache : home,
                          is_told ? "" : "/.cache");
    return length < PATH_MAX - 128 ? 0
                                   : fail(error, ERROR_REFUSED,
                                          "the calibration cannot be kept: the path of %s is too "
                                          "long",
                                          is_told ? "XDG_CACHE_HOME" : "HOME");
}

/* FNV-1a, 64 bits (Fowler, Noll and Vo): what it must tell apart are a few files of one user. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

int calibration_path(const char *folder, const struct calibration_facts *facts, char path[PATH_MAX],
                     struct error *error)
{
    char *text = json_dumps(facts->machine, JSON_COMPACT | JSON_SORT_KEYS);
    if (text == NULL)
        return fail(error, ERROR_REFUSED, "calibration: out of memory");
    int length = snprintf(path, PATH_MAX, "%s/calibration-%016llx.json", folder,
                          (unsigned long long)hash_of(text));
    free(text);
    return length < PATH_MAX ? 0 : fail(error, ERROR_REFUSED, "%.80s...: too long", folder);
}
