#ifndef BREAKEVEN_BASE_CGROUP_H
#define BREAKEVEN_BASE_CGROUP_H

#include <stdbool.h>
#include <stdio.h>

enum cgroup_version { CGROUP_V1 = 1, CGROUP_V2 = 2 };

typedef void cgroup_function(const char *folder, enum cgroup_version version, void *user);

/* Calls function for the folder of the calling process's cgroup that the controller ("cpu",
 * "memory", "pids") looks at, and for each folder above it that is mounted here: a limit of any of
 * them limits the process. The process's own comes first. Folders of v2 are named even where v1 has
 * the controller; the files are missing there. What is mounted is looked at again when the process
 * has come into another cgroup. Not for threads. */
void cgroup_each(const char *controller, cgroup_function *function, void *user);

/* The same by the texts of these files instead of /proc/self/cgroup and /proc/self/mountinfo. */
void cgroup_each_by(const char *cgroups, const char *mounts, const char *controller,
                    cgroup_function *function, void *user);

/* Opens a file of a cgroup's folder for reading; NULL where it cannot be read. */
FILE *cgroup_open(const char *folder, const char *name);

/* The number that a file of a cgroup's folder begins with; false where there is none. */
bool cgroup_read_number(const char *folder, const char *name, double *value);

/* The number behind a word in a file of lines like "inactive_file 4096"; false where there is none.
 */
bool cgroup_read_item(const char *folder, const char *name, const char *item, double *value);

#endif
