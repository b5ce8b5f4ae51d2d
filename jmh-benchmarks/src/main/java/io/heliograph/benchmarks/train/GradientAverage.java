package io.heliograph.benchmarks.train;

import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Averages a model's gradients over all ranks, in place, where the engine keeps them: one F32 segment of the communicator's, cut into buckets, each an all-reduce of its own. All are started, then awaited.
 *
 * <p>The engine has the whole gradient before the first bucket is sent, so buckets need not end where parameters do. One thread, the communicator's.
 */
final class GradientAverage {
    private static final int LINE_BYTES = 64;

    private final Communicator communicator;
    private final List<MemorySegment> buckets = new ArrayList<>();
    private final CollectiveHandle[] handles;

    /**
     * Cuts into buckets.
     *
     * @param gradients F32 elements, of {@link Communicator#allocate}: ranks of one host read them where they lie, two add up a half each for both; memory that is registered does as well, and is written to the others
     * @param bucketBytes see {@link #bucketBytes}
     */
    GradientAverage(Communicator communicator, MemorySegment gradients, long bucketBytes) {
        this.communicator = communicator;
        long step = bucketBytes(gradients, bucketBytes);
        for (long from = 0; from < gradients.byteSize(); from += step) {
            buckets.add(gradients.asSlice(from, Math.min(step, gradients.byteSize() - from)));
        }
        handles = new CollectiveHandle[buckets.size()];
    }

    /** How long a bucket is, but for the last one: as asked for, rounded up to a multiple of 64, if there is as much. */
    static long bucketBytes(MemorySegment gradients, long bucketBytes) {
        return Math.ceilDiv(Math.min(bucketBytes, gradients.byteSize()), LINE_BYTES) * LINE_BYTES;
    }

    /**
     * Every rank's gradients become the average of all ranks'.
     *
     * @throws io.heliograph.collectives.CollectiveException if a rank is gone, or does something else
     */
    void run() {
        for (int i = 0; i < handles.length; i++) {
            MemorySegment bucket = buckets.get(i);
            handles[i] = communicator.allReduce(
                    bucket, bucket, bucket.byteSize() / Float.BYTES, DataType.F32, ReduceOperation.AVERAGE);
        }
        for (CollectiveHandle handle : handles) {
            handle.await();
        }
    }
}
