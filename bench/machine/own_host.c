#include "bench/machine/own_host.h"

#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* "node7" and "node7.cluster" name one machine; "node7.a" and "node7.b" two. */
static bool is_own_name(const char *name)
{
    char own[MOST_HOST_NAME_BYTES + 1] = "";
    if (strcasecmp(name, "localhost") == 0)
        return true;
    if (gethostname(own, sizeof own - 1) != 0 || *own == '\0')
        return false;
    size_t length = strcspn(own, "."), given = strcspn(name, ".");
    if (own[length] != '\0' && name[given] != '\0')
        return strcasecmp(name, own) == 0;
    return length == given && strncasecmp(name, own, length) == 0;
}

static bool is_same_address(const struct sockaddr *a, const struct sockaddr *b)
{
    if (a == NULL || b == NULL || a->sa_family != b->sa_family)
        return false;
    if (a->sa_family == AF_INET)
        return memcmp(&((const struct sockaddr_in *)(const void *)a)->sin_addr,
                      &((const struct sockaddr_in *)(const void *)b)->sin_addr,
                      sizeof(struct in_addr)) == 0;
    return a->sa_family == AF_INET6 &&
           memcmp(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
                  &((const struct sockaddr_in6 *)(const void *)b)->sin6_addr,
                  sizeof(struct in6_addr)) == 0;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family != AF_INET)
        return false; /* that of IPv6 is one address, which an interface has */
    const struct sockaddr_in *own = (const struct sockaddr_in *)(const void *)address;
    return ntohl(own->sin_addr.s_addr) >> 24 == 127;
}

static bool is_own_address(const struct sockaddr *address, const struct ifaddrs *interfaces)
{
    for (; interfaces != NULL; interfaces = interfaces->ifa_next)
        if (is_same_address(interfaces->ifa_addr, address))
            return true;
    return is_loopback(address);
}

bool own_host_is(const char *name)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    struct ifaddrs *interfaces = NULL;
    bool is_own = is_own_name(name);
    if (is_own || getaddrinfo(name, NULL, &wanted, &found) != 0)
        return is_own;
    if (getifaddrs(&interfaces) == 0)
        for (const struct addrinfo *one = found; one != NULL && !is_own; one = one->ai_next)
            is_own = is_own_address(one->ai_addr, interfaces);
    freeifaddrs(interfaces);
    freeaddrinfo(found);
    return is_own;
}

uint32_t own_host_find(const struct hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        if (is_own_name(hosts->values[i].name))
            return (uint32_t)i + 1;
    for (size_t i = 0; i < hosts->count; i++)
        if (own_host_is(hosts->values[i].name))
            return (uint32_t)i + 1;
    return 0;
}
