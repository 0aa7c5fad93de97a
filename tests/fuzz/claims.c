/* Exported thresholds, in any of their formats: a refusal names the file, and what is accepted is
 * described as it was. */
#include "bench/findings/claims.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct claims claims = {0};
    const char *path = memory_file(data, size);
    if (claims_read(path, &claims, &error) != 0) {
        must_refuse_file(&error, path);
    } else {
        must(claims.thresholds.count > 0 && claims.head.objective < THRESHOLD_OBJECTIVES);
        for (size_t i = 0; i < claims.thresholds.count; i++) {
            const struct threshold *row = &claims.thresholds.rows[i];
            json_t *described = claims_describe(row);
            must(described != NULL && *row->name != '\0' && *row->key.work != '\0');
            json_decref(described);
        }
    }
    claims_free(&claims);
    return 0;
}
