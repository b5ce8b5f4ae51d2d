package io.heliograph.bindings.checksum;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * CRC-32 (Ethernet's polynomial, reflected) by libdeflate, which picks the widest carry-less multiplication of the processor: 16 bytes at a time up
 * to 1.19, 32 or 64 where there is VPCLMULQDQ since 1.20. Any thread.
 *
 * <p>Source: {@code libdeflate_crc32} of {@code libdeflate.h}, whose soname is the same in all releases.
 */
public final class LibdeflateCrc32 {
    private static final String SONAME = "libdeflate.so.0";
    private static final String FUNCTION = "libdeflate_crc32";

    // uint32_t libdeflate_crc32(uint32_t crc, const void *buffer, size_t len)
    private static final @Nullable MethodHandle CRC32 = find();

    private LibdeflateCrc32() {}

    /** Whether the library is there. If not, {@link #update} must not be called. */
    public static boolean isAvailable() {
        return CRC32 != null;
    }

    /**
     * Continues a CRC; begin with 0. The thread reaches no safepoint meanwhile, so this is for frames, not for files.
     *
     * @param crc of what came before
     * @param address of the first byte; nothing is checked
     * @param lengthBytes 0 and more
     * @return of everything so far
     * @throws IllegalStateException if the library is missing
     */
    public static int update(int crc, long address, long lengthBytes) {
        MethodHandle function = CRC32;
        if (function == null) {
            throw new IllegalStateException("library missing: library=" + SONAME + "; ask isAvailable first");
        }
        try {
            return (int) function.invokeExact(crc, address, lengthBytes);
        } catch (Throwable e) {
            throw new AssertionError("a native call threw", e);
        }
    }

    @SuppressWarnings("restricted") // signature as in libdeflate.h
    private static @Nullable MethodHandle find() {
        try {
            MemorySegment function = SymbolLookup.libraryLookup(SONAME, Arena.global())
                    .find(FUNCTION)
                    .orElse(null);
            return function == null
                    ? null
                    : Linker.nativeLinker()
                            .downcallHandle(
                                    function,
                                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                                    Linker.Option.critical(false));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
