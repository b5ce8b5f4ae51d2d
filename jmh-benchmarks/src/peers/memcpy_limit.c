// What the C library's memcpy does within one process, as the same-host comparison's limit: lines "bw SIZE VALUE" in 1e9 bytes/s.
// memcpy_limit SECONDS
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    enum { LARGEST = 16 << 20 };
    double seconds = atof(argv[1]);
    char *from = aligned_alloc(4096, LARGEST), *to = aligned_alloc(4096, LARGEST);
    memset(from, 1, LARGEST);
    memset(to, 2, LARGEST);
    const size_t sizes[] = {65536, 1 << 20, 16 << 20};
    for (int s = 0; s < 3; s++) {
        double best = 0, end = now() + seconds;
        while (now() < end) { // the best of slices of about 2 ms
            long copies = 0;
            double start = now(), passed;
            do {
                for (int i = 0; i < (sizes[s] <= 65536 ? 16 : 1); i++, copies++) {
                    memcpy(to, from, sizes[s]);
                    __asm__ volatile("" ::: "memory");
                }
                passed = now() - start;
            } while (passed < 0.002);
            if (copies / passed > best) best = copies / passed;
        }
        printf("bw %zu %.3f\n", sizes[s], best * sizes[s] / 1e9);
    }
    return 0;
}
