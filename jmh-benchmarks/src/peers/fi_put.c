// libfabric RMA writes (FI_EP_RDM, provider shm) between two processes, as the same-host comparison asks. Prints lines
// "METRIC SIZE VALUE" as mpi_put.c does.
// fi_put ROUND_TRIPS SECONDS
#define _GNU_SOURCE
#include <rdma/fabric.h>
#include <rdma/fi_cm.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_errno.h>
#include <rdma/fi_rma.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 16 << 20, WORDS = LARGEST, BYTES = LARGEST + 4096, WINDOW = 64 };

static struct fid_ep *endpoint;
static struct fid_cq *queue;
static fi_addr_t peer;
static void *descriptor;
static uint64_t remote, key, posted, done;
static size_t inject;
static struct fi_context2 contexts[WINDOW];

static void ok(long code, const char *what) {
    if (code) {
        fprintf(stderr, "%s: %s\n", what, fi_strerror((int)-code));
        exit(1);
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void progress(void) {
    struct fi_cq_entry entries[16];
    ssize_t n = fi_cq_read(queue, entries, 16);
    if (n > 0) done += n;
    else if (n != -FI_EAGAIN) ok(n, "fi_cq_read");
}

static void put(const void *from, size_t length, uint64_t offset) {
    ssize_t code;
    if (length <= inject) { // the cheapest way that the provider has
        while ((code = fi_inject_write(endpoint, from, length, peer, remote + offset, key)) == -FI_EAGAIN) progress();
        ok(code, "fi_inject_write");
        return;
    }
    while (posted - done >= WINDOW) progress();
    struct fi_context2 *context = &contexts[posted % WINDOW];
    while ((code = fi_write(endpoint, from, length, descriptor, peer, remote + offset, key, context)) == -FI_EAGAIN)
        progress();
    ok(code, "fi_write");
    posted++;
}

static void drain(void) { while (done < posted) progress(); }

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int trips = atoi(argv[1]), pair[2];
    double seconds = atof(argv[2]);
    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
    pid_t child = fork();
    int side = child ? 0 : 1;
    if (side) prctl(PR_SET_PDEATHSIG, SIGKILL);
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(side, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);

    struct fi_info *hints = fi_allocinfo(), *info;
    hints->caps = FI_RMA | FI_MSG;
    hints->mode = FI_CONTEXT | FI_CONTEXT2;
    hints->ep_attr->type = FI_EP_RDM;
    hints->domain_attr->mr_mode = FI_MR_LOCAL | FI_MR_VIRT_ADDR | FI_MR_ALLOCATED | FI_MR_PROV_KEY;
    hints->domain_attr->threading = FI_THREAD_DOMAIN;
    hints->fabric_attr->prov_name = strdup("shm");
    ok(fi_getinfo(FI_VERSION(1, 15), NULL, NULL, 0, hints, &info), "fi_getinfo");
    inject = info->tx_attr->inject_size;
    struct fid_fabric *fabric;
    struct fid_domain *domain;
    struct fid_av *addresses;
    struct fid_mr *region;
    struct fi_cq_attr queue_attr = {.format = FI_CQ_FORMAT_CONTEXT, .size = 1024};
    struct fi_av_attr address_attr = {.type = FI_AV_TABLE};
    ok(fi_fabric(info->fabric_attr, &fabric, 0), "fi_fabric");
    ok(fi_domain(fabric, info, &domain, 0), "fi_domain");
    ok(fi_cq_open(domain, &queue_attr, &queue, 0), "fi_cq_open");
    ok(fi_av_open(domain, &address_attr, &addresses, 0), "fi_av_open");
    ok(fi_endpoint(domain, info, &endpoint, 0), "fi_endpoint");
    ok(fi_ep_bind(endpoint, &addresses->fid, 0), "fi_ep_bind");
    ok(fi_ep_bind(endpoint, &queue->fid, FI_TRANSMIT | FI_RECV), "fi_ep_bind");
    ok(fi_enable(endpoint), "fi_enable");
    char *in = mmap(0, 2 * BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *out = in + BYTES;
    memset(in, 0, 2 * BYTES);
    ok(fi_mr_reg(domain, in, 2 * BYTES, FI_REMOTE_WRITE | FI_WRITE, 0, 77, 0, &region, 0), "fi_mr_reg");
    descriptor = fi_mr_desc(region);
    struct { uint64_t address, key; size_t length; char name[256]; } mine = {0}, theirs;
    mine.length = sizeof mine.name;
    ok(fi_getname(&endpoint->fid, mine.name, &mine.length), "fi_getname");
    mine.key = fi_mr_key(region);
    mine.address = info->domain_attr->mr_mode & FI_MR_VIRT_ADDR ? (uint64_t)in : 0;
    if (write(pair[side], &mine, sizeof mine) < 0 || read(pair[side], &theirs, sizeof theirs) < 0) return 1;
    remote = theirs.address;
    key = theirs.key;
    ok(fi_av_insert(addresses, theirs.name, 1, &peer, 0, 0) - 1, "fi_av_insert");

    // The last words of the memory: one to be told that a round is over, one for the ping-pong.
    volatile uint64_t *told = (volatile uint64_t *)(in + WORDS), *ball = told + 1;
    const int sizes[] = {8, 64, 65536, 1 << 20, 16 << 20};
    uint64_t *word = (uint64_t *)(out + WORDS), round = 0;
    for (int s = 0; s < 5; s++) {
        size_t size = sizes[s];
        round++;
        if (side == 0) {
            double best = 0, end = now() + seconds;
            while (now() < end) { // the best of slices of about 2 ms
                long puts = 0;
                double start = now(), passed;
                do {
                    for (int i = 0; i < (size <= 65536 ? 16 : 1); i++, puts++) put(out, size, 0);
                    drain();
                    passed = now() - start;
                } while (passed < 0.002);
                if (puts / passed > best) best = puts / passed;
            }
            if (size <= 64) printf("rate %zu %.3f\n", size, best / 1e6);
            else printf("bw %zu %.3f\n", size, best * size / 1e9);
            *word = round;
            put(word, 8, WORDS);
        }
        // Injected writes complete in order: the other side has seen them all when it answers.
        while (*told != round) progress();
        if (side == 1) {
            *word = round;
            put(word, 8, WORDS);
        }
    }
    double *half = malloc(trips * sizeof *half);
    double last = now(); // one look at the clock a round trip, at the first side only
    for (int i = -trips / 10; i < trips; i++) {
        uint64_t expected = i + trips / 10 + 1;
        if (side == 1) while (*ball != expected) progress();
        uint64_t *to = word + 8 + (i & 7);
        *to = expected;
        put(to, 8, WORDS + 8);
        if (side == 0) while (*ball != expected) progress();
        if (side == 0) {
            double time = now();
            if (i >= 0) half[i] = (time - last) / 2 * 1e6;
            last = time;
        }
    }
    if (side == 1) {
        for (double end = now() + 0.2; now() < end;) progress();
        fi_close(&endpoint->fid); // removes its file in /dev/shm
        _exit(0);
    }
    qsort(half, trips, sizeof *half, compare);
    printf("p50 8 %.3f\np99 8 %.3f\n", half[trips / 2], half[(int)(trips * .99)]);
    fflush(stdout);
    waitpid(child, NULL, 0);
    fi_close(&endpoint->fid);
    return 0;
}
