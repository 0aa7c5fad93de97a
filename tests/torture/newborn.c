/* Stops a process before it has executed its program: usage: newborn PID [child]. Looks at all that
 * PID has started, or at its own children alone, until there is one that was not there before, and
 * stops it. Prints its number where it was then still a copy of its parent, by its command line;
 * else it may go on, and the next is tried. Exit 1 where none was met within 20 s. */
#include "bench/base/clock.h"
#include "bench/process/processes.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 256, LINE_BYTES = 4096, PATIENCE_S = 20 };

static size_t command_line(pid_t pid, char line[LINE_BYTES])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    FILE *file = fopen(path, "re");
    size_t bytes = file != NULL ? fread(line, 1, LINE_BYTES, file) : 0;
    if (file != NULL)
        fclose(file);
    return bytes;
}

/* Waits until it is stopped; false where it has ended. */
static bool is_copy_of_parent(pid_t pid)
{
    char own[LINE_BYTES], above[LINE_BYTES], state;
    pid_t parent;
    while ((state = process_state(pid, &parent)) != 'T')
        if (state == '\0' || state == 'Z')
            return false;
    size_t bytes = command_line(pid, own);
    return bytes > 0 && bytes == command_line(parent, above) && memcmp(own, above, bytes) == 0;
}

static bool is_among(const pid_t known[], size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (known[i] == pid)
            return true;
    return false;
}

/* found[0] is whose children are looked at. */
static size_t look(pid_t found[MOST], bool deep)
{
    return deep ? processes_add_below(found, 1, MOST)
                : 1 + processes_children(found[0], found + 1, MOST - 1);
}

int main(int count, char *arguments[])
{
    pid_t root = count == 2 || count == 3 ? (pid_t)atoi(arguments[1]) : 0;
    pid_t known[MOST] = {root}, found[MOST] = {root};
    uint64_t begun_ns = clock_now_ns();
    if (root <= 0) {
        fprintf(stderr, "usage: newborn PID [child]\n");
        return 2;
    }
    bool deep = count == 2;
    size_t known_count = look(known, deep);
    while (clock_now_ns() - begun_ns < PATIENCE_S * NS_PER_S) {
        size_t now = look(found, deep);
        for (size_t i = 1; i < now; i++) {
            if (is_among(known, known_count, found[i]) || kill(found[i], SIGSTOP) != 0)
                continue;
            if (is_copy_of_parent(found[i])) {
                printf("%d\n", (int)found[i]);
                return 0;
            }
            kill(found[i], SIGCONT);
        }
        memcpy(known, found, now * sizeof *known);
        known_count = now;
    }
    return 1;
}
