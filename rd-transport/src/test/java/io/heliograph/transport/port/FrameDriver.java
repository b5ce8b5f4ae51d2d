package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;

/** A process that sends frames to a {@link FrameReflector} and checks what comes back; it fails with an exit code. */
final class FrameDriver {
    private static final int BURST = 16;

    private final Port port;
    private final Burst out;
    private final Burst in;
    private final Burst scratch;
    private long number;

    private FrameDriver(Port port, Arena arena) {
        this.port = port;
        this.out = new Burst(arena, BURST);
        this.in = new Burst(arena, 2 * BURST);
        this.scratch = new Burst(arena, BURST);
    }

    /** Arguments: port, MTU. */
    public static void main(String[] arguments) {
        int mtuBytes = Integer.parseInt(arguments[1]);
        try (Arena arena = Arena.ofConfined();
                Port port = Ports.open(PortSpec.parse(arguments[0]), mtuBytes)) {
            FrameDriver driver = new FrameDriver(port, arena);
            driver.awaitOther();
            driver.checkEveryLength(mtuBytes + TestTraffic.ETHERNET_BYTES);
            assertEquals(0, Allocations.inSteadyState(() -> driver.pass(1_000)), "heap bytes allocated");
            long startNs = System.nanoTime();
            driver.pass(2_000);
            System.out.printf(
                    "passed %s: %.0f frames/s there and back, 0 B allocated%n",
                    port.info().driver(), 2_000 * BURST * 1e9 / (System.nanoTime() - startNs));
            driver.endOther();
        }
    }

    /** The link is up when both are there, and a memif's server can send once its client has polled. */
    private void awaitOther() {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (port.linkState() != LinkState.UP || !tryOne()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "nobody at the other end");
        }
    }

    private boolean tryOne() {
        write(1, TestTraffic.LEAST_BYTES);
        port.send(out);
        port.release(out);
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        int seen = 0;
        while (seen == 0 && System.nanoTime() - deadlineNs < 0) {
            if (port.receive(scratch) == 0) {
                TestTraffic.idle();
            }
            TestTraffic.takeTestFrames(port, scratch, in);
            seen = in.size();
            port.release(in);
        }
        return seen > 0;
    }

    private void checkEveryLength(int greatestBytes) {
        for (int lengthBytes = TestTraffic.LEAST_BYTES; lengthBytes <= greatestBytes; lengthBytes++) {
            exchange(1 + lengthBytes % BURST, lengthBytes);
            for (int i = 0; i < in.size(); i++) {
                assertEquals(number - in.size() + i, TestTraffic.number(in.frame(i)), "order");
                assertTrue(TestTraffic.isIntact(in.frame(i), lengthBytes), "bytes at length " + lengthBytes);
            }
            port.release(in);
        }
    }

    private void pass(int rounds) {
        for (int round = 0; round < rounds; round++) {
            assertEquals(BURST, port.allocate(out, BURST));
            for (int i = 0; i < BURST; i++) {
                TestTraffic.writeHeader(out.frame(i), port, port);
                TestTraffic.broadcast(out.frame(i));
                Frame.lengthBytes(out.frame(i), TestTraffic.LEAST_BYTES);
            }
            TestTraffic.sendAll(port, out);
            TestTraffic.receiveAll(port, scratch, in, BURST);
            port.release(in);
        }
    }

    private void exchange(int count, int lengthBytes) {
        write(count, lengthBytes);
        TestTraffic.sendAll(port, out);
        TestTraffic.receiveAll(port, scratch, in, count);
    }

    private void write(int count, int lengthBytes) {
        assertEquals(count, port.allocate(out, count));
        for (int i = 0; i < count; i++) {
            TestTraffic.write(out.frame(i), port, port, number++, lengthBytes);
            TestTraffic.broadcast(out.frame(i));
        }
    }

    private void endOther() {
        number = FrameReflector.END;
        exchange(1, TestTraffic.LEAST_BYTES);
        port.release(in);
    }
}
