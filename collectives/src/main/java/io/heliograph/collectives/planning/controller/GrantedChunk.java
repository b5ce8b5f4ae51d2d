package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.rate.WireBytes;
import io.heliograph.transport.wire.EthernetLayout;

/**
 * What fits in a slot: a number of packets of full length, and how long they take on the line.
 *
 * @param packets of a chunk
 * @param packetWireBytes of the longest packet on the wire
 * @param lineRateBitsPerSecond of every link
 */
public record GrantedChunk(int packets, int packetWireBytes, long lineRateBitsPerSecond) {
    private static final long NS_PER_SECOND = 1_000_000_000;

    /** Checks the ranges. */
    public GrantedChunk {
        if (packets < 1 || packetWireBytes < 1 || packetWireBytes > 1 << 17 || lineRateBitsPerSecond < 1) {
            throw new IllegalArgumentException("chunk: packets=" + packets + " packetWireBytes=" + packetWireBytes
                    + " lineRateBitsPerSecond=" + lineRateBitsPerSecond + "; all at least 1, packets up to 128 KiB");
        }
    }

    /**
     * As many packets as hold so much payload.
     *
     * @param payloadBytes of a chunk, at least
     * @param packetPayloadBytes of a packet, at most
     * @param mtuBytes of the network
     */
    public static GrantedChunk of(long payloadBytes, int packetPayloadBytes, int mtuBytes, long lineRateBitsPerSecond) {
        return new GrantedChunk(
                Math.toIntExact(Math.ceilDiv(payloadBytes, packetPayloadBytes)),
                WireBytes.of(mtuBytes + EthernetLayout.LENGTH),
                lineRateBitsPerSecond);
    }

    /** Bytes of a whole chunk on the wire. */
    public long wireBytes() {
        return (long) packets * packetWireBytes;
    }

    /** How long a packet of full length takes, rounded up. */
    public long packetNs() {
        return lineNs(packetWireBytes);
    }

    /** How long some bytes take, rounded up. */
    public long lineNs(long bytes) {
        return Math.ceilDiv(Math.multiplyExact(bytes * Byte.SIZE, NS_PER_SECOND), lineRateBitsPerSecond);
    }

    /** The length of a slot: a chunk, each packet rounded up, and what is to stay free behind it. */
    public long slotNs(long guardNs) {
        return packets * packetNs() + guardNs;
    }
}
