package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every port does, whatever carries its frames: each implementation runs this over two ports that are joined. */
public abstract class PortContractTest {
    private static final int BURST = 32;

    private final Arena arena = Arena.ofConfined();
    private final Burst out = new Burst(arena, 64);
    private final Burst in = new Burst(arena, 64);
    private final Burst scratch = new Burst(arena, 64);
    private PortPair ports;

    /** Opens two joined ports that carry IP packets of {@code mtuBytes}. */
    protected abstract PortPair open(int mtuBytes);

    /** The largest MTU to test with. */
    protected int greatestMtuBytes() {
        return 9000;
    }

    /** Whether a port that nobody receives from stops taking frames; a kernel drops them instead. */
    protected boolean backsUp() {
        return true;
    }

    /** Frames to pass in the test of ownership. */
    protected long framesToPass() {
        return 3_000_000;
    }

    /** Bursts to exchange in each round of the test of allocation. */
    protected int roundsToMeasure() {
        return 20_000;
    }

    /** Whether, once everything is released, the pool is as it was; a driver keeps some frames in its queues. */
    protected boolean poolIsExact() {
        return true;
    }

    /** Whether the statistics have bytes, not just frames. */
    protected boolean countsBytes() {
        return true;
    }

    @BeforeEach
    void openPorts() {
        ports = open(1500);
    }

    @AfterEach
    void closePorts() {
        // Nothing is open where the ports cannot be had and the test is skipped.
        if (ports != null) {
            ports.close();
        }
        arena.close();
    }

    @Test
    void shouldCarryEveryLengthInOrderAndByteExact() {
        carryEveryLength(1);
    }

    @Test
    void shouldCarryJumboFramesWhenTheMtuAllows() {
        assumeTrue(greatestMtuBytes() > 1500, () -> "this port carries no more than " + greatestMtuBytes() + " bytes");
        ports.close();
        ports = open(greatestMtuBytes());
        assertEquals(greatestMtuBytes(), ports.left().info().mtuBytes());
        carryEveryLength(61);
    }

    private void carryEveryLength(int step) {
        Port left = ports.left();
        Port right = ports.right();
        int greatest = left.info().mtuBytes() + TestTraffic.ETHERNET_BYTES;
        int next = TestTraffic.LEAST_BYTES;
        long number = 0;
        while (next <= greatest) {
            int count = (int) Math.min(1 + number % BURST, (greatest - next) / step + 1);
            assertEquals(count, left.allocate(out, count));
            for (int i = 0; i < count; i++) {
                assertTrue(Frame.roomBytes(out.frame(i)) >= greatest, "frame without room for the MTU");
                TestTraffic.write(out.frame(i), left, right, number + i, next + i * step);
            }
            TestTraffic.sendAll(left, out);
            TestTraffic.receiveAll(right, scratch, in, count);
            for (int i = 0; i < count; i++) {
                assertEquals(number + i, TestTraffic.number(in.frame(i)), "order");
                assertTrue(TestTraffic.isIntact(in.frame(i), next + i * step), "bytes at length " + (next + i * step));
            }
            right.release(in);
            number += count;
            int last = next + (count - 1) * step;
            next = last == greatest ? greatest + 1 : Math.min(last + step, greatest);
        }
    }

    @Test
    void shouldKeepAccountOfFramesWhenManyPass() {
        Port left = ports.left();
        Port right = ports.right();
        int leftFree = TestTraffic.countFree(left);
        int rightFree = TestTraffic.countFree(right);
        SeededRandom random = new SeededRandom(42);
        long passed = 0;
        while (passed < framesToPass()) {
            int count = 1 + random.nextInt(BURST);
            passed += exchange(left, right, count);
            passed += exchange(right, left, 1 + random.nextInt(BURST));
        }
        if (poolIsExact()) {
            assertEquals(leftFree, TestTraffic.countFree(left));
            assertEquals(rightFree, TestTraffic.countFree(right));
        } else {
            assertTrue(TestTraffic.countFree(left) >= BURST, "frames leaked");
            assertTrue(TestTraffic.countFree(right) >= BURST, "frames leaked");
        }
    }

    @Test
    void shouldGiveEveryFrameOnceAndThenNoneWhenAllAreTaken() {
        Port port = ports.left();
        int free = TestTraffic.countFree(port);
        for (int round = 0; round < 2; round++) {
            Burst all = new Burst(arena, free + 1);
            Set<Long> distinct = new HashSet<>();
            while (all.remaining() > 0 && port.allocate(all, 1) == 1) {
                distinct.add(all.frame(all.size() - 1));
            }
            assertEquals(all.size(), distinct.size(), "a frame was given twice");
            if (poolIsExact()) {
                assertEquals(free, all.size());
            }
            assertEquals(0, port.allocate(scratch, 1));
            assertEquals(0, scratch.size());
            port.release(all);
            assertEquals(0, all.size());
        }
        assertEquals(0, port.allocate(new Burst(arena, free + 1), free + 1), "all or nothing");
    }

