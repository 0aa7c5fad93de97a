/* What harness and visit say to each other: what is understood comes back when it is written. */
#include "bench/visit/wire.h"
#include "tests/fuzz/fuzz.h"

static void read_request(const char *text, size_t bytes)
{
    static struct visit_request request, again;
    struct error error = {0};
    if (wire_read_request(text, bytes, &request, &error) != 0) {
        must_refuse(&error);
        return;
    }
    char *written = wire_write_request(&request);
    must(written != NULL);
    must(strlen(written) < WIRE_MOST_BYTES || bytes > WIRE_MOST_BYTES / 8);
    must(wire_read_request(written, strlen(written), &again, &error) == 0);
    must(key_compare(&request.key, &again.key) == 0 && request.input_fd == again.input_fd);
    free(written);
}

static void read_readings(const char *text, size_t bytes)
{
    static struct reading readings[READINGS_MOST], again[READINGS_MOST];
    struct error error = {0};
    uint32_t count, count_again;
    if (wire_read_readings(text, bytes, readings, &count, &error) != 0) {
        must_refuse(&error);
        return;
    }
    must(count > 0 && count <= READINGS_MOST);
    char *written = wire_write_readings(readings, count);
    must(written != NULL);
    must(wire_read_readings(written, strlen(written), again, &count_again, &error) == 0);
    must(count == count_again);
    for (uint32_t i = 0; i < count; i++)
        must(readings[i].status == again[i].status && readings[i].maps == again[i].maps &&
             strcmp(readings[i].detail, again[i].detail) == 0);
    free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    read_request(text, size);
    read_readings(text, size);
    free(text);
    return 0;
}
