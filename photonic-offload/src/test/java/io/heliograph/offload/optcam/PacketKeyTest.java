package io.heliograph.offload.optcam;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketKeyTest {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment key = arena.allocate(PacketKey.KEY_BYTES, 8);
    private final long frame = arena.allocate(256).address();

    @AfterEach
    void close() {
        arena.close();
    }

    private String keyOf(Packet packet) {
        return keyOf(packet.write(frame));
    }

    private String keyOf(int lengthBytes) {
        PacketKey.form(frame, lengthBytes, key.address());
        return HexFormat.of().formatHex(key.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }

    @Test
    void shouldHaveTheFieldsOfATcpPacketBehindTagsAndOptions() {
        for (int tags = 0; tags <= 2; tags++) {
            Packet packet = new Packet(
                    tags, IpAddress.parse("10.1.2.3"), IpAddress.parse("192.0.2.9"), 6, 0x1234, 80, 0x18, 0, "GET");
            assertEquals(
                    "a0" + "06" + "1234" + "0050" + "18" + "00" + "00000000000000000000ffff0a010203"
                            + "00000000000000000000ffffc0000209" + "47455400000000000000000000000000" + "e000"
                            + "000000000000",
                    keyOf(packet));
            int length = packet.write(frame);
            assertEquals(14 + 4 * tags, PacketKey.form(frame, length, key.address()));
        }
    }

    @Test
    void shouldWalkExtensionsOfIpv6AndCutLongPayloads() {
        Packet packet = new Packet(
                0,
                IpAddress.parse("2001:db8::1"),
                IpAddress.parse("fd00::2"),
                17,
                53,
                5353,
                0,
                0,
                "0123456789abcdefgh");
        assertEquals(
                "e0" + "11" + "0035" + "14e9" + "00" + "00" + "20010db8000000000000000000000001"
                        + "fd000000000000000000000000000002" + "30313233343536373839616263646566" + "ffff"
                        + "000000000000",
                keyOf(packet));
    }

    @Test
    void shouldHaveNoPortsInLaterFragments() {
        Packet packet = new Packet(0, IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.2"), 17, 1, 2, 0, 100, "ab");
        assertEquals("8811000000000000", keyOf(packet).substring(0, 16));
        Packet icmp = new Packet(0, IpAddress.parse("fd00::1"), IpAddress.parse("fd00::2"), 58, 0, 0, 128, 0, "");
        assertEquals("d03a000000000080", keyOf(icmp).substring(0, 16));
    }

    @Test
    void shouldNotTakeForThereWhatAFrameIsTooShortFor() {
        Packet packet = Packet.tcp("10.0.0.1", 1, "10.0.0.2", 2, 2, "hello");
        int length = packet.write(frame);
        // The payload is cut, then the header of TCP, then that of IP.
        assertEquals("a0", keyOf(length - 6).substring(0, 2));
        assertEquals("c000", keyOf(length - 7).substring(112, 116));
        assertEquals("a0", keyOf(14 + 24 + 20).substring(0, 2));
        assertEquals("80", keyOf(14 + 24 + 19).substring(0, 2));
        assertEquals("80", keyOf(14 + 24).substring(0, 2));
        assertEquals("00", keyOf(14 + 23).substring(0, 2));
        assertEquals("00", keyOf(0).substring(0, 2));
    }

    /** It must read nothing behind the frame: what is there may not change the key. */
    @Test
    void shouldReadNothingBehindTheFrame() {
        SeededRandom random = new SeededRandom(4);
        for (int round = 0; round < 20_000; round++) {
            Packet packet = new Packet(
                    random.nextInt(3),
                    IpAddress.parse(random.nextInt(2) == 0 ? "10.0.0.1" : "fd00::1"),
                    IpAddress.parse("10.0.0.2"),
                    new int[] {1, 6, 17, 58, 99}[random.nextInt(5)],
                    1,
                    2,
                    3,
                    random.nextInt(2),
                    "payload of it".substring(random.nextInt(13)));
            int length = random.nextInt(packet.write(frame));
            for (int turned = random.nextInt(4); turned > 0; turned--) {
                NativeMemory.putByte(frame + random.nextInt(64), (byte) random.nextLong());
            }
            String before = keyOf(length);
            NativeMemory.fill(frame + length, 256 - length, (byte) random.nextLong());
            assertEquals(before, keyOf(length), "round=" + round);
        }
    }
}
