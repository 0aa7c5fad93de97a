#include "bench/plugin/library.h"
#include "bench/base/text.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOW_TO_LINK "link it as a shared library, as `cc -shared -fPIC` does"

bool library_is_named_by(const char *text)
{
    return strchr(text, '/') != NULL;
}

bool library_is_meant_by(const char *text)
{
    struct library_place place;
    struct error none = {0};
    char magic[SELFMAG];
    if (!library_is_named_by(text) || library_place(text, NULL, &place, &none) != 0)
        return false;
    size_t length = strlen(place.path);
    if (length > 3 && text_equal(place.path + length - 3, ".so"))
        return true;
    int fd = open(place.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool begins = fd >= 0 && pread(fd, magic, sizeof magic, 0) == SELFMAG &&
                  memcmp(magic, ELFMAG, SELFMAG) == 0;
    if (fd >= 0)
        close(fd);
    return begins;
}

int library_place(const char *text, const char *folder, struct library_place *place,
                  struct error *error)
{
    char working[PATH_MAX];
    const char *colon = strrchr(text, ':'), *slash = strrchr(text, '/');
    bool has_name = colon != NULL && (slash == NULL || colon > slash);
    int length = (int)(has_name ? colon - text : (ptrdiff_t)strlen(text));
    const char *name = has_name ? colon + 1 : "";
    if (has_name && (*name == '\0' || strlen(name) >= sizeof place->name))
        return fail(error, ERROR_USAGE, "%.200s: behind ':' stands a name of 1 to %d characters",
                    text, LIBRARY_NAME_BYTES - 1);
    snprintf(place->name, sizeof place->name, "%s", name);
    bool is_whole = *text == '/', begins_here = !is_whole && (folder == NULL || *folder != '/');
    if (begins_here && getcwd(working, sizeof working) == NULL)
        return fail_errno(error, errno, "%.200s: the working directory", text);
    while (!is_whole && strncmp(text, "./", 2) == 0) {
        text += 2;
        length -= 2;
    }
    const char *within = is_whole || folder == NULL ? "" : folder;
    int bytes =
        snprintf(place->path, sizeof place->path, "%s%s%s%s%.*s", begins_here ? working : "",
                 begins_here ? "/" : "", within, *within != '\0' ? "/" : "", length, text);
    if (bytes < 0 || (size_t)bytes >= sizeof place->path)
        return fail(error, ERROR_USAGE, "%.200s: the path is too long", text);
    return 0;
}

/* ------------------------------------------------------------------------------- looking at it */

static const char *machine_name(unsigned machine)
{
    static const struct {
        unsigned machine;
        const char *name;
    } known[] = {
        {EM_X86_64, "x86-64"},   {EM_386, "i386"},    {EM_AARCH64, "aarch64"}, {EM_ARM, "arm"},
        {EM_RISCV, "riscv"},     {EM_PPC64, "ppc64"}, {EM_S390, "s390"},       {EM_MIPS, "mips"},
        {EM_SPARCV9, "sparc64"}, {EM_PPC, "powerpc"}, {EM_IA_64, "ia64"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].machine == machine)
            return known[i].name;
    return "another architecture";
}

/* 0 where this program's own header cannot be read: then the loader tells. */
static unsigned own_machine(void)
{
    ElfW(Ehdr) own;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, &own, sizeof own) : -1;
    if (fd >= 0)
        close(fd);
    return got == (ssize_t)sizeof own ? own.e_machine : EM_NONE;
}

#define OWN_BITS (sizeof(void *) == 8 ? "64-bit " : "32-bit ")
#define OTHER_BITS (sizeof(void *) == 8 ? " 32-bit" : " 64-bit")

/* What the loader maps of a file that is cut off would end the process that reads it. */
static int check_whole(const char *path, int fd, const ElfW(Ehdr) * header, off_t bytes,
                       struct error *error)
{
    for (unsigned i = 0; i < header->e_phnum; i++) {
        ElfW(Phdr) part;
        off_t at = (off_t)(header->e_phoff + (ElfW(Off))i * header->e_phentsize);
        bool is_read = pread(fd, &part, sizeof part, at) == (ssize_t)sizeof part;
        if (!is_read ||
            (part.p_type == PT_LOAD && (part.p_offset > (ElfW(Off))bytes ||
                                        part.p_filesz > (ElfW(Off))bytes - part.p_offset)))
            return fail(error, ERROR_USAGE, "%s: no shared library: it is cut off", path);
    }
    return 0;
}

