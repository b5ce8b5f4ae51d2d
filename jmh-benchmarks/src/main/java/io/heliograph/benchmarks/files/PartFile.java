package io.heliograph.benchmarks.files;

import io.heliograph.benchmarks.session.RunFailure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * An output file while it is not whole: {@code NAME.helio.part}, of its final size and mapped, locked while its receiver
 * lives. It becomes NAME by {@link #commit}, or is deleted by {@link #close}. After kill -9 the lock is gone and the file stays; the
 * next receiver {@linkplain #sweep clears it away}.
 */
final class PartFile implements AutoCloseable {

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final Arena arena;
    private final MemorySegment memory;

    private PartFile(Path target, Path part, FileChannel channel, Arena arena, MemorySegment memory) {
        this.target = target;
        this.part = part;
        this.channel = channel;
        this.arena = arena;
        this.memory = memory;
    }

    /**
     * Creates the file and its mapping.
     *
     * @throws RunFailure if the file exists or the file system refuses; the message says what to do
     */
    static PartFile create(Path directory, String name, long sizeBytes, boolean overwrite) {
        String refusal = FileNames.refusal(name);
        if (refusal != null) {
            throw new RunFailure("the name of a file is not taken: " + refusal);
        }
        Path target = directory.resolve(name);
        Path part = directory.resolve(name + FileNames.PART_SUFFIX);
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new RunFailure(name + " is a directory where the file should go");
        }
        if (!overwrite && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new RunFailure(name + " exists: receive it elsewhere, or give receive --overwrite");
        }
        try {
            long usableBytes = Files.getFileStore(directory).getUsableSpace();
            if (sizeBytes > usableBytes) {
                throw new RunFailure("no room for " + name + ": bytes=" + sizeBytes + " usable=" + usableBytes);
            }
            return open(target, part, sizeBytes);
        } catch (FileAlreadyExistsException e) {
            throw new RunFailure(part.getFileName() + " exists: another receive is writing it, or delete it", e);
        } catch (AccessDeniedException e) {
            throw new RunFailure("no permission to write " + name + " into the directory of receive", e);
        } catch (IOException e) {
            throw new RunFailure("cannot write " + name + ": " + e.getMessage(), e);
        }
    }

    private static PartFile open(Path target, Path part, long sizeBytes) throws IOException {
        FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared();
        try {
            FileLock lock = channel.lock();
            if (!lock.isValid()) {
                throw new IOException("the lock of " + part.getFileName() + " is not valid");
            }
            if (sizeBytes > 0) {
                channel.write(ByteBuffer.allocate(1), sizeBytes - 1); // sets the size
            }
            return new PartFile(target, part, channel, arena, channel.map(MapMode.READ_WRITE, 0, sizeBytes, arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            channel.close();
            Files.deleteIfExists(part);
            throw e;
        }
    }

    /** The whole file; empty if the file is. */
    MemorySegment memory() {
        return memory;
    }

    /** Gives the file its name: from now on it stays. */
    void commit() throws IOException {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Unmaps, and deletes what was not committed. Nothing may write to the memory any more. */
    @Override
    public void close() {
        arena.close();
        try (channel) {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // The file is complete, or the next receive sweeps it away.
        }
    }

    /** Deletes what receivers that were killed left in a directory. */
    static void sweep(Path directory) throws IOException {
        try (var leftovers = Files.newDirectoryStream(directory, "*" + FileNames.PART_SUFFIX)) {
            for (Path leftover : leftovers) {
                if (Files.isRegularFile(leftover, LinkOption.NOFOLLOW_LINKS) && isAbandoned(leftover)) {
                    Files.deleteIfExists(leftover);
                }
            }
        }
    }

    private static boolean isAbandoned(Path part) {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException | IOException e) {
            return false;
        }
    }
}
