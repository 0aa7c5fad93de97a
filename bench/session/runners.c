#include "bench/session/runners.h"
#include "bench/base/json.h"
#include "bench/base/text.h"
#include "strategies/runner/known.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Beginnings of the names of variables that change what Python and joblib do. */
static const char *const beginnings[] = {"PYTHON", "JOBLIB_", "LOKY_"};

static bool matters(const char *variable)
{
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(variable, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

static json_t *describe_environment(void)
{
    json_t *variables = json_object();
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++) {
        const char *equals = strchr(environ[i], '=');
        char *name = equals != NULL && matters(environ[i])
                         ? strndup(environ[i], (size_t)(equals - environ[i]))
                         : NULL;
        char shown[256];
        text_printable(shown, sizeof shown, name != NULL ? name : "");
        if (name != NULL)
            json_object_set_new(variables, shown, json_of_text(equals + 1));
        free(name);
    }
    return variables;
}

static json_t *describe(const struct strategy_ops *ops, const char *program)
{
    struct error error = {0};
    const json_t *told = runner_told(ops, program, &error);
    json_t *runner = json_pack("{s:o}", "program", json_of_text(program));
    if (told == NULL) {
        json_object_set_new(runner, "error", json_of_text(error.text));
        return runner;
    }
    json_t *facts = json_object_get(told, "facts");
    json_object_set(runner, "runtime", json_object_get(told, "runtime"));
    json_object_set(runner, "facts", facts != NULL ? facts : json_null());
    json_object_set_new(runner, "environment", describe_environment());
    return runner;
}

static bool is_told(const json_t *runners, const char *program)
{
    for (size_t i = 0; i < json_array_size(runners); i++)
        if (text_equal(json_string_value(json_object_get(json_array_get(runners, i), "program")),
                       program))
            return true;
    return false;
}

json_t *runners_of_plan(const struct plan *plan)
{
    json_t *runners = json_array();
    for (size_t i = 0; i < plan->cell_count; i++) {
        const struct cell *cell = &plan->cells[i];
        bool of_python = (cell->strategy->flags & STRATEGY_PYTHON) != 0;
        const char *program = of_python ? cell->key.python : cell->strategy->reference;
        if ((cell->strategy->flags & STRATEGY_RUNNER) != 0 && !is_told(runners, program))
            json_array_append_new(runners, describe(cell->strategy, program));
    }
    if (json_array_size(runners) > 0)
        return runners;
    json_decref(runners);
    return NULL;
}
