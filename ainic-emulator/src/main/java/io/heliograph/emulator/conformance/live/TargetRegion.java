package io.heliograph.emulator.conformance.live;

/**
 * Registered memory of a device that peers may write to, as its owner names it: {@code ADDRESS:LENGTH:KEY}.
 *
 * @param address of the first byte
 * @param lengthBytes at least {@value #LEAST_BYTES}
 * @param key of the region
 */
public record TargetRegion(long address, int lengthBytes, int key) {
    /** What scenarios use. */
    public static final int LEAST_BYTES = 1 << 16;

    private static final int PARTS = 3;

    /**
     * Reads what a command line gives; numbers are decimal, or hexadecimal with 0x.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    public static TargetRegion parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length == PARTS) {
            try {
                long length = Long.decode(parts[1]);
                if (length >= LEAST_BYTES && length <= Integer.MAX_VALUE) {
                    return new TargetRegion(number(parts[0]), (int) length, (int) number(parts[2]));
                }
                throw new IllegalArgumentException("a region of " + length + " bytes: text=" + text
                        + "; scenarios need " + LEAST_BYTES + ", at most 2^31 - 1");
            } catch (NumberFormatException e) {
                throw unfit(text, e);
            }
        }
        throw unfit(text, null);
    }

    private static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
    }

    private static IllegalArgumentException unfit(
            String text, @org.jspecify.annotations.Nullable NumberFormatException cause) {
        return new IllegalArgumentException(
                "not a region: text=" + text + "; give ADDRESS:LENGTH:KEY, such as 0x10000000:65536:0x1234abcd", cause);
    }
}
