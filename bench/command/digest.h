#ifndef BREAKEVEN_COMMAND_DIGEST_H
#define BREAKEVEN_COMMAND_DIGEST_H

#include "bench/base/error.h"
#include "bench/command/result.h"

#include <stddef.h>

/* SHA-256 by OpenSSL's libcrypto, which is loaded when it is first asked for: nothing else needs
 * it. */
struct digest;

/* Fails (ERROR_NOT_COMPARABLE) where there is no libcrypto; says what to install. */
int digest_load(struct error *error);

/* A digest of nothing so far; NULL where memory is exhausted. digest_load has been called. */
struct digest *digest_open(void);
void digest_add(struct digest *digest, const void *bytes, size_t count);

/* Ends the digest and frees it. */
void digest_close(struct digest *digest, unsigned char out[COMMAND_DIGEST_BYTES]);

#endif
