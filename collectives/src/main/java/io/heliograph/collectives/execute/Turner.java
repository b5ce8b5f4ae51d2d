package io.heliograph.collectives.execute;

import io.heliograph.transport.Clock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes progress with one communicator: has operations go on, and looks at the clock when nothing moves. Allocates nothing. */
final class Turner implements Operation.Owner {
    /** Turns without anything to do between looks at the clock. */
    private static final int TURNS_PER_CLOCK = 256;
    /** Idle turns after which the processor is offered to others: with fewer processors than ranks, soon. */
    private static final int TURNS_PER_YIELD = 512;

    private static final int TURNS_PER_YIELD_CROWDED = 16;
    /** Looks for letters before all else is looked at. */
    private static final int LOOKS = 4;
    /** Turns in a row in which nothing but letters is looked at. */
    private static final int MOST_QUICK_TURNS = 16;

    private static final int STARTS_PER_TURN = 64;

    private final Progress progress;
    private final Clock clock;
    private final Channels channels;
    private final Failures failures;
    private final int turnsPerYield;
    private @Nullable CallQueue queue;
    private @Nullable LongSupplier steps;
    private long stepsSeen;
    private int quickTurns;
    private int starts;
    private int idleTurns;
    private int waitsFor = Runner.DONE;

    Turner(Transport transport, Clock clock, Channels channels, Failures failures, int ranks) {
        progress = transport.progress();
        this.clock = clock;
        this.channels = channels;
        this.failures = failures;
        boolean crowded = ranks > Runtime.getRuntime().availableProcessors();
        turnsPerYield = crowded ? TURNS_PER_YIELD_CROWDED : TURNS_PER_YIELD;
        failures.connect(channels, progress::turn, this::call);
    }

    /**
     * What goes on in each turn.
     *
     * @param newQueue the calls
     * @param newSteps how far they got, in steps
     */
    void drive(CallQueue newQueue, LongSupplier newSteps) {
        queue = newQueue;
        steps = newSteps;
    }

    Channels channels() {
        return channels;
    }

    private String call() {
        return queue == null ? "" : queue.call();
    }

    /** Whether calls are under way. */
    boolean isBusy() {
        return queue != null && queue.isBusy() && !failures.any();
    }

    /** Looks for letters, several times while nothing comes; for all else only if there are none, or were for some turns. */
    @Override
    public void turn() {
        if (quickTurns < MOST_QUICK_TURNS && !failures.any() && hears()) {
            quickTurns++;
            idleTurns = 0;
            run();
            return;
        }
        quickTurns = 0;
        progress.turn();
    }

    private boolean hears() {
        for (int i = 0; i < LOOKS && channels.isMapped(); i++) {
            if (channels.listen()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Goes on, after what came was handed out. */
    void goOn() {
        boolean moved = channels.listen();
        moved |= channels.hasMoved();
        failures.settle(waitsFor);
        if (failures.any()) {
            return;
        }
        if (moved || waitsFor == Runner.DONE || waitsFor == Runner.BUSY) {
            run();
            idleTurns = 0;
            return;
        }
        idleTurns++;
        if (idleTurns % TURNS_PER_CLOCK == 0) {
            // What a full submission ring made an answer wait for may have been looked at then.
            run();
            if (waitsFor < 0) {
                return;
            }
            // What it had to give came before its goodbye; the transport may still acknowledge for it, or lose it.
            if (failures.hasLeft(waitsFor) && !channels.departures().isUnacknowledged(waitsFor)) {
                failures.fail(
                        waitsFor,
                        "rank " + waitsFor + " has left: it closed its communicator while others wait for it");
            } else {
                failures.suspicion().look(waitsFor, clock.nowNs());
            }
        }
    }

    /** A call began: goes on with it, and every so often with all else, for calls that find all there never turn. */
    void start() {
        if (++starts % STARTS_PER_TURN == 0) {
            progress.turn();
        }
        run();
    }

    /** Goes on with what there is to do. */
    void run() {
        if (queue == null || steps == null) {
            return;
        }
        int before = waitsFor;
        waitsFor = queue.run();
        long stepsNow = steps.getAsLong();
        if (waitsFor != before || stepsNow != stepsSeen) {
            stepsSeen = stepsNow;
            failures.suspicion().calm();
        }
    }

    @Override
    public void check() {
        failures.check();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // yield: another rank may need this processor
    public void idle() {
        if (idleTurns % turnsPerYield == turnsPerYield - 1) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }
}
