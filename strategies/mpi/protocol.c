#include "strategies/mpi/protocol.h"
#include "build_facts.h"

#include <stdio.h>
#include <sys/socket.h>

const char ranks_version[RANKS_VERSION_BYTES] = BUILD_VERSION " (3)";

void ranks_address(int folder, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/" RANKS_SOCKET, folder);
}
