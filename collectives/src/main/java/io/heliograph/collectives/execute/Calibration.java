package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.Hosts;
import io.heliograph.collectives.cost.Costs;
import io.heliograph.collectives.cost.Link;
import io.heliograph.collectives.reduce.Reducer;
import io.heliograph.collectives.reduce.Reducers;
import io.heliograph.transport.Clock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Measures {@link Costs} between the ranks of a communicator: rank 0 plays ping-pong with one rank of its host and one of another, copies and reduces; the rest wait for what came of it. What is measured is what this
 * process does once it is warm: rounds go by in windows, until no window was quicker than the best one for a while; of that, the round that nine of ten were slower than, for what else the machine does comes on top.
 */
final class Calibration {
    private static final int SHORT_BYTES = 8;
    private static final int LONG_BYTES = 32 << 10;
    /** Few enough for the interpreter, which the Vector API is slow in. */
    private static final int LOCAL_BYTES = 4 << 10;

    /** Rounds of a window. */
    private static final int WINDOW = 256;

    /** The most that something may take, in times of what it must have been settled for. */
    private static final int MOST_TIMES = 6;

    private static final int QUICK = 10;
    /** A window that is quicker by less than this has settled. */
    private static final double SETTLED = 0.95;
    /** A reduction that takes so many times as long as a copy is not compiled yet. */
    private static final int COMPILED_TIMES = 10;

    private static final double LEAST = 1e-6;
    private static final byte STOP = 0;
    private static final byte AGAIN = 1;
    private static final byte LONGER = 2;

    // Shares of the time, to be settled for.
    private static final double SHORT_SHARE = 0.25;
    private static final double LONG_SHARE = 0.15;
    private static final double COPY_SHARE = 0.1;
    private static final double REDUCE_SHARE = 0.2;

    private final Communicator communicator;
    private final Hosts hosts;
    private final Clock clock;
    private final long budgetNs;
    private final boolean lends;
    private final int longBytes;
    private final int localBytes;
    private final MemorySegment message;
    private final MemorySegment other;
    private final long[] window = new long[WINDOW];
    private int rounds;
    private long startNs;
    private double quickestNs;
    private long quickestAtNs;

    /**
     * What all ranks make alike.
     *
     * @param budgetNs about how long it may take
     * @param pieceBytes what chunks are cut into: a longer message would be several
     * @param leastLentBytes a message of so many bytes or more is read by ranks of its host, not sent
     */
    Calibration(
            Communicator communicator, Hosts hosts, Clock clock, long budgetNs, int pieceBytes, int leastLentBytes) {
        this.communicator = communicator;
        this.hosts = hosts;
        this.clock = clock;
        this.budgetNs = budgetNs;
        longBytes = Math.min(LONG_BYTES, pieceBytes);
        lends = longBytes >= leastLentBytes;
        localBytes = Math.min(LOCAL_BYTES, pieceBytes);
        message = communicator.allocate(Math.max(longBytes, Costs.BYTES));
        other = communicator.allocate(longBytes);
    }

    /** Called by all ranks; all get the same. */
    Costs run() {
        int near = partner(true);
        int far = partner(false);
        int rank = communicator.rank();
        if (rank == 0) {
            double copy = local(() -> BulkCopy.copy(message.address(), other.address(), localBytes), COPY_SHARE);
            Reducer reducer = Reducers.of(DataType.F32);
            int elements = localBytes / Float.BYTES;
            double reduce = Double.MAX_VALUE;
            for (int i = 0; i < MOST_TIMES && !isCompiled(reduce, copy); i++) {
                reduce = local(
                        () -> reducer.reduce(
                                ReduceOperation.SUM, message.address(), other.address(), other.address(), elements),
                        REDUCE_SHARE);
            }
            Link within = near > 0 ? link(near, copy, lends) : null;
            Link across = far > 0 ? link(far, copy, false) : null;
            Link any = within == null ? across : within;
            if (any == null) {
                throw new IllegalStateException("nobody to measure with: ranks=" + communicator.size());
            }
            Costs costs = new Costs(within == null ? any : within, across == null ? any : across, copy, reduce);
            ByteBuffer bytes = ByteBuffer.allocate(Costs.BYTES);
            costs.put(bytes);
            message.asSlice(0, Costs.BYTES).copyFrom(MemorySegment.ofArray(bytes.array()));
        } else if (rank == near || rank == far) {
            echo();
        }
        communicator.broadcast(message, message, Costs.BYTES, DataType.I8, 0).await();
        return Costs.get(ByteBuffer.wrap(message.asSlice(0, Costs.BYTES).toArray(ValueLayout.JAVA_BYTE)));
    }

