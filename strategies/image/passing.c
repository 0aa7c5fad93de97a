#include "strategies/image/passing.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

void passing_make(struct passing *passing, const void *first, size_t first_bytes,
                  const void *second, size_t second_bytes, const int *fds, size_t fd_count)
{
    *passing = (struct passing){.body = {{(void *)(uintptr_t)first, first_bytes},
                                         {(void *)(uintptr_t)second, second_bytes}}};
    passing->message.msg_iov = passing->body;
    passing->message.msg_iovlen = second != NULL ? 2 : 1;
    if (fd_count == 0)
        return;
    passing->message.msg_control = passing->control;
    passing->message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&passing->message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, fd_count * sizeof(int));
}

ssize_t passing_receive(int socket, void *first, size_t first_bytes, void *second,
                        size_t second_bytes, int fds[PASSING_MOST_FDS])
{
    /* cppcheck-suppress ctuuninitvar; it is received here */
    struct passing passing = {.body = {{first, first_bytes}, {second, second_bytes}}};
    ssize_t got;
    passing.message.msg_iov = passing.body;
    passing.message.msg_iovlen = second != NULL ? 2 : 1;
    passing.message.msg_control = passing.control;
    passing.message.msg_controllen = sizeof passing.control;
    do
        got = recvmsg(socket, &passing.message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    for (size_t i = 0; i < PASSING_MOST_FDS; i++)
        fds[i] = -1;
    struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&passing.message) : NULL;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS)
        memcpy(fds, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
    return got;
}
