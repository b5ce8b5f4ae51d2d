package io.heliograph.collectives.execute;

import io.heliograph.collectives.Collective;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What is asked of the arguments of a call. One that is wrong fails the communicator, for the other ranks wait for this one. */
final class CallChecks {
    private final int rank;
    private final int size;
    private final Transport transport;
    private final Buffers buffers;
    private final MemoryRegion scratch;
    private final Failures failures;

    CallChecks(int rank, int size, Transport transport, Buffers buffers, MemoryRegion scratch, Failures failures) {
        this.rank = rank;
        this.size = size;
        this.transport = transport;
        this.buffers = buffers;
        this.scratch = scratch;
        this.failures = failures;
    }

    /** The region of a buffer; of nothing, any. */
    MemoryRegion region(Collective collective, String name, MemorySegment buffer, long lengthBytes) {
        if (lengthBytes == 0) {
            return scratch;
        }
        if (transport.areWritesUnderWay()) {
            throw refuse(
                    collective,
                    "a rank was stopped while it wrote the result of a call that failed, and still is: end it, or wait for it");
        }
        if (!buffer.isNative()) {
            throw refuse(collective, name + " " + Buffers.onHeap(buffer));
        }
        if (!buffer.scope().isAlive()) {
            throw refuse(collective, name + " is closed: bytes=" + buffer.byteSize() + "; keep its arena open");
        }
        if (lengthBytes > buffer.byteSize()) {
            throw refuse(collective, name + " is too short: bytes=" + buffer.byteSize() + " needed=" + lengthBytes);
        }
        @Nullable MemoryRegion region = buffers.find(buffer.address(), lengthBytes);
        if (region == null) {
            throw refuse(
                    collective,
                    name + " is not registered: address=0x" + Long.toHexString(buffer.address()) + " bytes="
                            + lengthBytes + "; take Communicator.allocate or register");
        }
        return region;
    }

    /** The region of a buffer that is written to. */
    MemoryRegion output(Collective collective, MemorySegment buffer, long lengthBytes) {
        if (lengthBytes > 0 && buffer.isReadOnly()) {
            throw refuse(collective, "output is read-only: bytes=" + buffer.byteSize());
        }
        return region(collective, "output", buffer, lengthBytes);
    }

    /** Parts of an output, by rank in elements: what one rank sends must not be written over by another. */
    void partsApart(Collective collective, long[] counts, long[] offsets) {
        long end = 0;
        boolean ascending = true;
        for (int i = 0; i < counts.length && ascending; i++) {
            if (counts[i] > 0) {
                ascending = offsets[i] >= end;
                end = offsets[i] + counts[i];
            }
        }
        for (int i = 0; i < counts.length && !ascending; i++) {
            for (int j = 0; j < i; j++) {
                boolean apart = counts[i] == 0
                        || counts[j] == 0
                        || offsets[i] + counts[i] <= offsets[j]
                        || offsets[j] + counts[j] <= offsets[i];
                if (!apart) {
                    throw refuse(
                            collective,
                            "output: the parts of ranks " + j + " and " + i + " overlap: counts=" + counts[j] + ","
                                    + counts[i] + " offsets=" + offsets[j] + "," + offsets[i]);
                }
            }
        }
    }

    /**
     * Whether a call is in place; it is refused if buffers overlap in another way.
     *
     * @param part bytes of one rank's part
     */
    boolean isInPlace(Collective collective, long input, long inputBytes, long output, long outputBytes, long part) {
        boolean apart = input + inputBytes <= output || output + outputBytes <= input;
        if (apart || inputBytes == 0 || outputBytes == 0) {
            return false;
        }
        boolean inPlace = switch (collective) {
            case ALL_REDUCE, BROADCAST, REDUCE -> input == output;
            case REDUCE_SCATTER, SCATTER -> output == input + rank * part;
            case ALL_GATHER, GATHER -> input == output + rank * part;
            default -> false;
        };
        if (!inPlace) {
            throw refuse(
                    collective,
                    "input and output overlap, but not as in place: input=0x" + Long.toHexString(input) + " bytes="
                            + inputBytes + " output=0x" + Long.toHexString(output) + " bytes=" + outputBytes);
        }
        return true;
    }

    void rank(Collective collective, String name, int value) {
        if (value < 0 || value >= size) {
            throw refuse(collective, name + "=" + value + "; ranks are 0 to " + (size - 1));
        }
    }

    /** Fails everywhere: the others have called, or will. */
    RuntimeException refuse(Collective collective, String why) {
        failures.fail(rank, "rank " + rank + " called " + collective.label() + " wrongly: " + why);
        failures.check();
        throw new AssertionError("failed, but did not say so");
    }
}
