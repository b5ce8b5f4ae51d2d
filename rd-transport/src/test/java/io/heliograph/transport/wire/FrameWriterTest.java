package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.wire.SampleFrames.Sample;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameWriterTest {
    private static final int MTU = 9_000;

    private final Arena arena = Arena.ofConfined();

    static List<Sample> samples() {
        return SampleFrames.all();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void shouldWriteRightLengthsAndChecksumsWhenTheReferenceLooks(Sample sample) {
        byte[] bytes = sample.bytes();
        MemorySegment frame = MemorySegment.ofArray(bytes);
        int l4 = 14 + (sample.isIpv4() ? 20 : 40);
        if (sample.isIpv4()) {
            assertEquals(0, ReferenceSums.internetChecksum(Arrays.copyOfRange(bytes, 14, l4)));
            assertEquals(bytes.length - 14, Ipv4Header.parse(frame, 14).totalLength());
            assertEquals(0, UdpHeader.parse(frame, l4).checksum());
        } else {
            assertEquals(bytes.length - l4, Ipv6Header.parse(frame, 14).payloadLength());
            assertEquals(0, ReferenceSums.internetChecksum(withPseudoHeader(bytes, l4)));
        }
        assertEquals(bytes.length - l4, UdpHeader.parse(frame, l4).lengthBytes());
        int icrc = Integer.reverseBytes(HeaderBytes.getInt(frame, bytes.length - 4L));
        assertEquals(ReferenceSums.icrc(bytes, 14, sample.isIpv4()), icrc);
    }

    @Test
    void shouldWriteZeroesWhenThereIsPad() {
        byte[] bytes = SampleFrames.named("write-padded", true).bytes();
        for (int i = 1; i <= 3; i++) {
            assertEquals(0, bytes[bytes.length - 4 - i]);
        }
    }

    @Test
    void shouldGiveEachPacketAnotherIdentificationWhenOverIpv4() {
        PeerHeader peer = SampleFrames.peer(arena, true);
        FrameWriter writer = new FrameWriter(arena);
        MemorySegment frame = arena.allocate(PacketSize.MAX_CONTROL_FRAME);
        FrameCheck check = new FrameCheck(arena, SampleFrames.DESTINATION_4, UdpLayout.ROCE_V2_PORT);
        for (int i = 1; i <= 70_000; i++) {
            int length = writer.writeProbe(frame.address(), peer, i & 0xFFFF, SampleFrames.fields(), false, i);
            assertEquals(PacketKind.PROBE, check.check(frame.address(), length));
            assertEquals(i & 0xFFFF, Ipv4Header.parse(frame, 14).identification());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFillTheMtuAndNoMoreWhenThePayloadIsTheLargest(boolean isIpv4) {
        for (int mtu : new int[] {576, 1280, 1500, 4096, 9_000}) {
            PeerHeader peer = SampleFrames.peer(arena, isIpv4);
            PacketFields fields = SampleFrames.fields();
            fields.hasImmediate = true;
            int payload = peer.maxPayload(mtu);
            assertEquals(0, payload % 4);
            MemorySegment memory = arena.allocate(2L * MTU);
            int length = new FrameWriter(arena)
                    .writeData(memory.address(), peer, 0xC000, fields, memory.address() + MTU, payload);
            int ipBytes = length - EthernetLayout.LENGTH;
            assertTrue(ipBytes <= mtu && ipBytes > mtu - 4, () -> "mtu=" + mtu + " ipBytes=" + ipBytes);
        }
    }

    @Test
    void shouldRefuseWhenFamiliesDiffer() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new PeerHeader(arena, SampleFrames.SOURCE_4, SampleFrames.DESTINATION_6, 4791));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAllocateNothingWhenWritingAndChecking(boolean isIpv4) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        PeerHeader peer = SampleFrames.peer(arena, isIpv4);
        FrameWriter writer = new FrameWriter(arena);
        PacketFields fields = SampleFrames.fields();
        FrameCheck check = FrameCheck.forAnyDestination(arena, UdpLayout.ROCE_V2_PORT);
        long memory = arena.allocate(4L * MTU, 64).address();
        exchange(memory, peer, writer, fields, check, 20_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        exchange(memory, peer, writer, fields, check, 20_000);
        assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
    }

    private static void exchange(
            long memory, PeerHeader peer, FrameWriter writer, PacketFields fields, FrameCheck check, int rounds) {
        for (int i = 0; i < rounds; i++) {
            int length = writer.writeData(memory, peer, 0xC000 + (i & 0xFFF), fields, memory + 2 * MTU, i & 0xFFF);
            expect(PacketKind.DATA, check.check(memory, length));
            length = writer.writeSack(memory, peer, 0xC000, fields, i, 3, 0xC000, i);
            expect(PacketKind.SACK, check.check(memory, length));
            NativeMemory.putByte(memory + length - 1, (byte) ~NativeMemory.getByte(memory + length - 1));
            expect(FrameDefect.BAD_ICRC.code(), check.check(memory, length));
        }
    }

    /** Without the boxing of assertEquals. */
    private static void expect(int expected, int actual) {
        if (expected != actual) {
            throw new AssertionError("expected=" + expected + " actual=" + actual);
        }
    }

    private static byte[] withPseudoHeader(byte[] bytes, int l4) {
        MemorySegment all = MemorySegment.ofArray(new byte[40 + bytes.length - l4]);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 22, all, 0, 32);
        HeaderBytes.putInt(all, 32, bytes.length - l4);
        HeaderBytes.putInt(all, 36, 17);
        MemorySegment.copy(MemorySegment.ofArray(bytes), l4, all, 40, bytes.length - l4);
        return all.toArray(ValueLayout.JAVA_BYTE);
    }
}
