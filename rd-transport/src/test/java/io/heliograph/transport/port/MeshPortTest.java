package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.wire.EthernetLayout;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three nodes: where frames go, by their destination, and what becomes of those that nobody takes. */
final class MeshPortTest {
    private static final int MTU_BYTES = 1500;
    private static final int LENGTH_BYTES = 90;
    private static final int MARK = 80;
    private static final IpAddress SECOND = IpAddress.parse("198.18.0.2");
    private static final IpAddress THIRD = IpAddress.parse("2001:2::3");

    private final Arena arena = Arena.ofConfined();
    private final PortPair toSecond = MemoryPort.pair(MTU_BYTES, 64, 64);
    private final PortPair toThird = MemoryPort.pair(MTU_BYTES, 64, 64);
    private final MeshPort first = MeshPort.over(
            "mesh",
            new MacAddress(0x0200_0000_0001L),
            MTU_BYTES,
            List.of(toSecond.left(), toThird.left()),
            List.of(SECOND, THIRD));
    private final Burst out = new Burst(arena, 64);
    private final Burst in = new Burst(arena, 64);

    @AfterEach
    void close() {
        first.close();
        toSecond.right().close();
        toThird.right().close();
        arena.close();
    }

    private void send(IpAddress destination, int mark) {
        assertEquals(1, first.allocate(out, 1));
        long data = Frame.dataAddress(out.frame(0));
        if (destination.isIpv4()) {
            NativeMemory.putShortBigEndian(data + 12, (short) EthernetLayout.TYPE_IPV4);
            NativeMemory.putIntBigEndian(data + 30, destination.ipv4());
        } else {
            NativeMemory.putShortBigEndian(data + 12, (short) EthernetLayout.TYPE_IPV6);
            NativeMemory.putLongBigEndian(data + 38, destination.high());
            NativeMemory.putLongBigEndian(data + 46, destination.low());
        }
        NativeMemory.putByte(data + MARK, (byte) mark);
        Frame.lengthBytes(out.frame(0), LENGTH_BYTES);
        assertEquals(1, first.send(out));
    }

    private void assertReceives(Port port, int mark) {
        assertEquals(1, port.receive(in));
        assertEquals(LENGTH_BYTES, Frame.lengthBytes(in.frame(0)));
        assertEquals(mark, NativeMemory.getByte(Frame.dataAddress(in.frame(0)) + MARK));
        port.release(in);
        assertEquals(0, port.receive(in));
    }

    @Test
    void shouldSendByTheDestinationsAddress() {
        send(SECOND, 1);
        send(THIRD, 2);
        assertReceives(toSecond.right(), 1);
        assertReceives(toThird.right(), 2);
    }

    @Test
    void shouldLoseWhatIsForNobodyAndCountIt() {
        send(IpAddress.parse("198.18.0.9"), 1);
        assertEquals(0, toSecond.right().receive(in));
        assertEquals(0, toThird.right().receive(in));
        assertEquals(1, first.statistics().sendDrops());
    }

    @Test
    void shouldLoseWhatOneDoesNotTakeAndServeTheOthers() {
        for (int i = 0; i < 200; i++) {
            send(SECOND, i);
        }
        send(THIRD, 7);
        assertReceives(toThird.right(), 7);
        assertTrue(first.statistics().sendDrops() >= 200 - 64, first.statistics()::toString);
    }

    @Test
    void shouldReceiveFromAll() {
        for (PortPair pair : List.of(toSecond, toThird)) {
            Burst frames = new Burst(arena, 40);
            assertEquals(40, pair.right().allocate(frames, 40));
            for (int i = 0; i < 40; i++) {
                Frame.lengthBytes(frames.frame(i), 60 + i);
            }
            assertEquals(40, pair.right().send(frames));
        }
        int received = 0;
        int[] nextLength = {60, 60};
        while (received < 80) {
            int count = first.receive(in);
            assertTrue(count > 0, "nothing comes");
            for (int i = 0; i < count; i++) {
                int length = Frame.lengthBytes(in.frame(i));
                assertTrue(length == nextLength[0] || length == nextLength[1], () -> "order: " + length);
                nextLength[length == nextLength[0] ? 0 : 1]++;
            }
            received += count;
            first.release(in);
        }
        assertEquals(0, first.receive(in));
    }

    @Test
    void shouldRefusePortsThatDoNotFit() {
        assertThrows(
                IllegalArgumentException.class,
                () -> MeshPort.over("mesh", new MacAddress(1), 576, List.of(toSecond.left()), List.of(SECOND)));
        assertThrows(
                IllegalArgumentException.class,
                () -> MeshPort.over("mesh", new MacAddress(1), MTU_BYTES, List.of(toSecond.left()), List.of()));
    }
}
