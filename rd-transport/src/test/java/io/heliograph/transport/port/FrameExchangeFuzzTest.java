package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.testing.FuzzInput;
import io.heliograph.transport.wire.GuardedMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/**
 * Fuzz target: the other side of a shared link writes what it likes where it likes, between any calls of ours. No frame may be ours twice, none may lie
 * outside the link's memory, which ends where memory ends, and none may be longer than a frame.
 */
@Tag("fuzz")
final class FrameExchangeFuzzTest {
    private static final LinkLayout LAYOUT = new LinkLayout(LinkLayout.LEAST_MTU_BYTES, 4, 4);
    private static final int BURST_FRAMES = 4;
    private static final int MOST_STEPS = 128;
    private static final GuardedMemory MEMORY = memory();

    private static GuardedMemory memory() {
        try {
            return new GuardedMemory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final Set<Long> held = new HashSet<>();
    private long shared;

    @FuzzTest
    void shouldStaySaneWhenOtherSideIsHostile(byte[] data) {
        FuzzInput input = new FuzzInput(data);
        int side = input.below(2);
        held.clear();
        shared = MEMORY.clearedAtEnd(LAYOUT.totalBytes()).address();
        try (Arena arena = Arena.ofConfined()) {
            FrameExchange ours = new FrameExchange(LAYOUT, side, shared, arena, new PortCounters());
            Burst burst = new Burst(arena, BURST_FRAMES);
            for (int step = 0; step < MOST_STEPS && !input.isEmpty(); step++) {
                step(input, ours, side, burst);
            }
        }
    }

    private void step(FuzzInput input, FrameExchange ours, int side, Burst burst) {
        switch (input.below(7)) {
            case 0 -> write(input.nextShort(), input.nextLong());
            case 1 -> write(LAYOUT.framesRingOffset(1 - side) + LinkLayout.RING_TAIL, input.next());
            case 2 -> {
                long place = LAYOUT.framesRingOffset(1 - side) + LinkLayout.RING_ENTRIES + 8L * input.below(4);
                write(place, input.below(10) | (long) input.nextShort() << 32);
            }
            case 3 -> {
                write(LAYOUT.returnRingOffset(1 - side) + LinkLayout.RING_ENTRIES + 8L * input.below(4), input.next());
                write(LAYOUT.returnRingOffset(1 - side) + LinkLayout.RING_TAIL, input.next());
            }
            case 4 -> {
                ours.receive(burst);
                keep(burst);
            }
            case 5 -> {
                ours.allocate(burst, 1 + input.below(BURST_FRAMES));
                keep(burst);
            }
            default -> giveAway(input, ours, burst);
        }
    }

    private void write(long offset, long value) {
        long at = offset % LAYOUT.totalBytes() & -8L;
        NativeMemory.putLong(shared + at, value);
    }

    private void keep(Burst burst) {
        for (int i = 0; i < burst.size(); i++) {
            long frame = burst.frame(i);
            long start = Frame.dataAddress(frame);
            int length = Frame.lengthBytes(frame);
            assertTrue(held.add(frame), "a frame twice");
            assertTrue(length <= LAYOUT.maxFrameBytes(), "too long");
            assertTrue(
                    start >= shared + LAYOUT.frameOffset(0) && start + length <= shared + LAYOUT.totalBytes(),
                    "outside");
            assertTrue(length <= Frame.roomBytes(frame), "no room");
        }
        assertTrue(held.size() <= LAYOUT.frameCount(), "more frames than there are");
        burst.clear();
    }

    private void giveAway(FuzzInput input, FrameExchange ours, Burst burst) {
        int count = Math.min(1 + input.below(BURST_FRAMES), held.size());
        boolean send = input.flag();
        for (long frame : held.stream().sorted().limit(count).toList()) {
            Frame.lengthBytes(frame, 64);
            burst.add(frame);
        }
        for (int i = 0; i < burst.size(); i++) {
            held.remove(burst.frame(i));
        }
        if (send) {
            int sent = ours.send(burst);
            assertEquals(count, sent + burst.size(), "frames lost");
            keep(burst); // what the ring had no room for is ours still
        } else {
            ours.release(burst);
        }
    }
}
