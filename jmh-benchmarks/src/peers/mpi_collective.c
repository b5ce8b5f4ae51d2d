// One MPI collective at several sizes, timed as the helio commands time theirs: a barrier before each call, the slowest rank's
// time counts, float32. A size is that of the larger buffer of a rank. Rank 0 prints lines "SIZE MEDIAN_US BEST_US WRONG".
// mpi_collective OPERATION SECONDS SIZE...
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CALLS = 20000, LEAST_CALLS = 5 };

static int rank, ranks;
static const char *operation;
static float *input, *output;
static double times[MOST_CALLS];

static int is(const char *name) { return strcmp(operation, name) == 0; }

static void fail(const char *why) {
    if (rank == 0) fprintf(stderr, "mpi_collective: %s\n", why);
    MPI_Abort(MPI_COMM_WORLD, 2);
}

// Elements in a part, or in all where the collective has no parts.
static size_t count_of(size_t size) {
    return size / sizeof(float) / (is("allgather") || is("reducescatter") || is("alltoall") ? ranks : 1);
}

static void call(size_t count) {
    MPI_Comm all = MPI_COMM_WORLD;
    if (is("allreduce")) MPI_Allreduce(input, output, count, MPI_FLOAT, MPI_SUM, all);
    else if (is("allgather")) MPI_Allgather(input, count, MPI_FLOAT, output, count, MPI_FLOAT, all);
    else if (is("reducescatter")) MPI_Reduce_scatter_block(input, output, count, MPI_FLOAT, MPI_SUM, all);
    else if (is("alltoall")) MPI_Alltoall(input, count, MPI_FLOAT, output, count, MPI_FLOAT, all);
    else if (is("broadcast")) MPI_Bcast(input, count, MPI_FLOAT, 0, all); // in place, as MPI has it
    else
        MPI_Sendrecv(input, count, MPI_FLOAT, (rank + 1) % ranks, 0, output, count, MPI_FLOAT, (rank + ranks - 1) % ranks, 0,
                     all, MPI_STATUS_IGNORE);
}

static float given(int of, size_t i) { return (i + 3 * (size_t)of) % 7; }

static float summed(size_t i) {
    float sum = 0;
    for (int of = 0; of < ranks; of++) sum += given(of, i);
    return sum;
}

static float expected(size_t count, size_t i) {
    if (is("allreduce")) return summed(i);
    if (is("reducescatter")) return summed(rank * count + i);
    if (is("allgather")) return given(i / count, i % count);
    if (is("alltoall")) return given(i / count, rank * count + i % count);
    if (is("broadcast")) return given(0, i);
    return given((rank + ranks - 1) % ranks, i);
}

static void fill(size_t count) {
    size_t elements = is("reducescatter") || is("alltoall") ? count * ranks : count;
    for (size_t i = 0; i < elements; i++) input[i] = given(rank, i);
}

static long wrong(size_t count) {
    size_t elements = is("allgather") || is("alltoall") ? count * ranks : count;
    memset(output, 0x55, elements * sizeof *output);
    fill(count);
    call(count);
    const float *result = is("broadcast") ? input : output;
    long mine = 0, all;
    for (size_t i = 0; i < elements; i++) mine += result[i] != expected(count, i);
    MPI_Allreduce(&mine, &all, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
    return all;
}

static int repeat(size_t count, double seconds) {
    double start = MPI_Wtime();
    int calls = 0, more = 1;
    while (more) {
        MPI_Barrier(MPI_COMM_WORLD);
        double before = MPI_Wtime();
        call(count);
        double took = MPI_Wtime() - before;
        MPI_Allreduce(&took, &times[calls++], 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
        more = calls < MOST_CALLS && (calls < LEAST_CALLS || MPI_Wtime() - start < seconds);
        MPI_Bcast(&more, 1, MPI_INT, 0, MPI_COMM_WORLD);
    }
    return calls;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    if (argc < 4) fail("give OPERATION SECONDS SIZE...");
    operation = argv[1];
    if (!is("allreduce") && !is("allgather") && !is("reducescatter") && !is("alltoall") && !is("broadcast") && !is("sendrecv"))
        fail("no such operation");
    double seconds = atof(argv[2]);
    size_t most = 0;
    for (int i = 3; i < argc; i++) {
        size_t size = strtoull(argv[i], NULL, 10);
        if (size > most) most = size;
    }
    input = aligned_alloc(64, (most + 63) / 64 * 64);
    output = aligned_alloc(64, (most + 63) / 64 * 64);
    if (!input || !output) fail("not enough memory");
    for (int i = 3; i < argc; i++) {
        size_t size = strtoull(argv[i], NULL, 10), count = count_of(size);
        long bad = wrong(count);
        fill(count);
        repeat(count, seconds / 10);
        int calls = repeat(count, seconds);
        if (rank == 0) {
            qsort(times, calls, sizeof *times, compare);
            printf("%zu %.3f %.3f %ld\n", size, times[calls / 2] * 1e6, times[0] * 1e6, bad);
            fflush(stdout);
        }
    }
    MPI_Finalize();
    return 0;
}
