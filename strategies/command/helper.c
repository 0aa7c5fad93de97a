#include "strategies/command/helper.h"
#include "bench/base/parse.h"
#include "strategies/command/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The arguments: the path of the block, the size, the job's number. */
enum { BLOCK, SIZE, INDEX, ARGUMENTS };

static const unsigned char *map_block(const char *path, uint64_t *bytes)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
        return NULL;
    *bytes = (uint64_t)status.st_size;
    void *block = mmap(NULL, *bytes, PROT_READ, MAP_SHARED, fd, 0);
    return block != MAP_FAILED ? block : NULL;
}

int helper_main(int count, char *const arguments[], struct error *error)
{
    static const struct number_rule any = {.most = UINT64_MAX};
    uint64_t size, index, bytes = 0;
    struct command command;
    struct command_line line;
    if (count != ARGUMENTS)
        return fail(error, ERROR_USAGE, "command: started by breakeven only");
    if (parse_number("command", arguments[SIZE], &any, &size, error) != 0 ||
        parse_number("command", arguments[INDEX], &any, &index, error) != 0)
        return -1;
    const unsigned char *block = map_block(arguments[BLOCK], &bytes);
    if (!command_read(block, bytes, &command))
        return fail_errno(error, errno, "command: %s", arguments[BLOCK]);
    if (!command_line_make(&command, index, size, &line))
        return fail(error, ERROR_REFUSED, "command: out of memory");
    int why = launch_become(&line, -1, STDERR_FILENO, getppid());
    return fail_errno(error, why, "command: %s", line.program);
}
