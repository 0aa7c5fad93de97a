/* Which folders limit a process, by what the kernel says of its cgroups and mounts. */
#include "tests/support.h"

#include "bench/base/cgroup.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char file_pattern[] = "/tmp/breakeven-XXXXXX";

static void write_file(char *path, const char *text)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

struct folders {
    char text[1024];
};

static void note(const char *folder, enum cgroup_version version, void *user)
{
    struct folders *folders = user;
    size_t used = strlen(folders->text);
    snprintf(folders->text + used, sizeof folders->text - used, "v%d %s\n", (int)version, folder);
}

/* The folders of the memory controller, a line each. */
static struct folders walk(const char *cgroups, const char *mounts)
{
    struct folders folders = {""};
    char cgroup_path[sizeof file_pattern], mount_path[sizeof file_pattern];
    memcpy(cgroup_path, file_pattern, sizeof file_pattern);
    memcpy(mount_path, file_pattern, sizeof file_pattern);
    write_file(cgroup_path, cgroups);
    write_file(mount_path, mounts);
    cgroup_each_by(cgroup_path, mount_path, "memory", note, &folders);
    unlink(cgroup_path);
    unlink(mount_path);
    return folders;
}

#define assert_walk(cgroups, mounts, folders)                                                      \
    assert_string_equal(walk(cgroups, mounts).text, folders)

static const char v2_mount[] = "30 23 0:27 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 none rw\n";

static void all_that_is_above_a_cgroup_counts_its_own_first(void **state)
{
    (void)state;
    assert_walk("0::/a.slice/b.service\n", v2_mount,
                "v2 /sys/fs/cgroup/a.slice/b.service\n"
                "v2 /sys/fs/cgroup/a.slice\n"
                "v2 /sys/fs/cgroup\n");
    assert_walk("0::/\n", v2_mount, "v2 /sys/fs/cgroup\n");
}

static void controllers_of_v1_are_found_where_they_are_mounted(void **state)
{
    (void)state;
    assert_walk("9:name=systemd:/init\n3:cpu,cpuacct:/c\n4:memory:/m/n\n",
                "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
                "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
                "35 31 0:32 / /dev/memcg rw - cgroup cgroup rw,memory\n",
                "v1 /dev/memcg/m/n\nv1 /dev/memcg/m\nv1 /dev/memcg\n");
}

static void v2_beside_v1_is_found_where_it_is_mounted(void **state)
{
    (void)state;
    assert_walk("4:memory:/m\n0::/u\n",
                "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
                "v1 /sys/fs/cgroup/memory/m\nv1 /sys/fs/cgroup/memory\n"
                "v2 /sys/fs/cgroup/unified/u\nv2 /sys/fs/cgroup/unified\n");
}

/* A container without a namespace of its own sees the path of outside, but its own part only. */
static void a_mount_of_a_part_shows_that_part(void **state)
{
    (void)state;
    assert_walk("4:memory:/docker/abc/inner\n",
                "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
                "v1 /sys/fs/cgroup/memory/inner\nv1 /sys/fs/cgroup/memory\n");
    assert_walk("4:memory:/docker/abc\n",
                "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
                "36 31 0:32 / /host/memory ro - cgroup cgroup rw,memory\n",
                "v1 /host/memory/docker/abc\nv1 /host/memory/docker\nv1 /host/memory\n");
}

static void what_is_above_a_namespace_is_found_by_its_mount(void **state)
{
    (void)state;
    assert_walk("0::/../other\n", "30 23 0:27 /.. /sys/fs/cgroup rw - cgroup2 none rw\n",
                "v2 /sys/fs/cgroup/other\nv2 /sys/fs/cgroup\n");
    assert_walk("0::/\n", "30 23 0:27 /../.. /sys/fs/cgroup rw - cgroup2 none rw\n",
                "v2 /sys/fs/cgroup\n");
}

/* As `unshare --cgroup` leaves it: the names between the mount and the namespace are not told. */
static void a_cgroup_whose_name_is_hidden_is_found_by_its_processes(void **state)
{
    char root[] = "/tmp/breakeven-XXXXXX", command[512], mounts[128], wanted[256];
    (void)state;
    assert_non_null(mkdtemp(root));
    snprintf(command, sizeof command,
             "cd %s && mkdir -p a/b/in c/d/in && echo 1 >c/d/cgroup.procs && "
             "printf '1\n%d\n' >a/b/in/cgroup.procs && cp a/b/in/cgroup.procs c/cgroup.procs",
             root, (int)getpid());
    assert_int_equal(system(command), 0);
    snprintf(mounts, sizeof mounts, "30 23 0:27 /../.. %s rw - cgroup2 none rw\n", root);
    snprintf(wanted, sizeof wanted, "v2 %s/a/b/in\nv2 %s/a/b\nv2 %s/a\nv2 %s\n", root, root, root,
             root);
    assert_walk("0::/in\n", mounts, wanted);
    snprintf(wanted, sizeof wanted, "v2 %s/c\nv2 %s\n", root, root);
    snprintf(mounts, sizeof mounts, "30 23 0:27 /.. %s rw - cgroup2 none rw\n", root);
    assert_walk("0::/\n", mounts, wanted);
    snprintf(command, sizeof command, "rm -r %s", root);
    assert_int_equal(system(command), 0);
}

