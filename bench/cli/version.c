/* breakeven --version: what this build is, a fact a line. */
#include "bench/assets/assets.h"
#include "bench/cli/cli.h"
#include "bench/data/host.h"
#include "bench/job/work.h"
#include "strategies/strategy.h"

#include <stdio.h>
#include <string.h>

/* The library that runs a strategy, or why there is none. */
static void print_library(const char *what, const struct strategy_ops *ops)
{
    const char *missing = strategy_unavailable(ops);
    if (missing != NULL)
        printf("%s: unavailable: %s\n", what, missing);
    else
        printf("%s: %s\n", what, ops->runtime != NULL ? ops->runtime() : "");
}

/* The Makefile takes the dynamic one twice where there is no static one. */
static bool has_static_image(void)
{
    const struct asset *fixed = &asset_image_static, *loaded = &asset_image_dynamic;
    size_t bytes = (size_t)(fixed->end - fixed->text);
    return bytes != (size_t)(loaded->end - loaded->text) ||
           memcmp(fixed->text, loaded->text, bytes) != 0;
}

void cli_print_version(void)
{
    struct build_facts build;
    host_read_build(&build);
    printf("breakeven %s (%s)\ncompiler: %s\nflags: %s\nallocator: %s\n", build.version,
           build.commit, build.compiler, build.flags, build.allocator);
    print_library("OpenMP runtime", strategy_find("openmp"));
    for (size_t i = 0; i < strategies_count; i++)
        if ((strategies[i]->flags & STRATEGY_PEER) != 0)
            print_library(strategies[i]->name, strategies[i]);
    printf("program of spawn: linked %s\n", has_static_image() ? "statically" : "dynamically");
    if (work_has_handicap)
        puts("handicap: yes; its jobs can be made longer");
    puts("license: GPL-3.0-or-later");
}
