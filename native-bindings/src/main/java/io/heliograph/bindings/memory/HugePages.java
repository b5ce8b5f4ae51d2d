package io.heliograph.bindings.memory;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.posix.Posix;
import java.lang.foreign.MemorySegment;

/**
 * A private block of zeroed memory from huge pages where there are some, else from normal ones. Cold path; any thread. Nobody may use
 * the block's addresses after {@link #close}.
 */
public final class HugePages implements AutoCloseable {
    private static final int LOG_2_MEBIBYTES = 21;
    private static final int LOG_1_GIBIBYTE = 30;
    private static final int LOG_4_KIBIBYTES = 12;

    private final long address;
    private final long sizeBytes;
    private final long pageBytes;
    private boolean closed;

    private HugePages(long address, long sizeBytes, long pageBytes) {
        this.address = address;
        this.sizeBytes = sizeBytes;
        this.pageBytes = pageBytes;
    }

    /**
     * Maps at least {@code sizeBytes}: pages of 1 GiB where the size fills them, else of 2 MiB, else normal ones, populated at once.
     *
     * @throws EnvironmentException where even normal pages are not to be had
     */
    public static HugePages map(long sizeBytes) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("size out of range: sizeBytes=" + sizeBytes + "; it is positive");
        }
        if (sizeBytes % (1L << LOG_1_GIBIBYTE) == 0) {
            HugePages gigantic = tryMap(sizeBytes, LOG_1_GIBIBYTE);
            if (gigantic.address > 0) {
                return gigantic;
            }
        }
        HugePages huge = tryMap(sizeBytes, LOG_2_MEBIBYTES);
        if (huge.address > 0) {
            return huge;
        }
        HugePages normal = tryMap(sizeBytes, LOG_4_KIBIBYTES);
        if (normal.address > 0) {
            return normal;
        }
        throw new EnvironmentException("memory not mapped: sizeBytes=" + sizeBytes + " error="
                + Posix.describe((int) normal.address) + "; ask for less, or raise the process's limits");
    }

    private static HugePages tryMap(long sizeBytes, int pageBits) {
        long pageBytes = 1L << pageBits;
        long rounded = (sizeBytes + pageBytes - 1) & -pageBytes;
        int huge = pageBits == LOG_4_KIBIBYTES ? 0 : Posix.MAP_HUGETLB | pageBits << Posix.MAP_HUGE_SHIFT;
        int flags = Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS | Posix.MAP_POPULATE | huge;
        return new HugePages(Posix.mmap(rounded, Posix.PROT_READ_WRITE, flags, -1), rounded, pageBytes);
    }

    /** Address of the first byte, aligned to a page. */
    public long address() {
        return address;
    }

    /** Bytes mapped: what was asked for, rounded up to pages. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Bytes of a page that the block is made of: 1 GiB, 2 MiB, or 4 KiB where there were no huge ones. */
    public long pageBytes() {
        return pageBytes;
    }

    /** Whether huge pages were to be had. */
    public boolean isHuge() {
        return pageBytes > 1L << LOG_4_KIBIBYTES;
    }

    /** A bounded view, for the cold path. */
    public MemorySegment segment() {
        return NativeMemory.segment(address, sizeBytes);
    }

    /** Keeps the block in memory, never swapped out; says whether the process may (RLIMIT_MEMLOCK, CAP_IPC_LOCK). */
    public boolean lock() {
        return Posix.mlock(address, sizeBytes) == 0;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Posix.munmap(address, sizeBytes);
        }
    }
}
