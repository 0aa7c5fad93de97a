/* Compresses one slice of a real file, as pigz does: raw deflate at level 6, primed with the 32 KiB
 * before the slice, and the CRC-32 of the slice that a gzip trailer is combined from. */
#include "bench/job/work.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

enum { WINDOW_BYTES = 32768, RAW_WINDOW_BITS = -15, LEVEL = 6, MEMORY_LEVEL = 8 };

struct result {
    uint64_t compressed_bytes;
    uint32_t slice_crc;
    uint32_t compressed_crc;
};

/* Compresses bytes from slice into out; false where zlib has no memory. */
static bool compress_slice(const unsigned char *slice, uInt bytes, uInt window, unsigned char *out,
                           uLong out_bytes, struct result *result)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, RAW_WINDOW_BITS, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    if (window > 0)
        deflateSetDictionary(&stream, slice - window, window);
    stream.next_in = slice;
    stream.avail_in = bytes;
    stream.next_out = out;
    stream.avail_out = (uInt)out_bytes;
    bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    result->compressed_bytes = stream.total_out;
    result->slice_crc = (uint32_t)crc32(0, slice, bytes);
    result->compressed_crc = (uint32_t)crc32(0, out, (uInt)stream.total_out);
    deflateEnd(&stream);
    return whole;
}

/* What does not compress needs as much as it is, and zlib's own 268 KB (zlib.h) beside it. */
static uint64_t run_bytes(uint64_t size, uint64_t input_bytes)
{
    uint64_t slice = size < input_bytes ? size : input_bytes;
    return compressBound(slice < INT_MAX ? (uLong)slice : INT_MAX) + (268 << 10);
}

static int run(const struct job *job, void *result)
{
    static const unsigned char nothing[1];
    uint64_t begin = job->index * job->size;
    begin = begin < job->input_bytes ? begin : job->input_bytes;
    uint64_t left = job->input_bytes - begin;
    uint64_t bytes = job->size < left ? job->size : left;
    if (bytes > INT_MAX)
        return 1; /* zlib counts a slice in 32 bits */
    uint64_t window = begin < WINDOW_BYTES ? begin : WINDOW_BYTES;
    uLong out_bytes = compressBound((uLong)bytes) + 16;
    unsigned char *out = malloc(out_bytes);
    const unsigned char *slice = job->input != NULL ? job->input + begin : nothing;
    bool whole = out != NULL && compress_slice(slice, (uInt)bytes, (uInt)window, out, out_bytes,
                                               (struct result *)result);
    free(out);
    return whole ? 0 : 1;
}

static void result_text(const void *result, char *text, size_t bytes)
{
    const struct result *compressed = result;
    snprintf(text, bytes, "%llu bytes crc %08x", (unsigned long long)compressed->compressed_bytes,
             compressed->compressed_crc);
}

const struct work work_deflate = {
    .name = "deflate",
    .summary = "compresses size bytes of the file given with --input, as pigz does",
    .unit = "bytes",
    .result_bytes = sizeof(struct result),
    .input_is_file = true,
    .run_bytes = run_bytes,
    .run = run,
    .result_text = result_text,
};
