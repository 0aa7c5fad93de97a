#include "bench/command/digest.h"

#include <dlfcn.h>
#include <string.h>

/* As <openssl/evp.h> declares them, which have been the same since 1.1. */
static struct {
    void *(*new_context)(void);
    void (*free_context)(void *);
    const void *(*sha256)(void);
    int (*begin)(void *, const void *, void *);
    int (*update)(void *, const void *, size_t);
    int (*end)(void *, unsigned char *, unsigned *);
} crypto;

static void *load_first(void)
{
    static const char *const names[] = {"libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"};
    void *library = NULL;
    for (size_t i = 0; library == NULL && i < sizeof names / sizeof *names; i++)
        library = dlopen(names[i], RTLD_NOW);
    return library;
}

int digest_load(struct error *error)
{
    static const char *const names[] = {"EVP_MD_CTX_new",   "EVP_MD_CTX_free",
                                        "EVP_sha256",       "EVP_DigestInit_ex",
                                        "EVP_DigestUpdate", "EVP_DigestFinal_ex"};
    void *functions[sizeof names / sizeof *names] = {NULL};
    if (crypto.end != NULL)
        return 0;
    void *library = load_first();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (library == NULL || (functions[i] = dlsym(library, names[i])) == NULL)
            return fail(error, ERROR_NOT_COMPARABLE,
                        "--verify sha256: needs OpenSSL's libcrypto, which is not there (install "
                        "libssl3 or openssl-libs)");
    _Static_assert(sizeof functions == sizeof crypto, "a pointer for each name");
    memcpy(&crypto, functions, sizeof crypto);
    return 0;
}

struct digest *digest_open(void)
{
    void *context = crypto.new_context();
    if (context != NULL && crypto.begin(context, crypto.sha256(), NULL) == 1)
        return context;
    crypto.free_context(context);
    return NULL;
}

void digest_add(struct digest *digest, const void *bytes, size_t count)
{
    crypto.update(digest, bytes, count);
}

void digest_close(struct digest *digest, unsigned char out[COMMAND_DIGEST_BYTES])
{
    crypto.end(digest, out, NULL);
    crypto.free_context(digest);
}
