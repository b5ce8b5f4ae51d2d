package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.Opcode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts fixed addresses in place of those that regions really have in data packets, and back, with the ICRC as right or wrong as it was. */
final class Rebase {
    private static final long BASE = 0x0000_1000_0000_0000L;
    private static final int SPACING_SHIFT = 32;
    private static final int NEAR_BYTES = 4096;
    private static final int ETHERNET = 14;
    private static final int DATA_HEADERS = 48;
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
        if (frame.length < ETHERNET + 1) {
            return null;
        }
        boolean isIpv4 = (frame[ETHERNET] & 0xF0) == 0x40;
        int bth = ETHERNET + (isIpv4 ? 20 : 40) + 8;
        if (frame.length < bth + DATA_HEADERS) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(frame.clone());
        boolean isData = Opcode.isData(bytes.get(bth) & 0xFF) && (bytes.get(bth + 12) & AinicLayout.VOID) == 0;
        long address = bytes.getLong(bth + RETH);
        if (!isData || address < from - NEAR_BYTES || address > from + lengthBytes + NEAR_BYTES) {
            return null;
        }
        bytes.putLong(bth + RETH, address - from + to);
        byte[] changed = bytes.array();
        int end = ETHERNET
                + (isIpv4 ? bytes.getShort(ETHERNET + 2) & 0xFFFF : 40 + (bytes.getShort(ETHERNET + 4) & 0xFFFF));
        int payload = bytes.getInt(bth + RETH + 12);
        boolean hasIcrc = end <= frame.length && end - bth >= DATA_HEADERS + payload + 4;
        if (hasIcrc) {
            byte[] right = codec.sign(Arrays.copyOf(frame, end));
            byte[] rightChanged = codec.sign(Arrays.copyOf(changed, end));
            for (int i = end - 4; i < end; i++) {
                changed[i] = (byte) (frame[i] ^ right[i] ^ rightChanged[i]);
            }
        }
        return changed;
    }
}
