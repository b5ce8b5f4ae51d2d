package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.SharedMemory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How two processes that give the same name find each other: the first creates the memory under that name, the second takes the place
 * of side 1 in it and removes the name. From then on only the two have the memory, and the kernel frees it when both ended, however they
 * end; the name is free for the next pair.
 *
 * <p>A side holds its place by a lock that the kernel drops when its process dies. A name left by a first side that was killed while it
 * waited is replaced by the next who opens it, and removed by the next who opens any name.
 */
final class SharedMemoryRendezvous {
    static final int SIDE_0 = SharedMemory.OWNER;
    static final int SIDE_1 = 1;

    /** Held while removing the name, so that nobody removes the next pair's. */
    private static final int REMOVER = 2;

    private static final String PREFIX = "heliograph-";
    private static final Path DIRECTORY = SharedMemory.pathOf("x").resolveSibling("");
    // Another process is between two steps of its own; each takes well under a millisecond unless it was stopped: wait
    // some seconds.
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int GREATEST_ATTEMPTS = 5_000;

    private SharedMemoryRendezvous() {}

    /** A place in the memory; the holder closes it. */
    record Place(SharedMemory memory, int side, LinkLayout layout) {}

    /**
     * Takes a place under {@code name}.
     *
     * @throws EnvironmentException if shared memory cannot be had, or the other side wants another layout
     */
    static Place take(String name, LinkLayout layout) {
        Path path = SharedMemory.pathOf(PREFIX + name);
        removeDead();
        for (int attempt = 0; attempt < GREATEST_ATTEMPTS; attempt++) {
            Place place = Files.exists(path) ? join(name, path, layout) : null;
            if (place == null) {
                place = create(path, layout);
            }
            if (place != null) {
                return place;
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        throw new EnvironmentException("shared memory port not opened: name=" + name + " path=" + path
                + "; another process is stuck while opening that name: end it, or choose another name");
    }

    /** Removes every name whose creator died while waiting. */
    static void removeDead() {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(DIRECTORY, PREFIX + "*")) {
            for (Path path : names) {
                try (SharedMemory memory = SharedMemory.open(path)) {
                    if (!memory.isHeld(SIDE_0)) {
                        removeName(memory);
                    }
                } catch (EnvironmentException e) {
                    // gone meanwhile, another user's, or not memory of ours
                }
            }
        } catch (IOException e) {
            // no such directory: creating will say so
        }
    }

    /** Side 0 of new memory; null if another process was faster. */
    private static @Nullable Place create(Path path, LinkLayout layout) {
        checkSpace(path, SharedMemoryPortLayout.totalBytes(layout));
        SharedMemory memory;
        try {
            memory = SharedMemory.create(path, SharedMemoryPortLayout.totalBytes(layout));
        } catch (EnvironmentException e) {
            if (Files.exists(path)) {
                return null;
            }
            throw e;
        }
        SharedMemoryPortLayout.stateRelease(memory.address(), SIDE_0, SharedMemoryPortLayout.ATTACHED);
        SharedMemoryPortLayout.write(memory.address(), layout);
        return new Place(memory, SIDE_0, layout);
    }

    /** Side 1 of memory that another process waits in; null if there is none, or its second place is taken, to be tried again. */
    private static @Nullable Place join(String name, Path path, LinkLayout layout) {
        SharedMemory memory;
        try {
            memory = SharedMemory.open(path);
        } catch (EnvironmentException e) {
            if (Files.exists(path)) {
                throw e;
            }
            return null;
        }
        boolean joined = false;
        try {
            long address = memory.address();
            if (!memory.isHeld(SIDE_0)) {
                removeName(memory); // its creator died waiting
                return null;
            }
            if (!SharedMemoryPortLayout.isWritten(address) || !memory.tryHold(SIDE_1)) {
                return null;
            }
            if (SharedMemoryPortLayout.stateAcquire(address, SIDE_1) == SharedMemoryPortLayout.ABSENT) {
                check(name, SharedMemoryPortLayout.read(address, memory.sizeBytes()), layout);
                SharedMemoryPortLayout.stateRelease(address, SIDE_1, SharedMemoryPortLayout.ATTACHED);
                joined = true;
            }
            // Either way it has, or had, both its sides: the name has done its work.
            removeName(memory);
            return joined ? new Place(memory, SIDE_1, layout) : null;
        } catch (IllegalArgumentException e) {
            throw new EnvironmentException(
                    "shared memory port not joined: name=" + name + " " + e.getMessage() + "; choose another name", e);
        } finally {
            if (!joined) {
                memory.close();
            }
        }
    }

    private static void removeName(SharedMemory memory) {
        if (memory.tryHold(REMOVER)) {
            memory.unlink();
        }
    }

    private static void check(String name, LinkLayout theirs, LinkLayout ours) {
        if (!theirs.equals(ours)) {
            throw new EnvironmentException("shared memory port not joined: name=" + name + " theirs=" + theirs
                    + " ours=" + ours + "; give both sides the same MTU and sizes");
        }
    }

    /** A file system that is full shows as a fatal signal when the memory is touched, so look before. */
    private static void checkSpace(Path path, long bytes) {
        try {
            long usableBytes = Files.getFileStore(DIRECTORY).getUsableSpace();
            if (usableBytes < bytes) {
                throw new EnvironmentException(
                        "not enough shared memory: path=" + path + " neededBytes=" + bytes + " usableBytes="
                                + usableBytes + "; enlarge /dev/shm (docker run --shm-size), or take a smaller MTU");
            }
        } catch (IOException e) {
            throw new EnvironmentException(
                    "no shared memory here: path=" + path + "; mount a tmpfs on " + DIRECTORY, e);
        }
    }
}