static int check_header(const char *path, const ElfW(Ehdr) * header, size_t bytes,
                        struct error *error)
{
    unsigned own = own_machine();
    if (bytes < EI_NIDENT || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return fail(error, ERROR_USAGE, "%s: no shared library%s", path,
                    bytes == 0 ? ": it is empty" : "; " HOW_TO_LINK);
    if (bytes < sizeof *header)
        return fail(error, ERROR_USAGE, "%s: no shared library: it is cut off", path);
    if (own != EM_NONE &&
        (header->e_machine != own || header->e_ident[EI_CLASS] != (sizeof(void *) == 8 ? 2 : 1)))
        return fail(error, ERROR_USAGE, "%s: a%s library for %s, where this program is for %s%s",
                    path, header->e_machine != own ? "" : OTHER_BITS,
                    machine_name(header->e_machine), header->e_machine != own ? "" : OWN_BITS,
                    machine_name(own));
    if (header->e_type == ET_REL)
        return fail(error, ERROR_USAGE, "%s: an object file, not a shared library; " HOW_TO_LINK,
                    path);
    if (header->e_type != ET_DYN)
        return fail(error, ERROR_USAGE, "%s: a program, not a shared library; " HOW_TO_LINK, path);
    return 0;
}

static int check_library(const char *path, int fd, off_t bytes, struct error *error)
{
    ElfW(Ehdr) header = {0};
    ssize_t got = pread(fd, &header, sizeof header, 0);
    if (got < 0) {
        int why = errno;
        return fail(error, ERROR_USAGE, "%s: cannot be read: %s", path, strerror(why));
    }
    return check_header(path, &header, (size_t)got, error) == 0
               ? check_whole(path, fd, &header, bytes, error)
               : -1;
}

static int check_file(const char *path, const char *what, int fd, struct stat *status,
                      struct error *error)
{
    if (fstat(fd, status) != 0) {
        int why = errno;
        return fail(error, ERROR_USAGE, "%s: %s", path, strerror(why));
    }
    if (!S_ISREG(status->st_mode))
        return fail(error, ERROR_USAGE, "%s: %s, not %s", path,
                    S_ISDIR(status->st_mode) ? "a folder" : "no file", what);
    return 0;
}

static int identify(const char *path, const char *what, bool is_library,
                    char identity[LIBRARY_IDENTITY_BYTES], struct error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), why = errno;
    if (fd < 0)
        return fail(error, ERROR_USAGE, "%s: cannot be opened: %s", path, strerror(why));
    int result = check_file(path, what, fd, &status, error);
    if (result == 0 && is_library)
        result = check_library(path, fd, status.st_size, error);
    close(fd);
    if (result == 0)
        snprintf(identity, LIBRARY_IDENTITY_BYTES, "%llx:%llx %lld bytes of %lld.%09ld",
                 (unsigned long long)status.st_dev, (unsigned long long)status.st_ino,
                 (long long)status.st_size, (long long)status.st_mtim.tv_sec,
                 status.st_mtim.tv_nsec);
    return result;
}

int library_identify(const char *path, char identity[LIBRARY_IDENTITY_BYTES], struct error *error)
{
    return identify(path, "a shared library", true, identity, error);
}

int file_identify(const char *path, const char *what, char identity[LIBRARY_IDENTITY_BYTES],
                  struct error *error)
{
    return identify(path, what, false, identity, error);
}

static int check_same(const char *path, const char *what, const char *called, bool is_library,
                      const char *identity, struct error *error)
{
    char now[LIBRARY_IDENTITY_BYTES];
    struct error gone = {0};
    if (identify(path, what, is_library, now, &gone) != 0)
        return fail(error, ERROR_REFUSED, "%s (it was there when the run began)", gone.text);
    if (!text_equal(now, identity))
        return fail(error, ERROR_REFUSED, "%s: the %s was replaced while the run goes on", path,
                    called);
    return 0;
}

int library_check_same(const char *path, const char *identity, struct error *error)
{
    return check_same(path, "a shared library", "library", true, identity, error);
}

int file_check_same(const char *path, const char *what, const char *identity, struct error *error)
{
    return check_same(path, what, "file", false, identity, error);
}

/* ------------------------------------------------------------------------------- loading it */

void *library_open(const char *path, struct error *error)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library != NULL)
        return library;
    const char *why = dlerror();
    size_t length = strlen(path);
    if (why == NULL)
        why = "it cannot be loaded";
    if (strncmp(why, path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    bool is_program = strstr(why, "position-independent executable") != NULL ||
                      strstr(why, "cannot dynamically load executable") != NULL;
    fail(error, ERROR_USAGE, "%s: %s%s", path,
         is_program ? "a program, not a shared library; " : why, is_program ? HOW_TO_LINK : "");
    return NULL;
}

void *library_symbol(void *library, const char *name)
{
    return dlsym(library, name);
}
