#include "strategies/common/image.h"
#include "bench/assets/assets.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern char **environ;

#ifndef MFD_EXEC /* Linux 6.3 */
#define MFD_EXEC 0x10u
#endif

static const struct asset *choose(bool loads_library)
{
    const char *preload = getenv("LD_PRELOAD");
    bool is_static = !loads_library && (preload == NULL || preload[0] == '\0');
    return is_static ? &asset_image_static : &asset_image_dynamic;
}

/* Older kernels do not know the flag, and need none. */
static int make_memfd(void)
{
    unsigned flags = MFD_CLOEXEC;
    int fd = memfd_create("breakeven-image", flags | MFD_EXEC);
    return fd < 0 && errno == EINVAL ? memfd_create("breakeven-image", flags) : fd;
}

static int fill(int fd, const struct asset *image)
{
    for (const char *at = image->text; at < image->end;) {
        ssize_t put = write(fd, at, (size_t)(image->end - at));
        if (put < 0 && errno != EINTR)
            return -1;
        at += put > 0 ? put : 0;
    }
    return 0;
}

int image_open(bool loads_library, struct error *error)
{
    int fd = make_memfd();
    if (fd < 0)
        return fail_errno(error, errno, "image: %s",
                          errno == EACCES ? "memory to execute (see vm.memfd_noexec)"
                                          : "memfd_create");
    if (fill(fd, choose(loads_library)) != 0) {
        fail_errno(error, errno, "image: its memory");
        close(fd);
        return -1;
    }
    return fd;
}

pid_t image_spawn(int image, char *const arguments[], const int fds[], size_t fd_count,
                  struct error *error)
{
    char path[32];
    posix_spawn_file_actions_t actions;
    pid_t pid = -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", image);
    int refused = posix_spawn_file_actions_init(&actions);
    if (refused == 0) {
        for (size_t i = 0; refused == 0 && i < fd_count; i++)
            if (fds[i] >= 0) /* onto itself: only close-on-exec goes */
                refused = posix_spawn_file_actions_adddup2(&actions, fds[i], fds[i]);
        if (refused == 0)
            refused = posix_spawn(&pid, path, &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    if (refused != 0) {
        fail_errno(error, refused, "image: posix_spawn of %s%s", path,
                   refused == ENOENT && access("/proc/self/fd", F_OK) != 0
                       ? " (/proc must be mounted, and show this process)"
                       : "");
        return -1;
    }
    return pid;
}
