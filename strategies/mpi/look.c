#include "strategies/mpi/look.h"
#include "bench/base/json.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "strategies/mpi/ranks.h"
#include "strategies/mpi/spread.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *text_or_null(const char *text)
{
    char shown[256];
    text_printable(shown, sizeof shown, text);
    return *shown != '\0' ? json_of_text(shown) : json_null();
}

static json_t *number_or_null(uint64_t number)
{
    return number > 0 ? json_integer((json_int_t)number) : json_null();
}

static json_t *describe(const struct ranks_facts *facts)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "host", text_or_null(facts->host), "version",
                     text_or_null(facts->version), "model", text_or_null(facts->model), "kernel",
                     text_or_null(facts->kernel), "memory_bytes",
                     number_or_null(facts->memory_bytes), "cpus", number_or_null(facts->cpus));
}

/* The rank that is the only worker of host `index`: mpirun's order has this machine first. */
static uint32_t rank_of(size_t index, uint32_t own_host)
{
    if (index + 1 == own_host)
        return 1;
    return (uint32_t)index + 1 + (index + 1 < own_host);
}

static json_t *ask_all(struct ranks *ranks, const struct strategy_config *config,
                       struct error *error)
{
    json_t *hosts = json_array();
    for (size_t i = 0; i < config->host_count; i++) {
        struct ranks_facts facts;
        if (ranks_ask_facts(ranks, rank_of(i, config->own_host), &facts, error) != 0) {
            json_decref(hosts);
            return NULL;
        }
        json_array_append_new(hosts, describe(&facts));
    }
    return hosts;
}

/* NULL with an error. */
static json_t *look(const struct strategy_config *config, struct error *error)
{
    struct ranks ranks;
    json_t *hosts = NULL;
    if (ranks_open(&ranks, config, RANKS_DYNAMIC, error) == 0) {
        hosts = ask_all(&ranks, config, error);
        ranks_close(&ranks);
    }
    return hosts;
}

int look_serve(int count, char *const arguments[], struct error *error)
{
    struct hosts hosts = {0};
    struct error trouble = {0};
    if (count != LOOK_ARGUMENTS)
        return fail(error, ERROR_USAGE, LOOK_SUBCOMMAND ": started by breakeven itself only");
    if (hosts_parse("--hosts", arguments[0], &hosts, error) != 0)
        return -1;
    const struct strategy_config config = {
        .workers = (uint32_t)hosts.count,
        .cpus = (uint32_t)hosts.count,
        .hosts = arguments[0],
        .host_count = (uint32_t)hosts.count,
        .own_host = (uint32_t)strtoul(arguments[1], NULL, 10),
        .timeout_ns = strtoull(arguments[2], NULL, 10),
    };
    hosts_free(&hosts);
    json_t *told = look(&config, &trouble);
    if (told == NULL)
        told = json_pack("{s:o}", "error", json_of_text(trouble.text));
    char *text = told != NULL ? json_dumps(told, JSON_COMPACT) : NULL;
    int result = text != NULL && whole_put(STDOUT_FILENO, text, strlen(text)) == 0
                     ? 0
                     : fail(error, ERROR_REFUSED, "hosts: what they told cannot be written");
    json_decref(told);
    free(text);
    return result;
}
