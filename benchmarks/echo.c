/* The floor under every figure: UDP packets answered with no DNS work at all.
 *
 *     echo PORT             sends each query back with its QR bit set: one round trip
 *     echo PORT UPSTREAM    relays to 127.0.0.1:UPSTREAM under an id of its own, and back: two
 *
 * recvmmsg and sendmmsg in batches, one thread, IPv4 on loopback. What a server costs beyond this
 * is its own; what this costs is the kernel's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 64
#define SIZE 1500
#define QR 0x80
#define QUEUE (4 << 20)

struct batch {
    struct mmsghdr head[BATCH];
    struct iovec piece[BATCH];
    struct sockaddr_in from[BATCH];
    uint8_t bytes[BATCH][SIZE];
};

struct asker {
    struct sockaddr_in address;
    uint16_t id;
};

static struct batch asked, answered;
static struct asker askers[65536]; /* by the id used upstream */

static void prepare(struct batch *batch, int with_address)
{
    for (int i = 0; i < BATCH; i++) {
        batch->piece[i].iov_base = batch->bytes[i];
        batch->piece[i].iov_len = SIZE;
        memset(&batch->head[i], 0, sizeof batch->head[i]);
        batch->head[i].msg_hdr.msg_iov = &batch->piece[i];
        batch->head[i].msg_hdr.msg_iovlen = 1;
        if (with_address) {
            batch->head[i].msg_hdr.msg_name = &batch->from[i];
            batch->head[i].msg_hdr.msg_namelen = sizeof batch->from[i];
        }
    }
}

/* How many packets were taken, their lengths set for sending on; 0 where none waits. */
static int take(int fd, struct batch *batch, int flags)
{
    int count = recvmmsg(fd, batch->head, BATCH, flags, NULL);

    for (int i = 0; i < count; i++)
        batch->piece[i].iov_len = batch->head[i].msg_len;
    return count < 0 ? 0 : count;
}

static void reset(struct batch *batch, int count)
{
    for (int i = 0; i < count; i++)
        batch->piece[i].iov_len = SIZE;
}

static void send_all(int fd, struct batch *batch, int count)
{
    for (int sent = 0; sent < count;) {
        int done = sendmmsg(fd, batch->head + sent, count - sent, 0);
        sent += done > 0 ? done : 1; /* a packet that cannot be sent is lost, as on any network */
    }
    reset(batch, count);
}

static void echo(int fd)
{
    prepare(&asked, 1);
    for (;;) {
        int count = take(fd, &asked, MSG_WAITFORONE);

        for (int i = 0; i < count; i++)
            asked.bytes[i][2] |= QR;
        send_all(fd, &asked, count);
    }
}

static int forward(int clients, int upstream)
{
    static uint16_t next;
    int count = take(clients, &asked, MSG_DONTWAIT);

    for (int i = 0; i < count; i++, next++) {
        askers[next].address = asked.from[i];
        memcpy(&askers[next].id, asked.bytes[i], 2);
        memcpy(asked.bytes[i], &next, 2);
        asked.head[i].msg_hdr.msg_name = NULL; /* the upstream socket is connected */
        asked.head[i].msg_hdr.msg_namelen = 0;
    }
    send_all(upstream, &asked, count);
    for (int i = 0; i < count; i++) {
        asked.head[i].msg_hdr.msg_name = &asked.from[i];
        asked.head[i].msg_hdr.msg_namelen = sizeof asked.from[i];
    }
    return count;
}

static int back(int clients, int upstream)
{
    int count = take(upstream, &answered, MSG_DONTWAIT);

    for (int i = 0; i < count; i++) {
        uint16_t id;

        memcpy(&id, answered.bytes[i], 2);
        memcpy(answered.bytes[i], &askers[id].id, 2);
        answered.head[i].msg_hdr.msg_name = &askers[id].address;
        answered.head[i].msg_hdr.msg_namelen = sizeof askers[id].address;
    }
    send_all(clients, &answered, count);
    return count;
}

static void relay(int clients, int upstream)
{
    struct pollfd both[] = {{clients, POLLIN, 0}, {upstream, POLLIN, 0}};

    prepare(&asked, 1);
    prepare(&answered, 0);
    for (;;)
        if (forward(clients, upstream) + back(clients, upstream) == 0)
            poll(both, 2, -1);
}

static int udp(const char *port, int (*join)(int, const struct sockaddr *, socklen_t))
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    int fd = socket(AF_INET, SOCK_DGRAM, 0), queue = QUEUE;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof queue);
    if (fd < 0 || join(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror(port);
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv)
{
    if (argc == 2)
        echo(udp(argv[1], bind));
    else if (argc == 3)
        relay(udp(argv[1], bind), udp(argv[2], connect));
    fprintf(stderr, "usage: echo PORT [UPSTREAM_PORT]\n");
    return 2;
}
