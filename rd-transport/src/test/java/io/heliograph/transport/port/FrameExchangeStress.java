package io.heliograph.transport.port;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * jcstress: two sides of a link, which may be two processes, with two frames each: what is sent later lies in frames that the other side has given
 * back, and must not be seen before.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "nothing came in time")
@Outcome(id = "[1-9][0-9]*", expect = ACCEPTABLE, desc = "as many whole ones, in order")
@Outcome(expect = FORBIDDEN, desc = "a torn, lost or repeated one")
@State
public class FrameExchangeStress {
    private static final int ATTEMPTS = 32;
    private static final int TORN = -1;
    private static final int OUT_OF_ORDER = -2;
    private static final int PAYLOAD_BYTES = 64;
    private static final LinkLayout LAYOUT = new LinkLayout(LinkLayout.LEAST_MTU_BYTES, 2, 2);

    private final Arena arena = Arena.ofAuto();
    private final long shared =
            arena.allocate(LAYOUT.totalBytes(), LinkLayout.LINE_PAIR_BYTES).address();
    private final FrameExchange left = new FrameExchange(LAYOUT, 0, shared, arena, new PortCounters());
    private final FrameExchange right = new FrameExchange(LAYOUT, 1, shared, arena, new PortCounters());
    private final Burst leftBurst = new Burst(arena, 1);
    private final Burst rightBurst = new Burst(arena, 1);

    @Actor
    public void sender() {
        int value = 1;
        for (int i = 0; i < ATTEMPTS; i++) {
            if (leftBurst.size() == 0 && left.allocate(leftBurst, 1) == 0) {
                continue;
            }
            long frame = leftBurst.frame(0);
            fill(Frame.dataAddress(frame), value);
            Frame.lengthBytes(frame, PAYLOAD_BYTES + value);
            value += left.send(leftBurst);
        }
    }

    @Actor
    public void receiver(I_Result result) {
        int last = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            if (right.receive(rightBurst) > 0) {
                int value = valueOf(rightBurst.frame(0));
                right.release(rightBurst);
                if (value != last + 1) {
                    result.r1 = value == TORN ? TORN : OUT_OF_ORDER;
                    return;
                }
                last = value;
            }
        }
        result.r1 = last;
    }

    private static void fill(long data, int value) {
        for (int i = 0; i < PAYLOAD_BYTES; i += Long.BYTES) {
            NativeMemory.putLong(data + i, value);
        }
    }

    /** The value that the length and all words of a frame have. */
    private static int valueOf(long frame) {
        int value = Frame.lengthBytes(frame) - PAYLOAD_BYTES;
        for (int i = 0; i < PAYLOAD_BYTES; i += Long.BYTES) {
            if (NativeMemory.getLong(Frame.dataAddress(frame) + i) != value) {
                return TORN;
            }
        }
        return value;
    }
}
