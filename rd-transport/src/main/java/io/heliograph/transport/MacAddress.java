package io.heliograph.transport;

/**
 * An Ethernet address in the low 48 bits of a word, first byte highest.
 *
 * @param value the address; the high 16 bits are 0
 */
public record MacAddress(long value) {
    /** The broadcast address. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    /** Checks the range. */
    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("MAC address over 48 bits: value=0x" + Long.toHexString(value));
        }
    }

    /**
     * Parses six hexadecimal bytes with colons.
     *
     * @throws IllegalArgumentException if {@code text} has another form
     */
    public static MacAddress parse(final String text) {
        if (!text.matches("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}")) {
            throw new IllegalArgumentException(
                    "not a MAC address: text=" + text + "; give six bytes such as 02:00:00:00:00:01");
        }
        return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append("%02x".formatted(value >> shift & 0xff)).append(shift > 0 ? ":" : "");
        }
        return text.toString();
    }
}
