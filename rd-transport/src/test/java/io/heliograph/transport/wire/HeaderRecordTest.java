package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records and layouts: two ways to the same bytes. */
final class HeaderRecordTest {
    private static final long SEED = 0x5EED_0001L;
    private static final int ROUNDS = 200;
    private static final int OFFSET = 3;

    /** How to try one header: make it by chance, emit it, parse it, read it through its layout, write it through its layout. */
    record Header<T>(
            String name,
            int length,
            Function<SplittableRandom, T> random,
            Emit<T> emit,
            BiFunction<MemorySegment, Long, T> parse,
            Function<Long, T> read,
            BiConsumer<Long, T> put) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface Emit<T> {
        void to(T header, MemorySegment bytes, long offset);
    }

    static List<Header<?>> headers() {
        return List.of(
                new Header<>(
                        "Ethernet",
                        EthernetLayout.LENGTH,
                        r -> new Ethernet(mac(r), mac(r), bits(r, 16)),
                        Ethernet::emit,
                        Ethernet::parse,
                        a -> new Ethernet(
                                new MacAddress(EthernetLayout.destination(a)),
                                new MacAddress(EthernetLayout.source(a)),
                                EthernetLayout.type(a)),
                        (a, h) -> EthernetLayout.put(
                                a, h.destination().value(), h.source().value(), h.type())),
                new Header<>(
                        "VlanTag",
                        VlanLayout.LENGTH,
                        r -> new VlanTag(bits(r, 3), r.nextBoolean(), bits(r, 12), bits(r, 16)),
                        VlanTag::emit,
                        VlanTag::parse,
                        a -> new VlanTag(
                                VlanLayout.control(a) >> 13,
                                (VlanLayout.control(a) & 0x1000) != 0,
                                VlanLayout.control(a) & 0xFFF,
                                VlanLayout.type(a)),
                        HeaderRecordTest::emitNatively),
                new Header<>(
                        "Ipv4Header",
                        Ipv4Layout.LENGTH,
                        r -> new Ipv4Header(
                                bits(r, 8),
                                bits(r, 16),
                                bits(r, 16),
                                bits(r, 16),
                                bits(r, 8),
                                bits(r, 8),
                                bits(r, 16),
                                IpAddress.ofIpv4(r.nextInt()),
                                IpAddress.ofIpv4(r.nextInt())),
                        Ipv4Header::emit,
                        Ipv4Header::parse,
                        a -> {
                            Ipv4Header parsed = Ipv4Header.parse(segment(a, Ipv4Layout.LENGTH), 0);
                            assertEquals(4, Ipv4Layout.version(a));
                            assertEquals(20, Ipv4Layout.headerLength(a));
                            assertEquals((parsed.flagsAndFragment() & 0x3FFF) != 0, Ipv4Layout.isFragment(a));
                            return new Ipv4Header(
                                    Ipv4Layout.typeOfService(a),
                                    Ipv4Layout.totalLength(a),
                                    parsed.identification(),
                                    parsed.flagsAndFragment(),
                                    parsed.timeToLive(),
                                    Ipv4Layout.protocol(a),
                                    parsed.checksum(),
                                    IpAddress.ofIpv4(Ipv4Layout.source(a)),
                                    IpAddress.ofIpv4(Ipv4Layout.destination(a)));
                        },
                        HeaderRecordTest::emitNatively),
                new Header<>(
                        "Ipv6Header",
                        Ipv6Layout.LENGTH,
                        r -> new Ipv6Header(bits(r, 8), bits(r, 20), bits(r, 16), bits(r, 8), bits(r, 8), ip(r), ip(r)),
                        Ipv6Header::emit,
                        Ipv6Header::parse,
                        a -> {
                            Ipv6Header parsed = Ipv6Header.parse(segment(a, Ipv6Layout.LENGTH), 0);
                            assertEquals(6, Ipv6Layout.version(a));
                            return new Ipv6Header(
                                    parsed.trafficClass(),
                                    parsed.flowLabel(),
                                    Ipv6Layout.payloadLength(a),
                                    Ipv6Layout.nextHeader(a),
                                    parsed.hopLimit(),
                                    new IpAddress(Ipv6Layout.sourceHigh(a), Ipv6Layout.sourceLow(a)),
                                    new IpAddress(Ipv6Layout.destinationHigh(a), Ipv6Layout.destinationLow(a)));
                        },
                        HeaderRecordTest::emitNatively),
                new Header<>(
                        "UdpHeader",
                        UdpLayout.LENGTH,
                        r -> new UdpHeader(bits(r, 16), bits(r, 16), bits(r, 16), bits(r, 16)),
                        UdpHeader::emit,
                        UdpHeader::parse,
                        a -> new UdpHeader(
                                UdpLayout.sourcePort(a),
                                UdpLayout.destinationPort(a),
                                UdpLayout.lengthBytes(a),
                                UdpHeader.parse(segment(a, UdpLayout.LENGTH), 0).checksum()),
                        HeaderRecordTest::emitNatively),
                new Header<>(
                        "Bth",
                        BthLayout.LENGTH,
                        r -> new Bth(
                                bits(r, 8),
                                false,
                                false,
                                bits(r, 2),
                                0,
                                0xFFFF,
                                0,
                                bits(r, 24),
                                r.nextBoolean(),
                                bits(r, 24)),
                        Bth::emit,
                        Bth::parse,
                        a -> new Bth(
                                BthLayout.opcode(a),
                                false,
                                false,
                                BthLayout.pad(a),
                                BthLayout.version(a),
                                BthLayout.DEFAULT_P_KEY,
                                0,
                                BthLayout.destinationQp(a),
                                BthLayout.acknowledge(a),
                                BthLayout.psn(a)),
                        (a, h) -> BthLayout.put(a, h.opcode(), h.pad(), h.destinationQp(), h.acknowledge(), h.psn())),
                new Header<>(
                        "Bth with all fields",
                        BthLayout.LENGTH,
                        r -> new Bth(
                                bits(r, 8),
                                r.nextBoolean(),
                                r.nextBoolean(),
                                bits(r, 2),
                                bits(r, 4),
                                bits(r, 16),
                                bits(r, 8),
                                bits(r, 24),
                                r.nextBoolean(),
                                bits(r, 24)),
                        Bth::emit,
                        Bth::parse,
                        a -> {
                            Bth parsed = Bth.parse(segment(a, BthLayout.LENGTH), 0);
                            return new Bth(
                                    BthLayout.opcode(a),
                                    parsed.solicited(),
                                    parsed.migrated(),
                                    BthLayout.pad(a),
                                    BthLayout.version(a),
                                    parsed.partitionKey(),
                                    parsed.reserved(),
                                    BthLayout.destinationQp(a),
                                    BthLayout.acknowledge(a),
                                    BthLayout.psn(a));
                        },
                        HeaderRecordTest::emitNatively),
                new Header<>(
                        "Ainic",
                        AinicLayout.LENGTH,
                        r -> new Ainic(bits(r, 8), bits(r, 24), r.nextInt()),
                        Ainic::emit,
                        Ainic::parse,
                        a -> new Ainic(
                                AinicLayout.flags(a - AinicLayout.OFFSET),
                                AinicLayout.messagePackets(a - AinicLayout.OFFSET),
                                AinicLayout.msn(a - AinicLayout.OFFSET)),
                        (a, h) -> AinicLayout.put(a - AinicLayout.OFFSET, h.flags(), h.messagePackets(), h.msn())),
                new Header<>(
                        "Identity",
                        IdentityLayout.LENGTH,
                        r -> new Identity(r.nextInt(), r.nextInt(), bits(r, 24)),
                        Identity::emit,
                        Identity::parse,
                        a -> new Identity(
                                IdentityLayout.destinationIncarnation(a),
                                IdentityLayout.sourceIncarnation(a),
                                IdentityLayout.sourceQp(a)),
                        (a, h) ->
                                IdentityLayout.put(a, h.destinationIncarnation(), h.sourceIncarnation(), h.sourceQp())),
                new Header<>(
                        "Reth",
                        RethLayout.LENGTH,
                        r -> new Reth(r.nextLong(), r.nextInt(), r.nextInt()),
                        Reth::emit,
                        Reth::parse,
                        a -> new Reth(
                                RethLayout.virtualAddress(a - RethLayout.OFFSET),
                                RethLayout.key(a - RethLayout.OFFSET),
                                RethLayout.dmaLength(a - RethLayout.OFFSET)),
                        (a, h) -> RethLayout.put(a - RethLayout.OFFSET, h.virtualAddress(), h.key(), h.dmaLength())),
                new Header<>(
                        "ImmDt",
                        ImmDtLayout.LENGTH,
                        r -> new ImmDt(r.nextInt()),
                        ImmDt::emit,
                        ImmDt::parse,
                        a -> new ImmDt(ImmDtLayout.immediate(a - ImmDtLayout.OFFSET)),
                        (a, h) -> ImmDtLayout.put(a - ImmDtLayout.OFFSET, h.immediate())),
                new Header<>(
                        "Sack",
                        SackLayout.LENGTH,
                        r -> new Sack(bits(r, 24), bits(r, 16) - 32_768, bits(r, 16), r.nextLong()),
                        Sack::emit,
                        Sack::parse,
                        a -> new Sack(
                                SackLayout.cumulativePsn(a - SackLayout.OFFSET),
                                SackLayout.bitmapOffset(a - SackLayout.OFFSET),
                                SackLayout.reflectedEntropy(a - SackLayout.OFFSET),
                                SackLayout.bitmap(a - SackLayout.OFFSET)),
                        (a, h) -> SackLayout.put(
                                a - SackLayout.OFFSET,
                                h.cumulativePsn(),
                                h.bitmapOffset(),
                                h.reflectedEntropy(),
                                h.bitmap())),
                new Header<>(
                        "Nack",
                        NackLayout.LENGTH,
                        r -> new Nack(bits(r, 8), bits(r, 16), r.nextInt(), r.nextInt()),
                        Nack::emit,
                        Nack::parse,
                        a -> new Nack(
                                NackLayout.reason(a - NackLayout.OFFSET),
                                NackLayout.reflectedEntropy(a - NackLayout.OFFSET),
                                NackLayout.msn(a - NackLayout.OFFSET),
                                NackLayout.information(a - NackLayout.OFFSET)),
                        (a, h) -> NackLayout.put(
                                a - NackLayout.OFFSET, h.reason(), h.reflectedEntropy(), h.msn(), h.information())),
                new Header<>(
                        "Probe",
                        ProbeLayout.LENGTH,
                        r -> new Probe(r.nextBoolean(), r.nextInt()),
                        Probe::emit,
                        Probe::parse,
                        a -> new Probe(
                                ProbeLayout.isAnswer(a - ProbeLayout.OFFSET),
                                ProbeLayout.nonce(a - ProbeLayout.OFFSET)),
                        (a, h) -> ProbeLayout.put(a - ProbeLayout.OFFSET, h.answer(), h.nonce())));
    }

