package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.transport.wire.Icrc;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts fixed addresses in place of those that regions really have in data packets, and back, with the ICRC as right or wrong as it was. */
final class Rebase {
    private static final long BASE = 0x0000_1000_0000_0000L;
    private static final int SPACING_SHIFT = 36;
    private static final int NEAR_BYTES = 4096;
    private static final int ETHERNET = 14;
    private static final int IPV6_BYTES = 40;
    private static final int[] IP_BYTES = {20, IPV6_BYTES};
    private static final int UDP = 8;
    private static final int UDP_CHECKSUM = ETHERNET + IPV6_BYTES + 6;
    private static final int FEW_BITS = 2;
    private static final int RETH = 32;

    private final WireCodec codec;
    private final List<Region> regions = new ArrayList<>();

    Rebase(WireCodec codec) {
        this.codec = codec;
    }

    void add(Region region) {
        regions.add(region);
    }

    /** The fixed address of a region. */
    static long address(int number) {
        return BASE + ((long) number << SPACING_SHIFT);
    }

    byte[] canonical(byte[] frame) {
        return regions.stream()
                .map(each -> moved(frame, each.address(), address(each.number()), each.lengthBytes()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(frame);
    }

    byte[] actual(byte[] frame) {
        return regions.stream()
                .map(each -> moved(frame, address(each.number()), each.address(), each.lengthBytes()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(frame);
    }

    /** The frame with an address of one range in place of that of another; null if it has none of that. */
    private byte @Nullable [] moved(byte[] frame, long from, long to, int lengthBytes) {
        // By place alone: what says what the frame is may be what is wrong with it.
        for (int ipBytes : IP_BYTES) {
            int at = ETHERNET + ipBytes + UDP + RETH;
            if (frame.length < at + Long.BYTES) {
                continue;
            }
            ByteBuffer bytes = ByteBuffer.wrap(frame.clone());
            long address = bytes.getLong(at);
            long distance = address - from;
            // Scenarios try the next 4 GiB, too.
            boolean isNear = (int) distance >= -NEAR_BYTES
                    && (int) distance <= lengthBytes + NEAR_BYTES
                    && (distance == (int) distance || distance == (int) distance + (1L << Integer.SIZE));
            if (isNear) {
                bytes.putLong(at, address - from + to);
                int length = ipBytes == IP_BYTES[0]
                        ? bytes.getShort(ETHERNET + 2) & 0xFFFF
                        : ipBytes + (bytes.getShort(ETHERNET + 4) & 0xFFFF);
                sign(frame, bytes.array(), ETHERNET + length);
                if (ipBytes == IPV6_BYTES) {
                    sum(frame, bytes);
                }
                return bytes.array();
            }
        }
        return null;
    }

    /** Changes the UDP checksum, if there is one, by what else changed (RFC 1624 equation 3), so that it is as right as it was. */
    private static void sum(byte[] frame, ByteBuffer changed) {
        ByteBuffer before = ByteBuffer.wrap(frame);
        int checksum = before.getShort(UDP_CHECKSUM) & 0xFFFF;
        if (checksum == 0) {
            return;
        }
        int sum = ~checksum & 0xFFFF;
        for (int at = UDP_CHECKSUM + 2; at + 2 <= frame.length; at += 2) {
            if (before.getShort(at) != changed.getShort(at)) {
                sum += (~before.getShort(at) & 0xFFFF) + (changed.getShort(at) & 0xFFFF);
                sum = (sum & 0xFFFF) + (sum >>> 16);
                sum = (sum & 0xFFFF) + (sum >>> 16);
            }
        }
        int result = ~sum & 0xFFFF;
        // RFC 768: 0 is none.
        changed.putShort(UDP_CHECKSUM, (short) (result == 0 ? 0xFFFF : result));
    }

    /** Makes the ICRC as right as it was: right, or with the same bits wrong if these are few. What is no ICRC stays. */
    private void sign(byte[] frame, byte[] changed, int end) {
        if (end > frame.length || end < ETHERNET + IP_BYTES[0] + UDP + RETH + Long.BYTES + Icrc.LENGTH) {
            return;
        }
        byte[] right = codec.sign(Arrays.copyOf(frame, end));
        byte[] rightChanged = codec.sign(Arrays.copyOf(changed, end));
        int wrongBits = 0;
        for (int i = end - Icrc.LENGTH; i < end; i++) {
            wrongBits += Integer.bitCount((frame[i] ^ right[i]) & 0xFF);
        }
        if (wrongBits > FEW_BITS) {
            return;
        }
        for (int i = end - Icrc.LENGTH; i < end; i++) {
            changed[i] = (byte) (frame[i] ^ right[i] ^ rightChanged[i]);
        }
    }
}
