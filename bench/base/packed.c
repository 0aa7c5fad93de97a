#include "bench/base/packed.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK_BYTES = 1 << 16, GZIP_WINDOW_BITS = 16 + MAX_WBITS };

struct packed {
    int descriptor;
    z_stream stream;
    bool ended; /* between two members, or behind the last */
    bool any;   /* a member has ended */
    unsigned char chunk[CHUNK_BYTES];
};

/* How many bytes there are to unpack; -1 where they cannot be read. */
static ssize_t fill(struct packed *packed)
{
    ssize_t got = packed->stream.avail_in;
    if (got > 0)
        return got;
    do {
        got = read(packed->descriptor, packed->chunk, sizeof packed->chunk);
    } while (got < 0 && errno == EINTR);
    packed->stream.next_in = packed->chunk;
    packed->stream.avail_in = got > 0 ? (uInt)got : 0;
    return got;
}

static ssize_t fail_damaged(int problem)
{
    errno = problem == Z_MEM_ERROR ? ENOMEM : EBADMSG;
    return -1;
}

static ssize_t read_packed(void *cookie, char *bytes, size_t count)
{
    struct packed *packed = cookie;
    z_stream *stream = &packed->stream;
    uInt wanted = count < INT_MAX ? (uInt)count : INT_MAX;
    stream->next_out = (unsigned char *)bytes;
    stream->avail_out = wanted;
    while (stream->avail_out == wanted) {
        ssize_t left = fill(packed);
        if (left < 0)
            return -1;
        if (left == 0)
            return packed->ended && packed->any ? 0 : fail_damaged(Z_DATA_ERROR);
        if (packed->ended && inflateReset(stream) != Z_OK)
            return fail_damaged(Z_DATA_ERROR);
        int problem = inflate(stream, Z_NO_FLUSH);
        packed->ended = problem == Z_STREAM_END;
        packed->any = packed->any || packed->ended;
        if (problem != Z_OK && problem != Z_STREAM_END)
            return fail_damaged(problem);
    }
    return wanted - stream->avail_out;
}

static int close_packed(void *cookie)
{
    struct packed *packed = cookie;
    inflateEnd(&packed->stream);
    int result = close(packed->descriptor);
    free(packed);
    return result;
}

FILE *packed_open(int descriptor)
{
    static const cookie_io_functions_t unpacking = {.read = read_packed, .close = close_packed};
    struct packed *packed = calloc(1, sizeof *packed);
    if (packed != NULL)
        packed->descriptor = descriptor;
    if (packed == NULL || inflateInit2(&packed->stream, GZIP_WINDOW_BITS) != Z_OK) {
        free(packed);
        close(descriptor);
        errno = ENOMEM;
        return NULL;
    }
    FILE *file = fopencookie(packed, "r", unpacking);
    if (file == NULL) {
        int why = errno;
        close_packed(packed);
        errno = why;
    }
    return file;
}
