package io.heliograph.bindings.memory;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.posix.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A block of zeroed memory that processes share under a file name, by custom in {@code /dev/shm}. Cold path; any thread.
 *
 * <p>Each side holds a <em>role</em>, a small number; the kernel gives it up when the side closes the block or dies in whatever way, so
 * that others see it gone ({@link #isHeld}). The creator holds {@link #OWNER}. A name whose owner died is taken over by the next
 * {@link #create}; the memory of the old block stays with those who have it mapped.
 *
 * <p>The file appears under its name complete, of full size and owned. It ends with a page that marks it as ours, so that no other
 * file is taken over by mistake. Nobody may use the block's addresses after {@link #close}.
 */
public final class SharedMemory implements AutoCloseable {
    /** The creator's role. */
    public static final int OWNER = 0;

    /** What {@link #isHeld(int, long)} needs. */
    public static final int SCRATCH_BYTES = 32;

    private static final int MODE = 0600;

    /** The last page is ours; its last eight bytes are the mark, "heliogrm" in ASCII. */
    private static final int TRAILER_BYTES = 4096;

    private static final long MARK = 0x68656c696f67726dL;

    private final Path path;
    private final int descriptor;
    private final long address;
    private final long sizeBytes;
    private boolean closed;

    private SharedMemory(Path path, int descriptor, long address, long sizeBytes) {
        this.path = path;
        this.descriptor = descriptor;
        this.address = address;
        this.sizeBytes = sizeBytes;
    }

    /** Where a block of that name lies by custom: {@code /dev/shm/NAME}. */
    public static Path pathOf(String name) {
        return Path.of("/dev/shm", name);
    }

    /**
     * Creates a block and holds it as {@link #OWNER}.
     *
     * @throws EnvironmentException where a living owner has that name, or the file system refuses
     */
    public static SharedMemory create(Path path, long sizeBytes) {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("size out of range: sizeBytes=" + sizeBytes + "; it is positive");
        }
        long fileBytes = ((sizeBytes + TRAILER_BYTES - 1) & -TRAILER_BYTES) + TRAILER_BYTES;
        String directory = String.valueOf(path.toAbsolutePath().getParent());
        int descriptor = Posix.open(directory, Posix.O_TMPFILE | Posix.O_RDWR | Posix.O_CLOEXEC, MODE);
        check(path, "open", descriptor, "use a path on /dev/shm or another tmpfs");
        try {
            check(
                    path,
                    "ftruncate",
                    Posix.ftruncate(descriptor, fileBytes),
                    "ask for less, or enlarge the file system");
            check(path, "fcntl", Posix.lockByte(descriptor, OWNER), "use a path on /dev/shm or another tmpfs");
            SharedMemory created = map(path, descriptor, fileBytes);
            NativeMemory.putLong(created.markAddress(), MARK);
            int linked = Posix.link(descriptor, path.toString());
            if (linked == -Posix.EEXIST && removeStale(path)) {
                linked = Posix.link(descriptor, path.toString());
            }
            check(path, "linkat", linked, "choose another name, or end the process that has this one");
            return created;
        } catch (RuntimeException e) {
            Posix.close(descriptor);
            throw e;
        }
    }

    /**
     * Opens a block that another has created.
     *
     * @throws EnvironmentException where there is none of that name
     */
    public static SharedMemory open(Path path) {
        int descriptor = Posix.open(path.toString(), Posix.O_RDWR | Posix.O_CLOEXEC, 0);
        check(path, "open", descriptor, "start the side that creates it first");
        try {
            if (!isMarked(descriptor)) {
                throw new EnvironmentException(
                        "not a block of shared memory of ours: path=" + path + "; choose another name");
            }
            return map(path, descriptor, Files.size(fileOf(descriptor)));
        } catch (IOException e) {
            Posix.close(descriptor);
            throw new EnvironmentException("shared memory not opened: path=" + path + "; mount /proc", e);
        } catch (RuntimeException e) {
            Posix.close(descriptor);
            throw e;
        }
    }

    private static SharedMemory map(Path path, int descriptor, long fileBytes) {
        long address = Posix.mmap(fileBytes, Posix.PROT_READ_WRITE, Posix.MAP_SHARED, descriptor);
        check(path, "mmap", address, "ask for less, or enlarge the file system");
        return new SharedMemory(path, descriptor, address, fileBytes - TRAILER_BYTES);
    }

    private static boolean isMarked(int descriptor) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOf(descriptor))) {
            ByteBuffer mark = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
            long size = channel.size();
            return size > TRAILER_BYTES
                    && channel.read(mark, size - Long.BYTES) == Long.BYTES
                    && mark.getLong(0) == MARK;
        }
    }

    private static Path fileOf(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    private long markAddress() {
        return address + sizeBytes + TRAILER_BYTES - Long.BYTES;
    }

    /** Unlinks the file where its owner is gone; says whether the name is free. Whoever unlinks holds the dead owner's role. */
    private static boolean removeStale(Path path) {
        int descriptor = Posix.open(path.toString(), Posix.O_RDWR | Posix.O_CLOEXEC, 0);
        if (descriptor < 0) {
            return descriptor == -Posix.ENOENT;
        }
        try {
            if (isMarked(descriptor) && Posix.lockByte(descriptor, OWNER) == 0 && isSameFile(path, descriptor)) {
                Files.deleteIfExists(path);
                return true;
            }
            return false;
        } catch (IOException e) {
            return false;
        } finally {
            Posix.close(descriptor);
        }
    }

    private static boolean isSameFile(Path path, int descriptor) {
        try {
            return Files.isSameFile(path, fileOf(descriptor));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Removes every name in {@code /dev/shm} that begins with {@code prefix} and whose owner died; those who have such a block keep it.
     */
    public static void removeAbandoned(String prefix) {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(pathOf("x").resolveSibling(""), prefix + "*")) {
            for (Path path : names) {
                removeStale(path);
            }
        } catch (IOException e) {
            // no such directory: creating will say so
        }
    }

    /** Removes a name whose owner died; others are left alone. Those who have the block keep it. */
    public static void removeIfAbandoned(Path path) {
        removeStale(path);
    }

    /**
     * Gives a range its pages, zeroed where it had none. A range without pages gets them when it is touched, but on a full file system
     * that is a fatal signal.
     *
     * @throws EnvironmentException where the file system has no more
     */
    public void reserve(long offset, long lengthBytes) {
        check(
                path,
                "fallocate",
                Posix.fallocate(descriptor, 0, offset, lengthBytes),
                "ask for less, or enlarge the file system (docker run --shm-size)");
    }

    /** Takes the pages of a range away: it reads as zero, for all who have the block. Offset and length are whole pages. */
    public void discard(long offset, long lengthBytes) {
        int mode = Posix.FALLOC_FL_PUNCH_HOLE | Posix.FALLOC_FL_KEEP_SIZE;
        check(
                path,
                "fallocate",
                Posix.fallocate(descriptor, mode, offset, lengthBytes),
                "use a path on /dev/shm or another tmpfs");
    }

    /** Whether the file belongs to the user that this process runs as: anybody may leave files in {@code /dev/shm}. */
    public boolean isOwnUsers() {
        try {
            Object owner = Files.getAttribute(fileOf(descriptor), "unix:uid");
            return owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes a role if nobody holds it; says whether this block now does. */
    public boolean tryHold(int role) {
        int result = Posix.lockByte(descriptor, role);
        if (result == -Posix.EAGAIN || result == -Posix.EACCES) {
            return false;
        }
        check(path, "fcntl", result, "use a path on /dev/shm or another tmpfs");
        return true;
    }

    /** Whether another holds that role now: a process that lives, or another block opened in this one. */
    public boolean isHeld(int role) {
        int result = Posix.isByteLocked(descriptor, role);
        check(path, "fcntl", result, "use a path on /dev/shm or another tmpfs");
        return result == 1;
    }

    /**
     * As {@link #isHeld(int)}, without an allocation: whoever asks often brings the memory.
     *
     * @param scratchAddress of {@value #SCRATCH_BYTES} bytes, aligned to 8
     */
    public boolean isHeld(int role, long scratchAddress) {
        return Posix.isByteLocked(descriptor, role, scratchAddress) != 0;
    }

    /** Address of the first byte, aligned to a page. */
    public long address() {
        return address;
    }

    /** Bytes to use: what the creator asked for, rounded up to pages of 4 KiB. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** A bounded view, for the cold path. */
    public MemorySegment segment() {
        return NativeMemory.segment(address, sizeBytes);
    }

    /** A part of the block as memory that {@code arena} guards: once it is closed, an access throws instead of ending the process. */
    @SuppressWarnings("restricted") // the range is checked, the life time is the arena's
    public MemorySegment segment(long offset, long lengthBytes, Arena arena) {
        Objects.checkFromIndexSize(offset, lengthBytes, sizeBytes);
        return MemorySegment.ofAddress(address + offset).reinterpret(lengthBytes, arena, null);
    }

    public Path path() {
        return path;
    }

    /** Removes the name, if it still is this block's; those who have the block keep it. */
    public void unlink() {
        try {
            if (isSameFile(path, descriptor)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new EnvironmentException("shared memory not removed: path=" + path + "; remove the file by hand", e);
        }
    }

    /** Unmaps the block and gives up every role; the name stays. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Posix.munmap(address, sizeBytes + TRAILER_BYTES);
            Posix.close(descriptor);
        }
    }

    private static void check(Path path, String function, long result, String remedy) {
        if (result < 0) {
            throw new EnvironmentException("shared memory not usable: path=" + path + " function=" + function
                    + " error=" + Posix.describe((int) result) + "; " + remedy);
        }
    }
}
