package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.PacketKey;
import io.heliograph.offload.optcam.TernaryPattern;
import java.util.Locale;

/**
 * Bytes that the payload must have at a place.
 *
 * @param bytes a character of 0 to 255 each, at least one
 * @param offset of the first in the payload
 * @param ignoresCase of letters of ASCII
 */
public record PayloadContent(String bytes, int offset, boolean ignoresCase) {

    private static final int CASE_BIT = 0x20;
    private static final int BYTE_MASK = 0xFF;

    /** Refuses what is not within the key. */
    public PayloadContent {
        if (bytes.isEmpty() || offset < 0 || offset > PacketKey.PAYLOAD_BYTES - bytes.length()) {
            throw new IllegalArgumentException("content is not in the first " + PacketKey.PAYLOAD_BYTES
                    + " bytes of the payload: offset=" + offset + " bytes=" + bytes.length());
        }
    }

    /** Whether no payload has both. */
    boolean contradicts(PayloadContent other) {
        int end = Math.min(offset + bytes.length(), other.offset + other.bytes.length());
        for (int at = Math.max(offset, other.offset); at < end; at++) {
            int differing = bytes.charAt(at - offset) ^ other.bytes.charAt(at - other.offset);
            if ((differing & mask(at - offset) & other.mask(at - other.offset)) != 0) {
                return true;
            }
        }
        return false;
    }

    /** The bits of a byte that matter. */
    private int mask(int index) {
        return ignoresCase && isLetter(bytes.charAt(index)) ? BYTE_MASK & ~CASE_BIT : BYTE_MASK;
    }

    /** The pattern with this asked of the payload. */
    TernaryPattern addTo(TernaryPattern pattern) {
        TernaryPattern with = pattern;
        for (int k = 0; k < bytes.length(); k++) {
            with = with.withMask(PacketKey.PAYLOAD_BIT + (offset + k) * Byte.SIZE, Byte.SIZE, bytes.charAt(k), mask(k));
        }
        return with.withField(PacketKey.PRESENT_BIT + offset + bytes.length() - 1, 1, 1);
    }

    private static boolean isLetter(char character) {
        return character >= 'A' && character <= 'Z' || character >= 'a' && character <= 'z';
    }

    /** The options as rules write them. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("content:\"|");
        for (int k = 0; k < bytes.length(); k++) {
            text.append(k == 0 ? "" : " ").append(String.format(Locale.ROOT, "%02X", (int) bytes.charAt(k)));
        }
        return text.append("|\"; offset:")
                .append(offset)
                .append("; depth:")
                .append(bytes.length())
                .append(ignoresCase ? "; nocase;" : ";")
                .toString();
    }
}
