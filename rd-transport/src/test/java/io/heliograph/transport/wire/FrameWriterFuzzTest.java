package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.testing.FuzzInput;
import io.heliograph.transport.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;

/** Fuzz target: what the writer writes of any values, right before memory that must not be touched, the check takes and reads back. */
@Tag("fuzz")
final class FrameWriterFuzzTest {
    private static final int ROOM_BYTES = 4096;
    private static final int MOST_PAYLOAD_BYTES = 1024;
    private static final GuardedMemory MEMORY = memory();
    private static final MemorySegment SCRATCH = Arena.global().allocate(ROOM_BYTES, 64);
    private static final MemorySegment PAYLOAD = Arena.global().allocate(MOST_PAYLOAD_BYTES, 64);
    private static final FrameWriter WRITER = new FrameWriter(Arena.global());
    private static final FrameCheck CHECK = FrameCheck.forAnyDestination(Arena.global(), UdpLayout.ROCE_V2_PORT);

    private static GuardedMemory memory() {
        try {
            return new GuardedMemory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FuzzTest
    void shouldReadBackWhenAnythingIsWritten(byte[] data) {
        FuzzInput input = new FuzzInput(data);
        int kind = PacketKind.DATA + input.below(5);
        boolean isIpv4 = input.flag();
        IpAddress source = address(input, isIpv4);
        IpAddress destination = address(input, isIpv4);
        if (source.isIpv4() != isIpv4 || destination.isIpv4() != isIpv4 || isMapped(source) != isIpv4) {
            return;
        }
        int entropy = input.nextShort();
        PacketFields fields = fields(input);
        int[] words = {input.nextInt(), input.nextInt(), input.nextInt()};
        long bitmap = input.nextLong();
        boolean isVoid = (fields.flags & AinicLayout.VOID) != 0;
        byte[] payload = input.take(isVoid ? 0 : MOST_PAYLOAD_BYTES);
        MemorySegment.copy(payload, 0, PAYLOAD, ValueLayout.JAVA_BYTE, 0, payload.length);
        try (Arena arena = Arena.ofConfined()) {
            PeerHeader peer = new PeerHeader(arena, source, destination, UdpLayout.ROCE_V2_PORT);
            peer.ethernet(SampleFrames.SOURCE_MAC.value(), SampleFrames.DESTINATION_MAC.value());
            int length = write(SCRATCH.address(), kind, peer, entropy, fields, words, bitmap, payload.length);
            long frame = MEMORY.endAddress() - length;
            assertEquals(length, write(frame, kind, peer, entropy, fields, words, bitmap, payload.length));
            assertEquals(kindOf(kind), CHECK.check(frame, length));
        }
        assertEquals(source, new IpAddress(CHECK.sourceHigh(), CHECK.sourceLow()));
        assertEquals(entropy, CHECK.entropy());
        assertEquals(isIpv4, CHECK.isIpv4());
        long bth = CHECK.bthAddress();
        assertEquals(fields.psn, BthLayout.psn(bth));
        assertEquals(fields.destinationQp, BthLayout.destinationQp(bth));
        assertEquals(fields.sourceIncarnation, IdentityLayout.sourceIncarnation(CHECK.identityAddress()));
        assertEquals(fields.destinationIncarnation, IdentityLayout.destinationIncarnation(CHECK.identityAddress()));
        assertEquals(fields.sourceQp, IdentityLayout.sourceQp(CHECK.identityAddress()));
        switch (kindOf(kind)) {
            case PacketKind.DATA -> assertData(bth, fields, payload);
            case PacketKind.SACK -> {
                assertEquals(words[0] & 0xFF_FFFF, SackLayout.cumulativePsn(bth));
                assertEquals(bitmap, SackLayout.bitmap(bth));
                assertEquals(words[2] & 0xFFFF, SackLayout.reflectedEntropy(bth));
            }
            case PacketKind.NACK -> {
                assertEquals(words[0] & 0xFF, NackLayout.reason(bth));
                assertEquals(words[1], NackLayout.msn(bth));
                assertEquals((int) bitmap, NackLayout.information(bth));
            }
            default -> {
                assertEquals(words[0], ProbeLayout.nonce(bth));
                assertEquals((words[1] & 1) != 0, ProbeLayout.isAnswer(bth));
            }
        }
    }

    private static int kindOf(int kind) {
        return kind == PacketKind.DATA_TRIMMED ? PacketKind.DATA : kind;
    }

    private static int write(
            long frame,
            int kind,
            PeerHeader peer,
            int entropy,
            PacketFields fields,
            int[] words,
            long bitmap,
            int payloadBytes) {
        return switch (kindOf(kind)) {
            case PacketKind.SACK ->
                WRITER.writeSack(
                        frame,
                        peer,
                        entropy,
                        fields,
                        words[0] & 0xFF_FFFF,
                        (short) words[1],
                        words[2] & 0xFFFF,
                        bitmap);
            case PacketKind.NACK ->
                WRITER.writeNack(
                        frame, peer, entropy, fields, words[0] & 0xFF, words[2] & 0xFFFF, words[1], (int) bitmap);
            case PacketKind.PROBE -> WRITER.writeProbe(frame, peer, entropy, fields, (words[1] & 1) != 0, words[0]);
            default -> WRITER.writeData(frame, peer, entropy, fields, PAYLOAD.address(), payloadBytes);
        };
    }

    private static PacketFields fields(FuzzInput input) {
        PacketFields fields = new PacketFields();
        fields.destinationIncarnation = input.nextInt();
        fields.sourceIncarnation = input.nextInt();
        fields.destinationQp = input.nextInt() & 0xFF_FFFF;
        fields.sourceQp = input.nextInt() & 0xFF_FFFF;
        fields.psn = input.nextInt() & 0xFF_FFFF;
        fields.acknowledge = input.flag();
        fields.messagePackets = Math.max(1, input.nextInt() & AinicLayout.MAX_MESSAGE_PACKETS);
        fields.msn = input.nextInt();
        fields.virtualAddress = input.nextLong();
        fields.key = input.nextInt();
        fields.flags = input.next() & ~AinicLayout.RESERVED_FLAGS;
        fields.hasImmediate = input.flag() && (fields.flags & AinicLayout.VOID) == 0;
        fields.immediate = input.nextInt();
        return fields;
    }

    private static void assertData(long bth, PacketFields fields, byte[] payload) {
        assertEquals(fields.acknowledge, BthLayout.acknowledge(bth));
        assertEquals(fields.flags, AinicLayout.flags(bth));
        assertEquals(fields.messagePackets, AinicLayout.messagePackets(bth));
        assertEquals(fields.msn, AinicLayout.msn(bth));
        assertEquals(fields.virtualAddress, RethLayout.virtualAddress(bth));
        assertEquals(fields.key, RethLayout.key(bth));
        assertEquals(payload.length, CHECK.payloadLength());
        MemorySegment placed = NativeMemory.segment(CHECK.payloadAddress(), payload.length);
        assertEquals(-1, placed.mismatch(MemorySegment.ofArray(payload)));
        if (fields.hasImmediate) {
            assertEquals(fields.immediate, ImmDtLayout.immediate(bth));
        }
    }

    private static IpAddress address(FuzzInput input, boolean isIpv4) {
        return isIpv4 ? IpAddress.ofIpv4(input.nextInt()) : new IpAddress(input.nextLong(), input.nextLong());
    }

    private static boolean isMapped(IpAddress address) {
        return address.high() == 0 && address.low() >>> 32 == 0xFFFF;
    }
}