    @Test
    void shouldAcceptThePartThatFitsWhenNobodyReceives() {
        assumeTrue(backsUp(), "what is behind this port drops frames instead of backing up");
        Port left = ports.left();
        long sent = 0;
        boolean partial = false;
        while (!partial) {
            int wanted = 7 + (int) (sent % 5);
            if (left.allocate(out, wanted) == 0) {
                break; // the pool is smaller than what the port takes: as good as backed up
            }
            for (int i = 0; i < wanted; i++) {
                TestTraffic.write(out.frame(i), left, ports.right(), sent + i, TestTraffic.LEAST_BYTES);
            }
            int accepted = left.send(out);
            sent += accepted;
            assertEquals(wanted - accepted, out.size());
            for (int i = 0; i < out.size(); i++) {
                assertEquals(sent + i, TestTraffic.number(out.frame(i)), "what is left stays in order at the front");
            }
            partial = accepted < wanted;
        }
        for (long number = 0; number < sent; ) {
            if (!left.equals(ports.right())) {
                left.receive(scratch); // a wrapper may hold frames that it accepted until it is polled
                left.release(scratch);
            }
            TestTraffic.receiveAll(ports.right(), scratch, in, 1);
            for (int i = 0; i < in.size(); i++) {
                assertEquals(number++, TestTraffic.number(in.frame(i)));
            }
            ports.right().release(in);
        }
        TestTraffic.sendAll(left, out);
    }

    @Test
    void shouldSendOnWhatItReceived() {
        Port left = ports.left();
        Port right = ports.right();
        for (int round = 0; round < 500; round++) {
            left.allocate(out, BURST);
            for (int i = 0; i < BURST; i++) {
                TestTraffic.write(out.frame(i), left, right, i, 64 + i);
            }
            TestTraffic.sendAll(left, out);
            TestTraffic.receiveAll(right, scratch, in, BURST);
            for (int i = 0; i < BURST; i++) {
                TestTraffic.write(in.frame(i), right, left, i, 64 + i);
            }
            TestTraffic.sendAll(right, in);
            TestTraffic.receiveAll(left, scratch, in, BURST);
            for (int i = 0; i < BURST; i++) {
                assertTrue(TestTraffic.isIntact(in.frame(i), 64 + i));
            }
            left.release(in);
        }
    }

    @Test
    void shouldCountWhatPasses() {
        PortStatistics leftBefore = ports.left().statistics();
        PortStatistics rightBefore = ports.right().statistics();
        for (int i = 0; i < 10; i++) {
            exchange(ports.left(), ports.right(), 10);
        }
        PortStatistics left = ports.left().statistics();
        PortStatistics right = ports.right().statistics();
        assertEquals(100, left.sentFrames() - leftBefore.sentFrames());
        assertTrue(right.receivedFrames() - rightBefore.receivedFrames() >= 100, () -> right.toString());
        assertEquals(0, left.sendDrops() - leftBefore.sendDrops());
        if (countsBytes()) {
            assertEquals(100 * TestTraffic.LEAST_BYTES, left.sentBytes() - leftBefore.sentBytes());
            assertTrue(right.receivedBytes() - rightBefore.receivedBytes() >= 100 * TestTraffic.LEAST_BYTES);
        }
    }

    @Test
    void shouldSayThatTheLinkIsUpAndWhatItIs() {
        assertEquals(LinkState.UP, ports.left().linkState());
        assertEquals(LinkState.UP, ports.right().linkState());
        PortInfo info = ports.left().info();
        assertEquals(1500, info.mtuBytes());
        assertNotEquals("", info.name());
        assertNotEquals("", info.driver());
        if (!ports.left().equals(ports.right())) {
            assertNotEquals(info.macAddress(), ports.right().info().macAddress());
        }
    }

    @Test
    void shouldCloseTwice() {
        ports.left().close();
        ports.left().close();
        ports.right().close();
        ports.right().close();
    }

    @Test
    void shouldAllocateNothingOnTheHeapWhenFramesPass() {
        assertEquals(0, Allocations.inSteadyState(this::exchangeMany), "heap bytes allocated");
    }

    private void exchangeMany() {
        for (int round = 0; round < roundsToMeasure(); round++) {
            exchange(ports.left(), ports.right(), BURST);
            exchange(ports.right(), ports.left(), BURST);
        }
    }

    /** Passes {@code count} short frames from one port to the other and releases them. */
    private int exchange(Port from, Port to, int count) {
        if (from.allocate(out, count) == 0) {
            return 0;
        }
        for (int i = 0; i < count; i++) {
            writeHeader(out.frame(i), from, to);
        }
        TestTraffic.sendAll(from, out);
        TestTraffic.receiveAll(to, scratch, in, count);
        to.release(in);
        return count;
    }

    private static void writeHeader(long frame, Port from, Port to) {
        TestTraffic.writeHeader(frame, from, to);
        Frame.lengthBytes(frame, TestTraffic.LEAST_BYTES);
    }
}
