/* host.json: a refusal names file and line, and what is accepted can be counted with. */
#include "bench/data/host.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct host host;
    const char *path = memory_file(data, size);
    if (host_read(path, &host, &error) != 0) {
        must_refuse_file(&error, path);
        return 0;
    }
    must(host.cpus_usable > 0 && host.seed <= INT64_MAX);
    must(host.page_bytes >= 1 && host.huge_page_bytes >= 1);
    must(host.warnings.count <= CONDITIONS_MOST_WARNINGS);
    for (size_t i = 0; i < host.warnings.count; i++)
        must(strlen(host.warnings.texts[i]) < sizeof *host.warnings.texts);
    return 0;
}
