package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class CountingPortTest {
    /** It is a port like any other. */
    @Nested
    final class Contract extends PortContractTest {
        @Override
        protected PortPair open(int mtuBytes) {
            PortPair pair = MemoryPort.pair(mtuBytes);
            return new PortPair(new CountingPort(pair.left()), new CountingPort(pair.right()));
        }
    }

    @Test
    void shouldCountCallsAndFrames() {
        try (Arena arena = Arena.ofConfined();
                PortPair pair = MemoryPort.pair(1500, 64, 8)) {
            CountingPort left = new CountingPort(pair.left());
            CountingPort right = new CountingPort(pair.right());
            Burst burst = new Burst(arena, 64);
            assertEquals(10, left.allocate(burst, 10));
            for (int i = 0; i < 10; i++) {
                Frame.lengthBytes(burst.frame(i), 100 + i);
            }
            assertEquals(8, left.send(burst));
            assertEquals(0, left.send(burst));
            left.release(burst);
            assertEquals(0, left.allocate(burst, 60));
            assertEquals(8, right.receive(burst));
            right.release(burst);
            assertEquals(0, right.receive(burst));
            assertEquals(1, left.sendBursts());
            assertEquals(2, left.refusedBursts());
            assertEquals(8, left.sentFrames());
            assertEquals(828, left.sentBytes());
            assertEquals(1, left.failedAllocations());
            assertEquals(1, right.receiveBursts());
            assertEquals(1, right.emptyPolls());
            assertEquals(8, right.receivedFrames());
            assertEquals(828, right.receivedBytes());
        }
    }
}
