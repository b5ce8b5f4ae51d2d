package io.heliograph.transport.hostile;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.Icrc;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes frames to one victim with whatever source address and fields it is told, and right checksums. */
final class Forger {
    private static final int ETHERNET = 14;
    private static final int IP_SOURCE = 12;
    private static final int IP_CHECKSUM = 10;
    private static final int IP_BYTES = 20;
    private static final int PAYLOAD_BYTES = 64;

    final PacketFields fields = new PacketFields();
    private final SeededRandom random;
    private final Hub hub;
    private final PeerHeader header;
    private final FrameWriter writer;
    private final Icrc icrc;
    private final MemorySegment frame;
    private final MemorySegment payload;

    Forger(Arena arena, Hub hub, IpAddress victim, SeededRandom random) {
        this.hub = hub;
        this.random = random;
        header = new PeerHeader(arena, IpAddress.ofIpv4(0), victim, EndpointConfig.ROCE_V2_PORT);
        header.ethernet(0x0200_0000_00EEL, 0x0200_0000_0001L);
        writer = new FrameWriter(arena);
        icrc = new Icrc(arena);
        frame = arena.allocate(Hub.MTU_BYTES + 64, 64);
        payload = arena.allocate(PAYLOAD_BYTES, 64);
        payload.fill((byte) 0xEE);
    }

    private int entropy() {
        return 0xC000 | random.nextInt(0x4000);
    }

    /** Sends a data packet of {@code fields} in the name of a node. */
    boolean data(int source, int payloadBytes) {
        return sent(
                source, writer.writeData(frame.address(), header, entropy(), fields, payload.address(), payloadBytes));
    }

    boolean sack(int source, int cumulativePsn, int offset, long bitmap) {
        return sent(
                source,
                writer.writeSack(frame.address(), header, entropy(), fields, cumulativePsn, offset, entropy(), bitmap));
    }

    boolean nack(int source, int reason, int information) {
        return sent(
                source,
                writer.writeNack(frame.address(), header, entropy(), fields, reason, entropy(), 0, information));
    }

    private boolean sent(int source, int lengthBytes) {
        long ip = frame.address() + ETHERNET;
        NativeMemory.putIntBigEndian(ip + IP_SOURCE, source);
        NativeMemory.putShortBigEndian(ip + IP_CHECKSUM, (short) 0);
        int sum = 0;
        for (int i = 0; i < IP_BYTES; i += 2) {
            sum += NativeMemory.getShortBigEndian(ip + i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        NativeMemory.putShortBigEndian(ip + IP_CHECKSUM, (short) ~sum);
        int covered = lengthBytes - ETHERNET - Icrc.LENGTH;
        Icrc.put(ip + covered, icrc.compute(ip, true, covered));
        return hub.inject(frame.address(), lengthBytes);
    }
}
