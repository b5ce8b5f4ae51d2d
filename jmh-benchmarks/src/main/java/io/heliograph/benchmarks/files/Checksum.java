package io.heliograph.benchmarks.files;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of memory, as {@code sha256sum} prints it. */
final class Checksum {

    static final String ALGORITHM = "SHA-256";
    static final int TEXT_LENGTH = 64;

    /** A buffer holds at most 2 GiB; and between two a waiting thread can be told to stop. */
    private static final long STEP_BYTES = 16 << 20;

    private Checksum() {}

    static String of(MemorySegment memory) throws InterruptedException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(ALGORITHM);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
        for (long at = 0; at < memory.byteSize(); at += STEP_BYTES) {
            if (Thread.interrupted()) {
                throw new InterruptedException("checksum no longer wanted");
            }
            digest.update(memory.asSlice(at, Math.min(STEP_BYTES, memory.byteSize() - at))
                    .asByteBuffer());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
