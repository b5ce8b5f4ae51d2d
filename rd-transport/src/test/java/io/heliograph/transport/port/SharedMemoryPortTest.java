package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.testing.ChildJvm;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes. */
@SuppressWarnings("try") // closing early is what is tested
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SharedMemoryPortTest {
    /** The documented bound is the interval of asking, which here is as short as can be; the rest is the kernel ending the process. */
    private static final long NOTICE_NS = TimeUnit.SECONDS.toNanos(2);

    private final String name = "test-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
    private final Path path = SharedMemory.pathOf("heliograph-" + name);
    private final Arena arena = Arena.ofConfined();
    private final Burst out = new Burst(arena, 32);
    private final Burst in = new Burst(arena, 64);
    private final Burst scratch = new Burst(arena, 32);

    @AfterEach
    void leaveNothing() {
        arena.close();
        assertFalse(Files.exists(path), "left in /dev/shm");
    }

    private static void awaitState(Port port, LinkState state) {
        long deadlineNs = System.nanoTime() + NOTICE_NS;
        while (port.linkState() != state) {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "link is " + port.linkState() + ", not " + state);
            Thread.onSpinWait();
        }
    }

    private void exchange(Port port, long firstNumber, int count, int lengthBytes) {
        assertEquals(count, port.allocate(out, count));
        for (int i = 0; i < count; i++) {
            TestTraffic.write(out.frame(i), port, port, firstNumber + i, lengthBytes);
        }
        TestTraffic.sendAll(port, out);
        TestTraffic.receiveAll(port, scratch, in, count);
        for (int i = 0; i < count; i++) {
            assertEquals(firstNumber + i, TestTraffic.number(in.frame(i)));
            assertTrue(TestTraffic.isIntact(in.frame(i), lengthBytes));
        }
        port.release(in);
    }

    @ParameterizedTest
    @ValueSource(ints = {1500, 9000})
    void shouldCarryFramesBetweenProcessesWhicheverComesFirst(int mtuBytes) {
        for (boolean weComeFirst : new boolean[] {true, false}) {
            SharedMemoryPort first = weComeFirst ? SharedMemoryPort.open(name, mtuBytes) : null;
            if (first != null) {
                assertEquals(LinkState.DOWN, first.linkState());
            }
            try (ChildJvm child = ChildJvm.start(SharedMemoryPeer.class, name, Integer.toString(mtuBytes), "echo")) {
                child.await("open");
                try (SharedMemoryPort port = first != null ? first : SharedMemoryPort.open(name, mtuBytes)) {
                    awaitState(port, LinkState.UP);
                    assertFalse(Files.exists(path), "a pair needs no name");
                    int free = TestTraffic.countFree(port);
                    for (int round = 0; round < 2_000; round++) {
                        exchange(port, round * 100L, 1 + round % 32, 60 + round * 7 % (mtuBytes + 14 - 59));
                    }
                    assertEquals(free, TestTraffic.countFree(port));
                    port.close();
                    assertEquals(LinkState.DOWN, port.linkState());
                }
                assertEquals("peer DOWN\n", child.finish());
            }
        }
    }

    @Test
    void shouldDeliverWhatWasSentBeforeTheOtherSideCame() {
        try (SharedMemoryPort first = SharedMemoryPort.open(name, 1500)) {
            first.allocate(out, 5);
            for (int i = 0; i < 5; i++) {
                TestTraffic.write(out.frame(i), first, first, i, 100);
            }
            assertEquals(5, first.send(out));
            try (SharedMemoryPort second = SharedMemoryPort.open(name, 1500)) {
                TestTraffic.receiveAll(second, scratch, in, 5);
                assertTrue(TestTraffic.isIntact(in.frame(4), 100));
                second.release(in);
            }
            assertEquals(LinkState.DOWN, first.linkState());
        }
    }

    @Test
    void shouldNoticeThatTheOtherProcessWasKilledAndPairAgainAtOnce() {
        try (SharedMemoryPort port = SharedMemoryPort.open(name, 1500);
                ChildJvm child = ChildJvm.start(SharedMemoryPeer.class, name, "1500", "echo")) {
            child.await("open");
            exchange(port, 0, 32, 1000);
            child.kill();
            awaitState(port, LinkState.PEER_DIED);
            int accepted = 0;
            while (port.allocate(out, 32) == 32) {
                out.size(32);
                for (int i = 0; i < 32; i++) {
                    Frame.lengthBytes(out.frame(i), 60);
                }
                accepted += port.send(out);
                if (out.size() > 0) {
                    port.release(out);
                    break;
                }
            }
            assertEquals(MemoryPort.DEFAULT_RING_ENTRIES, accepted, "the ring fills, then nothing is accepted");
            try (SharedMemoryPort again = SharedMemoryPort.open(name, 1500);
                    ChildJvm other = ChildJvm.start(SharedMemoryPeer.class, name, "1500", "echo")) {
                other.await("open");
                exchange(again, 0, 32, 1000);
                again.close();
                other.finish();
            }
        }
    }

    @Test
    void shouldLetTheOtherProcessNoticeThatWeAreGone() {
        try (ChildJvm first = ChildJvm.start(SharedMemoryPeer.class, name, "1500", "hold")) {
            first.await("open");
            try (SharedMemoryPort second = SharedMemoryPort.open(name, 1500)) {
                awaitState(second, LinkState.UP);
                first.kill();
                awaitState(second, LinkState.PEER_DIED);
            }
        }
    }

    @Test
    void shouldReplaceTheNameOfAProcessThatWasKilledWhileWaiting() {
        try (ChildJvm killed = ChildJvm.start(SharedMemoryPeer.class, name, "1500", "hold")) {
            killed.await("open");
            assertTrue(Files.exists(path));
            killed.kill();
            assertTrue(Files.exists(path), "nobody was there to remove it");
            try (SharedMemoryPort first = SharedMemoryPort.open(name, 1500);
                    SharedMemoryPort second = SharedMemoryPort.open(name, 1500)) {
                assertEquals(LinkState.UP, first.linkState());
                assertEquals(LinkState.UP, second.linkState());
            }
        }
    }

    @Test
    void shouldSweepWhatKilledProcessesLeftWhenAnyNameIsOpened() {
        try (ChildJvm killed = ChildJvm.start(SharedMemoryPeer.class, name, "1500", "hold")) {
            killed.await("open");
            killed.kill();
            SharedMemoryPort.open(name + "-other", 1500).close();
            assertFalse(Files.exists(path));
        }
    }

    @Test
    void shouldLeaveTheWaitingAlone() {
        try (SharedMemoryPort waiting = SharedMemoryPort.open(name, 1500)) {
            SharedMemoryPort.open(name + "-other", 1500).close();
            assertTrue(Files.exists(path));
            try (SharedMemoryPort second = SharedMemoryPort.open(name, 1500)) {
                assertEquals(LinkState.UP, waiting.linkState());
                assertEquals(LinkState.UP, second.linkState());
            }
        }
    }

    @Test
    void shouldSayWhatDiffersWhenTheSidesDisagree() {
        try (SharedMemoryPort first = SharedMemoryPort.open(name, 1500)) {
            String message = assertThrows(EnvironmentException.class, () -> SharedMemoryPort.open(name, 9000))
                    .toString();
            assertTrue(message.contains("mtuBytes=1500") && message.contains("mtuBytes=9000"), message);
            assertEquals(LinkState.DOWN, first.linkState());
            try (SharedMemoryPort second = SharedMemoryPort.open(name, 1500)) {
                assertEquals(LinkState.UP, second.linkState(), "the wrong one did no harm");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..%", "a b"})
    void shouldRefuseNamesThatAreNone(String wrong) {
        assertThrows(IllegalArgumentException.class, () -> SharedMemoryPort.open(wrong, 1500));
    }

    @Test
    void shouldAllocateNothingOnTheHeapBetweenProcesses() {
        try (SharedMemoryPort port = SharedMemoryPort.open(name, 1500);
                ChildJvm child = ChildJvm.start(SharedMemoryPeer.class, name, "1500", "echo")) {
            child.await("open");
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            pump(port, 1_000_000);
            threads.getCurrentThreadAllocatedBytes();
            long before = threads.getCurrentThreadAllocatedBytes();
            long startNs = System.nanoTime();
            pump(port, 3_000_000);
            long elapsedNs = System.nanoTime() - startNs;
            assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
            System.out.printf(
                    "shm port, two processes: %.2f million frames/s there and back%n", 3_000_000 * 1e3 / elapsedNs);
            port.close();
            child.finish();
        }
    }

    /** Keeps up to 512 frames of 64 bytes under way until {@code count} came back. */
    private void pump(Port port, int count) {
        int sent = 0;
        int received = 0;
        while (received < count) {
            if (sent - received < 512 && sent < count && port.allocate(out, 32) == 32) {
                for (int i = 0; i < 32; i++) {
                    Frame.lengthBytes(out.frame(i), 64);
                }
                sent += port.send(out);
                port.release(out);
            }
            int got = port.receive(scratch);
            port.release(scratch);
            received += got;
            if (got == 0) {
                TestTraffic.idle();
            }
        }
    }
}