    /** A sum in vectors waits for memory as a copy does; in the interpreter it takes a hundred times as long. */
    private static boolean isCompiled(double reduceNsPerByte, double copyNsPerByte) {
        return reduceNsPerByte <= COMPILED_TIMES * copyNsPerByte;
    }

    /** The first rank after 0 that shares its host, or does not; negative if there is none. */
    private int partner(boolean sameHost) {
        for (int rank = 1; rank < communicator.size(); rank++) {
            if (hosts.isSame(0, rank) == sameHost) {
                return rank;
            }
        }
        return -1;
    }

    private Link link(int peer, double copyNsPerByte, boolean isLent) {
        double shortNs = pingPong(peer, SHORT_BYTES, SHORT_SHARE, LONGER) / 2;
        double longNs = pingPong(peer, longBytes, LONG_SHARE, STOP) / 2;
        double nsPerByte = (longNs - shortNs) / (longBytes - SHORT_BYTES) - copyNsPerByte;
        // A byte that is sent costs no less than one that is copied; of one that is lent, only its descriptor is.
        return new Link(Math.max(LEAST, shortNs), Math.max(isLent ? LEAST : copyNsPerByte, nsPerByte));
    }

    /** The first byte of each message says what comes next. */
    private double pingPong(int peer, int bytes, double share, byte last) {
        begin();
        boolean more = true;
        while (more) {
            long beganNs = clock.nowNs();
            more = !isSettled(beganNs, share);
            message.set(ValueLayout.JAVA_BYTE, 0, more ? AGAIN : last);
            communicator.send(message, bytes, DataType.I8, peer).await();
            communicator.receive(message, bytes, DataType.I8, peer).await();
            took(beganNs, clock.nowNs());
        }
        return quickest();
    }

    private void echo() {
        int bytes = SHORT_BYTES;
        byte next = AGAIN;
        while (next != STOP) {
            communicator.receive(message, bytes, DataType.I8, 0).await();
            next = message.get(ValueLayout.JAVA_BYTE, 0);
            communicator.send(message, bytes, DataType.I8, 0).await();
            bytes = next == LONGER ? longBytes : bytes;
        }
    }

    private double local(Runnable work, double share) {
        begin();
        long nowNs = startNs;
        while (!isSettled(nowNs, share)) {
            long beganNs = nowNs;
            work.run();
            nowNs = clock.nowNs();
            took(beganNs, nowNs);
        }
        return Math.max(LEAST, quickest() / localBytes);
    }

    private void begin() {
        rounds = 0;
        startNs = clock.nowNs();
        quickestNs = Double.POSITIVE_INFINITY;
        quickestAtNs = startNs;
    }

    private boolean isSettled(long nowNs, double share) {
        double timeNs = budgetNs * share;
        return rounds >= WINDOW && nowNs - quickestAtNs > timeNs || rounds > 0 && nowNs - startNs > MOST_TIMES * timeNs;
    }

    private void took(long beganNs, long endedNs) {
        window[rounds++ % WINDOW] = endedNs - beganNs;
        if (rounds % WINDOW == 0) {
            double quickNs = quick(WINDOW);
            if (quickNs < SETTLED * quickestNs) {
                quickestAtNs = endedNs;
            }
            quickestNs = Math.min(quickestNs, quickNs);
        }
    }

    private double quickest() {
        return rounds < WINDOW ? quick(rounds) : quickestNs;
    }

    private double quick(int count) {
        Arrays.sort(window, 0, count);
        return window[count / QUICK];
    }
}
