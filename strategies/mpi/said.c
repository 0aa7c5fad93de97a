#include "strategies/mpi/said.h"
#include "strategies/mpi/protocol.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MOST_CHARACTERS = 300 };

/* What stands behind a mark; NULL: the mark is not there. */
static const char *behind(const char *said, const char *mark)
{
    const char *at = said != NULL ? strstr(said, mark) : NULL;
    return at != NULL ? at + strlen(mark) : NULL;
}

static int length_of_line(const char *line)
{
    size_t length = strcspn(line, "\n");
    return (int)(length < MOST_CHARACTERS ? length : MOST_CHARACTERS);
}

static bool rank_tells(const char *said, char *text, size_t bytes)
{
    const char *line = strstr(said, RANKS_LINE);
    if (line == NULL)
        return false;
    line = behind(line, "breakeven: mpi: ");
    snprintf(text, bytes, "%.*s", length_of_line(line), line);
    return true;
}

/* A sentence of several lines, of which a dot and what is blank mark the end; names have dots, too.
 */
static bool open_mpi_tells_of_rank(const char *said, char *text, size_t bytes)
{
    const char *sentence = behind(said, "process rank ");
    size_t length = 0;
    if (sentence == NULL)
        return false;
    while (length < MOST_CHARACTERS && sentence[length] != '\0' &&
           !(sentence[length] == '.' && isspace((unsigned char)sentence[length + 1])))
        length++;
    snprintf(text, bytes, "rank %.*s", (int)length, sentence);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
    return true;
}

static bool open_mpi_tells_of_host(const char *said, char *text, size_t bytes)
{
    const char *host = behind(said, "has lost communication with a remote daemon");
    host = behind(behind(host, "Remote daemon: "), " on node ");
    if (host == NULL)
        return false;
    snprintf(text, bytes, "the connection to host %.*s is lost", length_of_line(host), host);
    return true;
}

/* Open MPI 4 and 5 write the name of a process in ways of their own. */
static bool open_mpi_tells_of_exit(const char *said, char *text, size_t bytes)
{
    const char *name = behind(said, "Process name: ");
    unsigned rank;
    int code;
    if (name == NULL || (sscanf(name, "[[%*u,%*u],%u] Exit code: %d", &rank, &code) != 2 &&
                         sscanf(name, "[%*[^@]@%*u,%u] Exit code: %d", &rank, &code) != 2))
        return false;
    snprintf(text, bytes, "rank %u ended with exit code %d", rank, code);
    return true;
}

/* It knows processes by their ids, and signals by another line. */
static bool mpich_tells(const char *said, char *text, size_t bytes)
{
    const char *process = behind(said, "=   PID "), *how = behind(said, "EXIT STRING: ");
    char host[RANKS_HOST_BYTES];
    long pid;
    int code;
    if (process == NULL ||
        sscanf(process, "%ld RUNNING AT %79s = EXIT CODE: %d", &pid, host, &code) != 3)
        return false;
    if (how != NULL)
        snprintf(text, bytes, "a rank, process %ld on %s, ended: %.*s", pid, host,
                 length_of_line(how), how);
    else
        snprintf(text, bytes, "a rank, process %ld on %s, ended with exit code %d", pid, host,
                 code);
    return true;
}

static bool srun_tells(const char *said, char *text, size_t bytes)
{
    const char *line = said;
    while ((line = behind(line, "srun: error: ")) != NULL) {
        char host[RANKS_HOST_BYTES], how[MOST_CHARACTERS];
        unsigned rank;
        if (sscanf(line, "%79[^: ]: task %u: %299[^\n]", host, &rank, how) != 3 &&
            sscanf(line, "%79[^: ]: tasks %u%*[-,0-9]: %299[^\n]", host, &rank, how) != 3)
            continue;
        snprintf(text, bytes, "rank %u on %s: %s", rank, host, how);
        return true;
    }
    return false;
}

/* The rest of the line behind a heading of Open MPI's help texts, as in "Node:       b". */
static bool read_heading(const char *said, const char *heading, char *text, size_t bytes)
{
    const char *at = strstr(said, heading);
    if (at == NULL)
        return false;
    at += strlen(heading);
    at += strspn(at, " \t");
    snprintf(text, bytes, "%.*s", length_of_line(at), at);
    return *text != '\0';
}

static bool open_mpi_misses_program(const char *said, char *text, size_t bytes)
{
    char node[RANKS_HOST_BYTES], program[160];
    if (!read_heading(said, "\nNode:", node, sizeof node) ||
        !read_heading(said, "\nExecutable:", program, sizeof program))
        return false;
    snprintf(text, bytes,
             "%s has no %s that it can execute: breakeven must be there, or BREAKEVEN_RANK say "
             "where it is",
             node, program);
    return true;
}

enum said said_tells(const char *said, char *text, size_t bytes)
{
    if (rank_tells(said, text, bytes))
        return SAID_IN_SHORT;
    if (open_mpi_misses_program(said, text, bytes) || open_mpi_tells_of_rank(said, text, bytes) ||
        open_mpi_tells_of_host(said, text, bytes))
        return SAID_AT_LENGTH;
    if (open_mpi_tells_of_exit(said, text, bytes) || mpich_tells(said, text, bytes) ||
        srun_tells(said, text, bytes))
        return SAID_IN_SHORT;
    return SAID_NOTHING;
}

/* ------------------------------------------------------------------------------- at the start */

bool said_tells_of_start(const char *said, char *text, size_t bytes)
{
    for (; *said != '\0'; said += strcspn(said, "\n"), said += *said == '\n') {
        int length = (int)strcspn(said, "\n");
        if ((int)strspn(said, " -\t\r") == length)
            continue; /* a blank line, or a rule */
        snprintf(text, bytes, "%.*s", length < MOST_CHARACTERS ? length : MOST_CHARACTERS, said);
        return true;
    }
    return false;
}
