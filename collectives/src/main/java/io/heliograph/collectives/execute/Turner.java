package io.heliograph.collectives.execute;

import io.heliograph.transport.Clock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes progress: turns the endpoint, looks at completions, has operations go on, and looks at the clock when nothing moves. Allocates nothing. */
final class Turner implements Operation.Owner {
    /** Turns without anything to do between looks at the clock. */
    private static final int TURNS_PER_CLOCK = 256;
    /** Idle turns after which the processor is offered to others: with fewer processors than ranks, soon. */
    private static final int TURNS_PER_YIELD = 512;

    private static final int TURNS_PER_YIELD_CROWDED = 16;

    private final Transport transport;
    private final int turnsPerWork;
    private final Clock clock;
    private final Channels channels;
    private final Failures failures;
    private final int turnsPerYield;
    private @Nullable IntSupplier operations;
    private @Nullable LongSupplier steps;
    private long stepsSeen;
    private int turns;
    private int idleTurns;
    private int waitsFor = Runner.DONE;

    Turner(Transport transport, Clock clock, Channels channels, Failures failures, int ranks) {
        this.transport = transport;
        this.turnsPerWork = transport.turnsPerWork();
        this.clock = clock;
        this.channels = channels;
        this.failures = failures;
        boolean crowded = ranks > Runtime.getRuntime().availableProcessors();
        turnsPerYield = crowded ? TURNS_PER_YIELD_CROWDED : TURNS_PER_YIELD;
        failures.connect(channels, this::work);
    }

    /**
     * What goes on in each turn.
     *
     * @param newOperations says which rank it waits for, or {@link Runner#DONE} if there is nothing to do
     * @param newSteps how far it got, in steps
     */
    void drive(IntSupplier newOperations, LongSupplier newSteps) {
        operations = newOperations;
        steps = newSteps;
    }

    private void work() {
        transport.work();
        channels.poll();
    }

    @Override
    public void turn() {
        if (++turns >= turnsPerWork) {
            turns = 0;
            transport.work();
        }
        boolean moved = channels.poll() > 0;
        failures.settle(waitsFor);
        if (failures.any()) {
            return;
        }
        if (moved || waitsFor == Runner.DONE) {
            run();
            idleTurns = 0;
            return;
        }
        idleTurns++;
        if (idleTurns % TURNS_PER_CLOCK == 0) {
            // What a full submission ring made an answer wait for may have been looked at then.
            run();
            if (waitsFor == Runner.DONE) {
                return;
            }
            if (failures.hasLeft(waitsFor)) {
                failures.fail(
                        waitsFor,
                        "rank " + waitsFor + " has left: it closed its communicator while others wait for it");
            } else {
                failures.suspicion().look(waitsFor, clock.nowNs());
            }
        }
    }

    /** Goes on with what there is to do. */
    void run() {
        if (operations == null || steps == null) {
            return;
        }
        int before = waitsFor;
        waitsFor = operations.getAsInt();
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
