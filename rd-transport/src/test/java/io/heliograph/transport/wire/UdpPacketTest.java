package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UdpPacketTest {
    private static final MacAddress NEAR = new MacAddress(0x02_00_00_00_00_01L);
    private static final MacAddress FAR = new MacAddress(0x02_FF_FE_FD_FC_FBL);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment frame = arena.allocate(2_000, 8);
    private final SeededRandom random = new SeededRandom(6);

    @AfterEach
    void close() {
        arena.close();
    }

    private int ipBytes(boolean ipv4) {
        return ipv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH;
    }

    private IpAddress near(boolean ipv4) {
        return IpAddress.parse(ipv4 ? "198.18.0.1" : "2001:2::1");
    }

    private IpAddress far(boolean ipv4) {
        return IpAddress.parse(ipv4 ? "198.18.255.254" : "2001:2:ffff::fe");
    }

    private long write(boolean ipv4, int payloadBytes) {
        new Ethernet(FAR, NEAR, ipv4 ? EthernetLayout.TYPE_IPV4 : EthernetLayout.TYPE_IPV6).emit(frame, 0);
        long ip = frame.address() + EthernetLayout.LENGTH;
        if (ipv4) {
            new Ipv4Header(0x23, 0, 7, 0x4000, 3, 17, 0, near(true), far(true)).emit(frame, EthernetLayout.LENGTH);
        } else {
            new Ipv6Header(0x23, 0, 0, 17, 3, near(false), far(false)).emit(frame, EthernetLayout.LENGTH);
        }
        long udp = ip + ipBytes(ipv4);
        UdpPacket.putPorts(udp, 0xC001, 52_851);
        for (int k = 0; k < payloadBytes; k++) {
            NativeMemory.putByte(udp + UdpLayout.LENGTH + k, (byte) random.nextInt(256));
        }
        UdpPacket.complete(ip, ipv4, payloadBytes);
        return ip;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCompleteWhatIsIntactUntilABitChanges(boolean ipv4) {
        for (int payloadBytes = 0; payloadBytes < 70; payloadBytes++) {
            long ip = write(ipv4, payloadBytes);
            assertTrue(UdpPacket.isIntact(ip, ipv4), "payloadBytes=" + payloadBytes);
            int first =
                    ipv4 ? 0 : 8; // the IPv6 header has no checksum of its own but for addresses, lengths and protocol
            for (int bit = 8 * first; bit < 8 * (ipBytes(ipv4) + UdpLayout.LENGTH + payloadBytes); bit++) {
                int offset = bit / 8;
                boolean length = offset >= ipBytes(ipv4) + 4 && offset < ipBytes(ipv4) + 6;
                if (length) {
                    continue; // whoever calls has looked at lengths
                }
                long at = ip + offset;
                NativeMemory.putByte(at, (byte) (NativeMemory.getByte(at) ^ 1 << bit % 8));
                assertFalse(UdpPacket.isIntact(ip, ipv4), "payloadBytes=" + payloadBytes + " bit=" + bit);
                NativeMemory.putByte(at, (byte) (NativeMemory.getByte(at) ^ 1 << bit % 8));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTurnAPacketRound(boolean ipv4) {
        long ip = write(ipv4, 100);
        UdpPacket.turn(frame.address(), ip, ipv4);
        UdpPacket.complete(ip, ipv4, 40);
        assertTrue(UdpPacket.isIntact(ip, ipv4));
        assertEquals(
                new Ethernet(NEAR, FAR, ipv4 ? EthernetLayout.TYPE_IPV4 : EthernetLayout.TYPE_IPV6),
                Ethernet.parse(frame, 0));
        if (ipv4) {
            Ipv4Header header = Ipv4Header.parse(frame, EthernetLayout.LENGTH);
            assertEquals(new Ipv4Header(0x20, 68, 7, 0x4000, 64, 17, header.checksum(), far(true), near(true)), header);
        } else {
            assertEquals(
                    new Ipv6Header(0x20, 0, 48, 17, 64, far(false), near(false)),
                    Ipv6Header.parse(frame, EthernetLayout.LENGTH));
        }
        UdpHeader udp = UdpHeader.parse(frame, EthernetLayout.LENGTH + ipBytes(ipv4));
        assertEquals(new UdpHeader(52_851, 0xC001, 48, udp.checksum()), udp);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeNoChecksumForOneOverIpv4Alone(boolean ipv4) {
        long ip = write(ipv4, 10);
        frame.set(ValueLayout.JAVA_SHORT_UNALIGNED, EthernetLayout.LENGTH + ipBytes(ipv4) + 6L, (short) 0);
        assertEquals(ipv4, UdpPacket.isIntact(ip, ipv4));
    }
}
