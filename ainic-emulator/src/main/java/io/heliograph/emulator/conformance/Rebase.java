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
    private static final int[] IP_BYTES = {20, 40};
    private static final int UDP = 8;
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
                return bytes.array();
            }
        }
        return null;
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