    @ParameterizedTest
    @MethodSource("headers")
    <T> void shouldComeBackWhenEmittedAndParsed(Header<T> header) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            T value = header.random().apply(random);
            byte[] bytes = new byte[OFFSET + header.length()];
            header.emit().to(value, MemorySegment.ofArray(bytes), OFFSET);
            T parsed = header.parse().apply(MemorySegment.ofArray(bytes), (long) OFFSET);
            assertEquals(value, parsed);
            byte[] again = new byte[bytes.length];
            header.emit().to(parsed, MemorySegment.ofArray(again), OFFSET);
            assertArrayEquals(bytes, again);
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    <T> void shouldAgreeWithTheRecordWhenReadAndWrittenThroughTheLayout(Header<T> header) {
        SplittableRandom random = new SplittableRandom(SEED);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(header.length() + 2 * OFFSET);
            for (int round = 0; round < ROUNDS; round++) {
                T value = header.random().apply(random);
                memory.fill((byte) 0);
                header.emit().to(value, memory, OFFSET);
                assertEquals(value, header.read().apply(memory.address() + OFFSET));
                byte[] emitted = memory.toArray(ValueLayout.JAVA_BYTE);

                memory.fill((byte) 0);
                header.put().accept(memory.address() + OFFSET, value);
                assertArrayEquals(emitted, memory.toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    <T> void shouldRefuseWhenTruncated(Header<T> header) {
        T value = header.random().apply(new SplittableRandom(SEED));
        for (int length = 0; length < header.length(); length++) {
            MemorySegment bytes = MemorySegment.ofArray(new byte[OFFSET + length]);
            IllegalArgumentException parse = assertThrows(
                    IllegalArgumentException.class, () -> header.parse().apply(bytes, (long) OFFSET));
            assertTrue(String.valueOf(parse.getMessage()).startsWith("truncated "), parse.getMessage());
            assertThrows(IllegalArgumentException.class, () -> header.emit().to(value, bytes, OFFSET));
        }
    }

    /** For headers that the hot path writes from a template or not at all. */
    private static void emitNatively(long address, Object header) {
        switch (header) {
            case VlanTag tag -> tag.emit(segment(address, VlanLayout.LENGTH), 0);
            case Ipv4Header ip -> ip.emit(segment(address, Ipv4Layout.LENGTH), 0);
            case Ipv6Header ip -> ip.emit(segment(address, Ipv6Layout.LENGTH), 0);
            case UdpHeader udp -> udp.emit(segment(address, UdpLayout.LENGTH), 0);
            case Bth bth -> bth.emit(segment(address, BthLayout.LENGTH), 0);
            default -> throw new IllegalArgumentException("header=" + header);
        }
    }

    private static MemorySegment segment(long address, long length) {
        return io.heliograph.bindings.memory.NativeMemory.segment(address, length);
    }

    private static int bits(SplittableRandom random, int bits) {
        return random.nextInt() >>> (32 - bits);
    }

    private static MacAddress mac(SplittableRandom random) {
        return new MacAddress(random.nextLong() >>> 16);
    }

    private static IpAddress ip(SplittableRandom random) {
        return new IpAddress(random.nextLong(), random.nextLong());
    }
}
