package io.heliograph.bindings.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * Copies of any size between addresses, by whichever way is faster: {@link NativeMemory#copy} up to {@value #LARGE_BYTES} bytes, the C
 * library's memcpy from there on, which knows the caches' sizes and stores past them where that pays.
 *
 * <p>The C library is called as any native function is, so that a long copy holds no garbage collection up. Allocates nothing; any thread.
 */
public final class BulkCopy {
    /** Below, the JDK's copy is as fast (measured, see rd-transport/PERFORMANCE.md). */
    public static final long LARGE_BYTES = 8L << 20;

    private static final MethodHandle MEMCPY = memcpy();

    private BulkCopy() {}

    @SuppressWarnings("restricted") // void *memcpy(void *to, const void *from, size_t bytes)
    private static MethodHandle memcpy() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("memcpy"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    /** Copies {@code lengthBytes} bytes between ranges that do not overlap; addresses are not checked. */
    public static void copy(long fromAddress, long toAddress, long lengthBytes) {
        if (lengthBytes == Long.BYTES) {
            NativeMemory.putLong(toAddress, NativeMemory.getLong(fromAddress));
        } else if (lengthBytes > 32 && lengthBytes <= 64) {
            copyLine(fromAddress, toAddress, lengthBytes);
        } else if (lengthBytes < LARGE_BYTES) {
            NativeMemory.copy(fromAddress, toAddress, lengthBytes);
        } else {
            large(fromAddress, toAddress, lengthBytes);
        }
    }

    /** 33 to 64 bytes: four words from the start and four to the end, which overlap in the middle. */
    private static void copyLine(long fromAddress, long toAddress, long lengthBytes) {
        long end = lengthBytes - 32;
        for (int word = 0; word < 32; word += Long.BYTES) {
            long early = NativeMemory.getLong(fromAddress + word);
            long late = NativeMemory.getLong(fromAddress + end + word);
            NativeMemory.putLong(toAddress + word, early);
            NativeMemory.putLong(toAddress + end + word, late);
        }
    }

    private static void large(long fromAddress, long toAddress, long lengthBytes) {
        try {
            long _ = (long) MEMCPY.invokeExact(toAddress, fromAddress, lengthBytes);
        } catch (Throwable e) {
            throw new AssertionError("memcpy threw", e);
        }
    }
}
