package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.Message;
import io.heliograph.transport.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Takes one region after the other back under traffic and registers it anew: from the moment that it is taken back no byte of it may
 * change (R8.5), which a copy shows.
 */
final class Reregistration {

    private final MemorySegment copy;
    private final Tally tally;
    private final Checks checks;
    private @Nullable Incoming gone;
    private int next;

    Reregistration(Arena arena, long areaBytes, Tally tally, Checks checks) {
        copy = arena.allocate(areaBytes, MessageStream.ALIGNMENT_BYTES);
        copy.fill((byte) 0); // touches every page
        this.tally = tally;
        this.checks = checks;
    }

    /** Whether no region is gone. */
    boolean isOver() {
        return gone == null;
    }

    /**
     * Takes the next region back.
     *
     * @return its queue
     */
    int begin(Incoming[] incoming, Endpoint endpoint) {
        int queue = next;
        next = (next + 1) % incoming.length;
        Incoming chosen = incoming[queue];
        chosen.deregister(endpoint);
        copy.copyFrom(chosen.memory());
        gone = chosen;
        return queue;
    }

    /** The sender has drained: judges what it tells, and registers the region anew. */
    void end(Incoming incoming, Message drained, Endpoint endpoint) {
        if (gone != incoming) {
            checks.fail("the other end drained a queue that was not asked to");
            return;
        }
        if (incoming.memory().mismatch(copy) >= 0) {
            checks.fail("a region was written after it was taken back: offset="
                    + incoming.memory().mismatch(copy));
        }
        incoming.onDrained(drained);
        incoming.checkGuards();
        incoming.open(endpoint, incoming.life() + 1);
        gone = null;
        tally.add(Figure.REREGISTERED, 1);
    }

    /** One of the two began anew: all regions are registered again anyway. */
    void abandon() {
        gone = null;
    }
}
