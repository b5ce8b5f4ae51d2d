package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.fail;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;

/** Numbered frames of an experimental EtherType, whose bytes follow from their number; other frames that arrive are passed over. */
final class TestTraffic {
    static final int LEAST_BYTES = 60;
    static final int ETHERNET_BYTES = 14;
    /** Local experimental EtherType 1 (IEEE 802, table of public EtherTypes). */
    static final int ETHER_TYPE = 0x88b5;

    private static final int NUMBER = 14;
    private static final int BODY = 22;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(10);

    private TestTraffic() {}

    /** Writes frame {@code number} of {@code lengthBytes} bytes from {@code from} to {@code to}. */
    static void write(long frame, Port from, Port to, long number, int lengthBytes) {
        long data = Frame.dataAddress(frame);
        writeHeader(frame, from, to);
        NativeMemory.putLongBigEndian(data + NUMBER, number);
        SeededRandom bytes = new SeededRandom(number);
        for (int i = BODY; i < lengthBytes; i++) {
            NativeMemory.putByte(data + i, (byte) bytes.nextLong());
        }
        Frame.lengthBytes(frame, lengthBytes);
    }

    /** Writes the Ethernet header only. */
    static void writeHeader(long frame, Port from, Port to) {
        long data = Frame.dataAddress(frame);
        long destination = to.info().macAddress().value();
        long source = from.info().macAddress().value();
        NativeMemory.putLongBigEndian(data, destination << 16 | source >>> 32);
        NativeMemory.putIntBigEndian(data + 8, (int) source);
        NativeMemory.putShortBigEndian(data + 12, (short) ETHER_TYPE);
    }

    /** Makes everybody its destination. */
    static void broadcast(long frame) {
        NativeMemory.putInt(Frame.dataAddress(frame), -1);
        NativeMemory.putShort(Frame.dataAddress(frame) + 4, (short) -1);
    }

    static boolean isTest(long frame) {
        return Frame.lengthBytes(frame) >= LEAST_BYTES
                && NativeMemory.getUnsignedShortBigEndian(Frame.dataAddress(frame) + 12) == ETHER_TYPE;
    }

    static long number(long frame) {
        return NativeMemory.getLongBigEndian(Frame.dataAddress(frame) + NUMBER);
    }

    /** Whether {@code frame} is, byte for byte, what {@link #write} made of its number. */
    static boolean isIntact(long frame, int lengthBytes) {
        if (Frame.lengthBytes(frame) != lengthBytes) {
            return false;
        }
        long data = Frame.dataAddress(frame);
        SeededRandom bytes = new SeededRandom(number(frame));
        for (int i = BODY; i < lengthBytes; i++) {
            if (NativeMemory.getByte(data + i) != (byte) bytes.nextLong()) {
                return false;
            }
        }
        return true;
    }

    /** Sends all of {@code burst}, however often that takes. */
    static void sendAll(Port port, Burst burst) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (burst.size() > 0) {
            if (port.send(burst) == 0) {
                check(deadlineNs, port, burst.size());
            }
        }
    }

    /** Receives {@code count} test frames, appending to {@code into}; others are released. */
    static void receiveAll(Port port, Burst scratch, Burst into, int count) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        int wanted = into.size() + count;
        while (into.size() < wanted) {
            if (port.receive(scratch) == 0) {
                check(deadlineNs, port, wanted - into.size());
            }
            takeTestFrames(port, scratch, into);
        }
    }

    /** Moves the test frames of {@code received} to {@code into} and releases the others. */
    static void takeTestFrames(Port port, Burst received, Burst into) {
        int others = 0;
        for (int i = 0; i < received.size(); i++) {
            long frame = received.frame(i);
            if (isTest(frame)) {
                into.add(frame);
            } else {
                received.frame(others++, frame);
            }
        }
        received.size(others);
        if (others > 0) {
            port.release(received);
        }
    }

    /** Takes every frame the port has, counts them, gives them back. */
    static int countFree(Port port) {
        try (Arena arena = Arena.ofConfined()) {
            Burst all = new Burst(arena, 1 << 18);
            int taken = 1;
            while (all.remaining() > 0 && taken == 1) {
                taken = port.allocate(all, 1);
            }
            int count = all.size();
            port.release(all);
            return count;
        }
    }

    /** Lets others run: with more polling processes than processors the other end would starve. */
    @SuppressWarnings("ThreadPriorityCheck")
    static void idle() {
        Thread.yield();
    }

    private static void check(long deadlineNs, Port port, int missing) {
        if (System.nanoTime() - deadlineNs > 0) {
            fail("nothing moves: port=" + port.info().name() + " framesToGo=" + missing + " " + port.statistics());
        }
        idle();
    }
}
