#ifndef BREAKEVEN_BASE_PACKED_H
#define BREAKEVEN_BASE_PACKED_H

#include <stdio.h>

/* Reads from the descriptor what gzip has packed, one member or several behind each other, and
 * nothing else: reading fails with EBADMSG where a member is damaged or cut off, where none is, or
 * where something else stands behind them. zlib's gzread takes a file that is not packed as it is,
 * and passes over what stands behind a member. The stream owns the descriptor; NULL, with
 * errno, where memory is exhausted, and then the descriptor is closed. */
FILE *packed_open(int descriptor);

#endif
