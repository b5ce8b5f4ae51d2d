// MPI one-sided between two ranks, as the same-host comparison asks. Prints lines "METRIC SIZE VALUE":
// rate (1e6 puts/s), bw (1e9 bytes/s), and p50 and p99 of half a round trip (microseconds).
// mpi_put ROUND_TRIPS SECONDS
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// MPICH moves other ranks' puts only while it is called.
static void progress(MPI_Win window) {
    int flag;
    MPI_Win_sync(window);
    if (getenv("PUT_NEEDS_PROGRESS")) MPI_Iprobe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
}

int main(int argc, char **argv) {
    enum { LARGEST = 16 << 20 };
    MPI_Init(&argc, &argv);
    int rank, trips = atoi(argv[1]);
    double seconds = atof(argv[2]);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    char *memory, *source = malloc(LARGEST);
    MPI_Win window;
    MPI_Win_allocate(LARGEST, 1, MPI_INFO_NULL, MPI_COMM_WORLD, &memory, &window);
    memset(source, 1, LARGEST);
    memset(memory, 0, LARGEST);
    MPI_Win_lock_all(0, window);
    const int sizes[] = {8, 64, 65536, 1 << 20, 16 << 20};
    for (int s = 0; s < 5; s++) {
        int size = sizes[s], burst = size <= 64 ? 256 : size <= 65536 ? 16 : 1;
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank == 0) {
            double best = 0, end = MPI_Wtime() + seconds;
            while (MPI_Wtime() < end) { // the best of slices of about 2 ms
                long puts = 0;
                double start = MPI_Wtime(), now;
                do {
                    for (int i = 0; i < burst; i++) MPI_Put(source, size, MPI_BYTE, 1, 0, size, MPI_BYTE, window);
                    MPI_Win_flush(1, window);
                    puts += burst;
                    now = MPI_Wtime();
                } while (now - start < 0.002);
                if (puts / (now - start) > best) best = puts / (now - start);
            }
            if (size <= 64) printf("rate %d %.3f\n", size, best / 1e6);
            else printf("bw %d %.3f\n", size, best * size / 1e9);
        }
        MPI_Barrier(MPI_COMM_WORLD);
    }
    // Ping-pong of eight bytes: each side puts, flushes and looks at its own memory.
    volatile uint64_t *in = (volatile uint64_t *)memory;
    double *half = malloc(trips * sizeof *half);
    uint64_t out = 0;
    *in = 0;
    MPI_Barrier(MPI_COMM_WORLD);
    double last = MPI_Wtime(); // one look at the clock a round trip, at the first side only
    for (int i = -trips / 10; i < trips; i++) {
        uint64_t expected = ++out;
        if (rank == 1) while (*in != expected) progress(window);
        MPI_Put(&out, 8, MPI_BYTE, 1 - rank, 0, 8, MPI_BYTE, window);
        MPI_Win_flush(1 - rank, window);
        if (rank == 0) while (*in != expected) progress(window);
        if (rank == 0) {
            double time = MPI_Wtime();
            if (i >= 0) half[i] = (time - last) / 2 * 1e6;
            last = time;
        }
    }
    if (rank == 0) {
        qsort(half, trips, sizeof *half, compare);
        printf("p50 8 %.3f\np99 8 %.3f\n", half[trips / 2], half[(int)(trips * .99)]);
    }
    MPI_Win_unlock_all(window);
    MPI_Win_free(&window);
    MPI_Finalize();
    return 0;
}
