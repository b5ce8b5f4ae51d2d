package io.heliograph.transport.security;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.UdpLayout;

/**
 * What a {@link SecurePort} is opened with; every value but the address has a default.
 *
 * @param address this node's own: the endpoint's above
 * @param plainPort UDP destination port of the endpoint above
 * @param securePort UDP destination port on the wire; the same at all nodes, and not {@code plainPort}
 * @param maxPeers nodes to remember, by having sent to them or having received something authentic from them
 * @param windowPackets how far behind the newest counter a packet may come, rounded down by at most 64; a power of two, 128 to 65,536
 * @param rekeyPackets packets sent under one key at most
 * @param rekeyIntervalNs how long one key is sent with, nanoseconds
 * @param maxClockSkewNs how far the counter of the first packet under an unknown key may be from our wall clock, nanoseconds; at least twice
 *     the rekeying interval. What was captured longer ago cannot be replayed to a node that was restarted.
 */
public record SecureConfig(
        IpAddress address,
        int plainPort,
        int securePort,
        int maxPeers,
        int windowPackets,
        long rekeyPackets,
        long rekeyIntervalNs,
        long maxClockSkewNs) {
    /** Of the dynamic ports (RFC 6335 section 6), the one that ends like RoCEv2's. Not PSP's 1000, which cards that speak PSP take for theirs. */
    public static final int DEFAULT_SECURE_PORT = 54_791;

    private static final int DEFAULT_PEERS = 1024;
    /** As many packets as the greatest receive window has (R4.3). */
    private static final int DEFAULT_WINDOW = 16_384;
    /** Far below what GCM allows with counted nonces (SP 800-38D section 8.3 limits random ones to as many). */
    private static final long DEFAULT_REKEY_PACKETS = 1L << 32;

    private static final long DEFAULT_REKEY_INTERVAL_NS = 1_000_000_000;
    private static final long DEFAULT_CLOCK_SKEW_NS = 10_000_000_000L;

    /** Checks the ranges. */
    public SecureConfig {
        require("plainPort", plainPort, 1, 0xFFFF);
        require("securePort", securePort, 1, 0xFFFF);
        require("maxPeers", maxPeers, 1, 1 << 20);
        require("windowPackets", windowPackets, 128, 1 << 16);
        require("rekeyPackets", rekeyPackets, 1, DEFAULT_REKEY_PACKETS);
        require("rekeyIntervalNs", rekeyIntervalNs, 1, Long.MAX_VALUE / 4);
        require("maxClockSkewNs", maxClockSkewNs, 2 * rekeyIntervalNs, Long.MAX_VALUE / 2);
        if (plainPort == securePort) {
            throw new IllegalArgumentException("security: securePort=" + securePort + " is plainPort as well; plain and"
                    + " encrypted packets must not mix");
        }
        if (Integer.bitCount(windowPackets) != 1) {
            throw new IllegalArgumentException("security: windowPackets=" + windowPackets + "; give a power of two");
        }
    }

    private static void require(String name, long value, long least, long greatest) {
        if (value < least || value > greatest) {
            throw new IllegalArgumentException(
                    "security: " + name + "=" + value + "; give " + least + " to " + greatest);
        }
    }

    /** The defaults. */
    public static SecureConfig of(IpAddress address) {
        return new SecureConfig(
                address,
                UdpLayout.ROCE_V2_PORT,
                DEFAULT_SECURE_PORT,
                DEFAULT_PEERS,
                DEFAULT_WINDOW,
                DEFAULT_REKEY_PACKETS,
                DEFAULT_REKEY_INTERVAL_NS,
                DEFAULT_CLOCK_SKEW_NS);
    }

    /** The same with room for another number of peers. */
    public SecureConfig withMaxPeers(int value) {
        return new SecureConfig(
                address, plainPort, securePort, value, windowPackets, rekeyPackets, rekeyIntervalNs, maxClockSkewNs);
    }

    /** The same with another window. */
    public SecureConfig withWindowPackets(int value) {
        return new SecureConfig(
                address, plainPort, securePort, maxPeers, value, rekeyPackets, rekeyIntervalNs, maxClockSkewNs);
    }

    /** The same with other limits to the use of one key. */
    public SecureConfig withRekeying(long packets, long intervalNs) {
        return new SecureConfig(
                address, plainPort, securePort, maxPeers, windowPackets, packets, intervalNs, maxClockSkewNs);
    }

    /** The same with another tolerance for clocks. */
    public SecureConfig withMaxClockSkewNs(long value) {
        return new SecureConfig(
                address, plainPort, securePort, maxPeers, windowPackets, rekeyPackets, rekeyIntervalNs, value);
    }
}
