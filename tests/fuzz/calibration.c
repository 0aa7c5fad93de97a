/* The file of a calibration: a refusal names file and line, and what is accepted can be counted
 * with. */
#include "bench/session/advice/calibration_file.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>

static void must_hold_median(const struct interval *interval)
{
    must(!isinf(interval->median) && !isinf(interval->low) && !isinf(interval->high));
    must(isnan(interval->low) == isnan(interval->high));
    if (!isnan(interval->low))
        must(interval->low <= interval->median && interval->median <= interval->high);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct calibration_content content;
    const char *path = memory_file(data, size);
    enum calibration_state state = calibration_read(path, NULL, &content, &error);
    must(state == CALIBRATION_FINE || state == CALIBRATION_UNUSABLE);
    if (state != CALIBRATION_FINE)
        must_refuse_file(&error, path);
    else
        must(content.model.count > 0 && content.model.cpus > 0 && content.model.page_bytes >= 1);
    for (size_t i = 0; i < content.model.count; i++) {
        const struct model_line *line = &content.model.lines[i];
        must(line->workers > 0 && *line->strategy != '\0');
        for (int k = 0; k < MODEL_PARAMETER_COUNT; k++)
            must_hold_median(&line->parameters[k]);
        for (int k = 0; k < CONTENTION_COUNT; k++)
            must_hold_median(&line->company[k]);
    }
    calibration_content_free(&content);
    return 0;
}
