package io.heliograph.bindings.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few functions of the C library that the JDK has no equal of. Cold path; any thread.
 *
 * <p>What fails returns the negative {@code errno} ({@link #describe} has its words), never -1, and throws nothing. Constants are
 * Linux's, the same on x86-64 and aarch64 unless said otherwise (asm-generic/fcntl.h, asm-generic/mman-common.h).
 */
public final class Posix {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSYS = 38;
    public static final int ENODATA = 61;
    public static final int ENOTSUP = 95;
    public static final int ENOBUFS = 105;

    public static final int O_RDWR = 0x2;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;
    /** {@code __O_TMPFILE | O_DIRECTORY}; O_DIRECTORY differs between the two architectures. */
    public static final int O_TMPFILE = 0x400000 | ("aarch64".equals(System.getProperty("os.arch")) ? 0x4000 : 0x10000);

    public static final int PROT_READ_WRITE = 0x3;
    public static final int MAP_SHARED = 0x01;
    public static final int MAP_PRIVATE = 0x02;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_POPULATE = 0x8000;
    public static final int MAP_HUGETLB = 0x40000;
    /** Bits above which MAP_HUGETLB takes the logarithm of the page size. */
    public static final int MAP_HUGE_SHIFT = 26;

    public static final int F_SETFL = 4;
    public static final int F_OFD_GETLK = 36;
    public static final int F_OFD_SETLK = 37;
    public static final int F_SETPIPE_SZ = 1031;
    public static final short F_WRLCK = 1;
    public static final short F_UNLCK = 2;

    public static final int FALLOC_FL_KEEP_SIZE = 0x01;
    public static final int FALLOC_FL_PUNCH_HOLE = 0x02;

    private static final short POLLIN = 1;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(StructLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), -1);
    private static final MethodHandle FTRUNCATE =
            function("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), -1);
    private static final MethodHandle FALLOCATE =
            function("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), -1);
    private static final MethodHandle LINKAT =
            function("linkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT), -1);
    private static final MethodHandle MMAP = function(
            "mmap",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
            -1);
    private static final MethodHandle MUNMAP =
            function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), -1);
    private static final MethodHandle MLOCK =
            function("mlock", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), -1);
    private static final MethodHandle FCNTL_INT =
            function("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle FCNTL_POINTER =
            function("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS), 2);

    @SuppressWarnings("restricted")
    private static final MethodHandle FCNTL_ADDRESS = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("fcntl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
            Linker.Option.firstVariadicArg(2));

    private static final MethodHandle PIPE2 = function("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), -1);
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), -1);
    private static final MethodHandle FDOPEN =
            function("fdopen", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS), -1);
    private static final MethodHandle FFLUSH = function("fflush", FunctionDescriptor.of(JAVA_INT, JAVA_LONG), -1);
    private static final MethodHandle SETVBUF =
            function("setvbuf", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG), -1);
    private static final MethodHandle FCLOSE = function("fclose", FunctionDescriptor.of(JAVA_INT, JAVA_LONG), -1);
    private static final MethodHandle GET_AFFINITY =
            function("sched_getaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), -1);
    private static final MethodHandle SET_AFFINITY =
            function("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), -1);
    /** membarrier(2) has no function of its own in the C library. */
    private static final MethodHandle SYSCALL =
            function("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT), 1);

    /** {@code __NR_membarrier}: x86-64's, and that of asm-generic/unistd.h. */
    private static final long NR_MEMBARRIER = "amd64".equals(System.getProperty("os.arch")) ? 324 : 283;

    private static final MethodHandle STRERROR = plainFunction("strerror", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));

    private Posix() {}

    public static int open(String path, int flags, int mode) {
        return (int) call((arena, state) -> (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, mode));
    }

    public static int close(int descriptor) {
        return (int) call((arena, state) -> (int) CLOSE.invokeExact(state, descriptor));
    }

    public static int ftruncate(int descriptor, long sizeBytes) {
        return (int) call((arena, state) -> (int) FTRUNCATE.invokeExact(state, descriptor, sizeBytes));
    }

    /** Gives a range of a file its blocks, or with {@link #FALLOC_FL_PUNCH_HOLE} takes them away (Linux's fallocate(2)). */
    public static int fallocate(int descriptor, int mode, long offset, long sizeBytes) {
        return (int) call((arena, state) -> (int) FALLOCATE.invokeExact(state, descriptor, mode, offset, sizeBytes));
    }

    /** Gives a nameless file ({@link #O_TMPFILE}) its name; {@link #EEXIST} where there is one of that name. */
    public static int link(int descriptor, String path) {
        return (int) call((arena, state) -> (int) LINKAT.invokeExact(
                state,
                AT_FDCWD,
                arena.allocateFrom("/proc/self/fd/" + descriptor),
                AT_FDCWD,
                arena.allocateFrom(path),
                AT_SYMLINK_FOLLOW));
    }

    /** Address of the mapping, or the negative errno (addresses are positive). */
    public static long mmap(long sizeBytes, int protection, int flags, int descriptor) {
        return call((arena, state) -> (long) MMAP.invokeExact(state, 0L, sizeBytes, protection, flags, descriptor, 0L));
    }

    public static int munmap(long address, long sizeBytes) {
        return (int) call((arena, state) -> (int) MUNMAP.invokeExact(state, address, sizeBytes));
    }

    public static int mlock(long address, long sizeBytes) {
        return (int) call((arena, state) -> (int) MLOCK.invokeExact(state, address, sizeBytes));
    }

    public static int fcntl(int descriptor, int command, int argument) {
        return (int) call((arena, state) -> (int) FCNTL_INT.invokeExact(state, descriptor, command, argument));
    }

    /**
     * Takes the write lock of one byte for this open file ({@link #F_OFD_SETLK}): 0, or {@link #EAGAIN} negative where another open
     * file has it. It lasts until the file is closed, be it by the death of its process.
     */
    public static int lockByte(int descriptor, long offset) {
        return (int) call((arena, state) ->
                (int) FCNTL_POINTER.invokeExact(state, descriptor, F_OFD_SETLK, writeLock(arena, offset)));
    }

    /** 1 where another open file holds the lock of that byte, 0 where none does, or the negative errno. */
    public static int isByteLocked(int descriptor, long offset) {
        return (int) call((arena, state) -> {
            MemorySegment lock = writeLock(arena, offset);
            int returned = (int) FCNTL_POINTER.invokeExact(state, descriptor, F_OFD_GETLK, lock);
            return returned < 0 ? returned : lock.get(ValueLayout.JAVA_SHORT, 0) == F_UNLCK ? 0 : 1;
        });
    }

    /**
     * As {@link #isByteLocked(int, long)}, without an allocation: whoever asks often brings the memory.
     *
     * @param lockAddress of 32 bytes, aligned to 8
     */
    public static int isByteLocked(int descriptor, long offset, long lockAddress) {
        NativeMemory.putLong(lockAddress, F_WRLCK);
        NativeMemory.putLong(lockAddress + 8, offset);
        NativeMemory.putLong(lockAddress + 16, 1);
        NativeMemory.putLong(lockAddress + 24, 0);
        try {
            int returned = (int) FCNTL_ADDRESS.invokeExact(descriptor, F_OFD_GETLK, lockAddress);
            return returned < 0 ? -EINVAL : NativeMemory.getShort(lockAddress) == F_UNLCK ? 0 : 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code struct flock} of 64-bit Linux: type, whence (SEEK_SET is 0), start at 8, length at 16, pid (0 for OFD locks) at 24. */
    private static MemorySegment writeLock(Arena arena, long offset) {
        MemorySegment lock = arena.allocate(32, 8);
        lock.set(ValueLayout.JAVA_SHORT, 0, F_WRLCK);
        lock.set(JAVA_LONG, 8, offset);
        lock.set(JAVA_LONG, 16, 1);
        return lock;
    }

    /** A pipe, closed on exec: its reading descriptor in the low 32 bits, its writing one above; or the negative errno. */
    public static long pipe() {
        return call((arena, state) -> {
            MemorySegment descriptors = arena.allocate(JAVA_INT, 2);
            int returned = (int) PIPE2.invokeExact(state, descriptors, O_CLOEXEC);
            return returned < 0
                    ? returned
                    : (long) descriptors.getAtIndex(JAVA_INT, 1) << 32 | descriptors.getAtIndex(JAVA_INT, 0);
        });
    }

    /** Address of a {@code FILE} that writes to {@code descriptor}, or the negative errno. */
    public static long fdopen(int descriptor) {
        return call((arena, state) -> {
            long file = (long) FDOPEN.invokeExact(state, descriptor, arena.allocateFrom("w"));
            return file == 0 ? -1 : file;
        });
    }

    public static int fflush(long file) {
        return (int) call((arena, state) -> (int) FFLUSH.invokeExact(state, file));
    }

    /** Makes a {@code FILE} write out each line as it ends ({@code _IOLBF}, 1 in glibc and musl). */
    public static int bufferLines(long file) {
        return (int) call((arena, state) -> (int) SETVBUF.invokeExact(state, file, 0L, 1, 0L));
    }

    /**
     * Waits until a descriptor can be read ({@code poll(2)}).
     *
     * @param timeoutMs how long; 0 only looks, negative is for ever
     * @return 1 if it can be read, or has an error to be read; 0 after the time, or if a signal came
     */
    public static int awaitReadable(int descriptor, int timeoutMs) {
        int returned = (int) call((arena, state) -> {
            MemorySegment one = arena.allocate(8, 4); // struct pollfd: descriptor, events at 4, what happened at 6
            one.set(JAVA_INT, 0, descriptor);
            one.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
            return (int) POLL.invokeExact(state, one, 1L, timeoutMs);
        });
        return returned == -EINTR ? 0 : returned;
    }

    public static int fclose(long file) {
        return (int) call((arena, state) -> (int) FCLOSE.invokeExact(state, file));
    }

    /** Fills {@code mask}, a bit a CPU, with where the calling thread may run. */
    public static int getAffinity(MemorySegment mask) {
        return (int) call((arena, state) -> (int) GET_AFFINITY.invokeExact(state, 0, mask.byteSize(), mask));
    }

    /** Lets the calling thread run on the CPUs of {@code mask}, a bit a CPU. */
    public static int setAffinity(MemorySegment mask) {
        return (int) call((arena, state) -> (int) SET_AFFINITY.invokeExact(state, 0, mask.byteSize(), mask));
    }

    /** A memory barrier on other processors: a command of membarrier(2), without flags. */
    public static int membarrier(int command) {
        return (int) call((arena, state) -> (long) SYSCALL.invokeExact(state, NR_MEMBARRIER, command, 0, 0));
    }

    /** Number and words of an errno, positive or negative: {@code 13 (Permission denied)}. */
    @SuppressWarnings("restricted") // strerror's answer ends with a zero byte
    public static String describe(int errno) {
        int number = Math.abs(errno);
        try {
            MemorySegment words =
                    MemorySegment.ofAddress((long) STRERROR.invokeExact(number)).reinterpret(256);
            return number + " (" + words.getString(0) + ")";
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Address of a variable of the C library, {@code stdout} for one. */
    public static long variable(String name) {
        return LINKER.defaultLookup().findOrThrow(name).address();
    }

    @FunctionalInterface
    private interface Call {
        long invoke(Arena arena, MemorySegment state) throws Throwable;
    }

    /** What the call returned, or the negative errno where that was -1. */
    private static long call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long returned = call.invoke(arena, state);
            return returned == -1 ? -(int) ERRNO.get(state, 0L) : returned;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @SuppressWarnings("restricted") // signatures as in the C library's manual
    private static MethodHandle function(String name, FunctionDescriptor descriptor, int firstVariadic) {
        Linker.Option errno = Linker.Option.captureCallState("errno");
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        return firstVariadic < 0
                ? LINKER.downcallHandle(address, descriptor, errno)
                : LINKER.downcallHandle(address, descriptor, errno, Linker.Option.firstVariadicArg(firstVariadic));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle plainFunction(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    private static AssertionError unexpected(Throwable e) {
        return new AssertionError("a call into the C library threw", e);
    }
}
