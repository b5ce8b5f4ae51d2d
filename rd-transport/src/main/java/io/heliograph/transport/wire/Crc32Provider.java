package io.heliograph.transport.wire;

import io.heliograph.bindings.checksum.LibdeflateCrc32;

/** Who computes the CRC-32 inside an {@link Icrc}; all give the same values. */
public enum Crc32Provider {
    /** {@code java.util.zip.CRC32}: always there. */
    JDK("java.util.zip.CRC32"),
    /** libdeflate: less for each call, and since 1.20 twice as fast over long frames where the processor has VPCLMULQDQ ({@code rd-transport/PERFORMANCE.md}). */
    LIBDEFLATE("libdeflate");

    private final String title;

    Crc32Provider(String title) {
        this.title = title;
    }

    /** The fastest that is there. */
    public static Crc32Provider best() {
        return LIBDEFLATE.isAvailable() ? LIBDEFLATE : JDK;
    }

    /** Whether it can be used in this process. */
    public boolean isAvailable() {
        return this == JDK || LibdeflateCrc32.isAvailable();
    }

    /** For people. */
    public String title() {
        return title;
    }
}
