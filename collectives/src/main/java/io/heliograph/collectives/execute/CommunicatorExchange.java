package io.heliograph.collectives.execute;

import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.bootstrap.Exchange;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** An exchange over a communicator that is there already: an allGather of 256 bytes from each rank, a length (32, native byte order) and what it says. */
final class CommunicatorExchange implements Exchange {
    private static final int PART_BYTES = 256;
    private static final int MOST_BYTES = PART_BYTES - Integer.BYTES;

    private final Communicator communicator;
    private final MemorySegment input;
    private final MemorySegment output;

    CommunicatorExchange(Communicator communicator) {
        this.communicator = communicator;
        input = communicator.allocate(PART_BYTES);
        output = communicator.allocate((long) communicator.size() * PART_BYTES);
    }

    @Override
    public List<byte[]> allGather(byte[] mine) {
        if (mine.length > MOST_BYTES) {
            throw new IllegalArgumentException("exchange: bytes=" + mine.length + "; at most " + MOST_BYTES);
        }
        input.set(ValueLayout.JAVA_INT, 0, mine.length);
        MemorySegment.copy(mine, 0, input, ValueLayout.JAVA_BYTE, Integer.BYTES, mine.length);
        communicator.allGather(input, output, PART_BYTES, DataType.I8).await();
        List<byte[]> all = new ArrayList<>();
        for (int rank = 0; rank < communicator.size(); rank++) {
            MemorySegment part = output.asSlice((long) rank * PART_BYTES, PART_BYTES);
            // Another process's word.
            int length = Math.clamp(part.get(ValueLayout.JAVA_INT, 0), 0, MOST_BYTES);
            all.add(part.asSlice(Integer.BYTES, length).toArray(ValueLayout.JAVA_BYTE));
        }
        return all;
    }
}