static void a_cgroup_outside_of_the_mount_has_no_folder(void **state)
{
    (void)state;
    assert_walk("0::/../other\n", v2_mount, "");
    assert_walk("0::/a\n", "", "");
    assert_walk("4:memory:/a\n", v2_mount, "");
}

static void a_cgroup_whose_name_begins_alike_is_another(void **state)
{
    (void)state;
    assert_walk("4:memory:/docker/abcd\n",
                "35 31 0:32 /docker/abc /part rw - cgroup cgroup rw,memory\n"
                "36 31 0:32 / /all rw - cgroup cgroup rw,memory\n",
                "v1 /all/docker/abcd\nv1 /all/docker\nv1 /all\n");
}

static void blanks_in_paths_are_read(void **state)
{
    (void)state;
    assert_walk("0::/my group\n", "30 23 0:27 / /mnt/c\\040g\\134roups rw - cgroup2 none rw\n",
                "v2 /mnt/c g\\roups/my group\nv2 /mnt/c g\\roups\n");
}

static void lines_that_are_cut_are_passed_over(void **state)
{
    (void)state;
    assert_walk("0\n0:\n0::/a\n", "30 23\n30 23 0:27 / /x rw - cgroup2\n", "");
}

static void an_item_of_a_file_is_read_by_its_whole_name(void **state)
{
    char folder[] = "/tmp/breakeven-XXXXXX", path[64];
    double value = 0;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/memory.events", folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("oom 4\noom_kill 3\n", file);
    fclose(file);
    assert_true(cgroup_read_item(folder, "memory.events", "oom_kill", &value));
    assert_near(value, 3);
    assert_false(cgroup_read_item(folder, "memory.events", "oom_ki", &value));
    assert_false(cgroup_read_item(folder, "memory.stat", "oom_kill", &value));
    unlink(path);
    rmdir(folder);
}

/* ------------------------------------------------------------------------------- this process */

static struct folders look(const char *controller)
{
    struct folders folders = {""};
    cgroup_each(controller, note, &folders);
    return folders;
}

/* What is remembered of each controller is what is found; there is no room to remember all. */
static void a_cgroup_is_found_again_as_it_was_found(void **state)
{
    (void)state;
    static const char *const controllers[] = {"memory", "cpu", "pids", "io", "freezer", "memory"};
    for (size_t i = 0; i < 2 * COUNT_OF(controllers); i++) {
        const char *controller = controllers[i % COUNT_OF(controllers)];
        struct folders found = {""};
        cgroup_each_by("/proc/self/cgroup", "/proc/self/mountinfo", controller, note, &found);
        assert_string_equal(look(controller).text, found.text);
    }
}

static bool enter(const char *folder)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    FILE *file = fopen(path, "we");
    bool entered = file != NULL && fprintf(file, "%d\n", (int)getpid()) > 0;
    if (file != NULL)
        entered = fclose(file) == 0 && entered;
    return entered;
}

static void a_process_that_was_moved_finds_its_new_cgroup(void **state)
{
    (void)state;
    char own[1024] = "", folder[1100];
    struct folders before = look("memory");
    if (sscanf(before.text, "v%*d %1023[^\n]", own) != 1)
        skip();
    snprintf(folder, sizeof folder, "%s/breakeven-test-%d", own, (int)getpid());
    if (mkdir(folder, 0700) != 0)
        skip(); /* not root, or cgroups are read-only here */
    bool moved = enter(folder);
    struct folders after = look("memory");
    bool back = enter(own);
    struct folders again = look("memory");
    rmdir(folder);
    if (!moved)
        skip();
    assert_true(back);
    assert_contains(after.text, folder);
    assert_contains(after.text, before.text);
    assert_string_equal(again.text, before.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_above_a_cgroup_counts_its_own_first),
        cmocka_unit_test(controllers_of_v1_are_found_where_they_are_mounted),
        cmocka_unit_test(v2_beside_v1_is_found_where_it_is_mounted),
        cmocka_unit_test(a_mount_of_a_part_shows_that_part),
        cmocka_unit_test(what_is_above_a_namespace_is_found_by_its_mount),
        cmocka_unit_test(a_cgroup_whose_name_is_hidden_is_found_by_its_processes),
        cmocka_unit_test(a_cgroup_outside_of_the_mount_has_no_folder),
        cmocka_unit_test(a_cgroup_whose_name_begins_alike_is_another),
        cmocka_unit_test(blanks_in_paths_are_read),
        cmocka_unit_test(lines_that_are_cut_are_passed_over),
        cmocka_unit_test(an_item_of_a_file_is_read_by_its_whole_name),
        cmocka_unit_test(a_cgroup_is_found_again_as_it_was_found),
        cmocka_unit_test(a_process_that_was_moved_finds_its_new_cgroup),
    };
    return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
