package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Collective;
import io.heliograph.collectives.algorithm.Place.Buffer;
import io.heliograph.collectives.algorithm.Step.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Proves what a schedule does, for any data: it carries the steps out on names of chunks instead of bytes.
 *
 * <p>A sender may be one chunk ahead of each receiver, the least that a schedule can count on. Ranks are sequential and channels keep their order, so whether all come to
 * their end does not depend on who goes first (a Kahn network with bounded channels): one run proves it for all, for more room as well, and for one
 * piece of every chunk after the other. Then: every chunk that is read was written, no contribution counts twice, what was sent was received, chunks fit where they go, and every output chunk holds
 * what the collective promises. Of a barrier, that every rank ends only when word of all others' beginning came to it, by whatever way.
 */
public final class Validator {
    private final Schedule schedule;
    private final Promise promise;
    private final boolean inPlace;
    private final List<Map<Place, Contents>> memories = new ArrayList<>();
    private final Map<Long, Deque<Contents>> channels = new HashMap<>();
    private final int[] next;
    /** By rank: whose beginning it knows of. */
    private final List<BitSet> heardOf = new ArrayList<>();
    /** By sender and receiver: what messages that are under way tell of that. */
    private final Map<Long, Deque<BitSet>> news = new HashMap<>();

    private Validator(Schedule schedule, boolean inPlace) {
        this.schedule = schedule;
        this.promise = new Promise(schedule);
        this.inPlace = inPlace;
        this.next = new int[schedule.ranks()];
        for (int rank = 0; rank < schedule.ranks(); rank++) {
            Map<Place, Contents> memory = new HashMap<>();
            for (int chunk = 0; chunk < schedule.inputChunks(); chunk++) {
                memory.put(Place.input(chunk), Contents.of(chunk, rank));
            }
            memories.add(memory);
            BitSet itself = new BitSet();
            itself.set(rank);
            heardOf.add(itself);
        }
    }

    /**
     * Checks a schedule, both with separate buffers and in place.
     *
     * @throws InvalidScheduleException if it is wrong; the message names the first step that is
     */
    public static void validate(Schedule schedule) {
        validate(schedule, false);
        validate(schedule, true);
    }

    /** Checks it one way alone. */
    static void validate(Schedule schedule, boolean inPlace) {
        new Validator(schedule, inPlace).run();
    }

    private void run() {
        if (schedule.ranks() < 1 || !promise.hasFittingChunks()) {
            throw new InvalidScheduleException("chunks do not fit the collective: " + name() + " inputChunks="
                    + schedule.inputChunks() + " outputChunks=" + schedule.outputChunks());
        }
        if (schedule.scratchChunks() > 0 && schedule.collective() == Collective.ALL_TO_ALL_V) {
            throw new InvalidScheduleException("scratch for chunks of any length: " + name());
        }
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int rank = 0; rank < schedule.ranks(); rank++) {
                while (advance(rank)) {
                    moved = true;
                }
            }
        }
        checkAllEnded();
        checkOutputs();
    }

    private boolean advance(int rank) {
        List<Step> program = schedule.programs().get(rank);
        if (next[rank] == program.size()) {
            return false;
        }
        Step step = program.get(next[rank]);
        Contents received = null;
        if (step.peer() != Step.NO_PEER) {
            if (step.peer() < 0 || step.peer() >= schedule.ranks() || step.peer() == rank) {
                throw wrong(rank, "there is no such peer");
            }
            Deque<Contents> channel =
                    step.kind() == Kind.SEND ? channel(rank, step.peer()) : channel(step.peer(), rank);
            if (step.kind() == Kind.SEND) {
                if (!channel.isEmpty()) {
                    return false;
                }
                channel.add(read(rank, step.left()));
                news(rank, step.peer()).add((BitSet) heardOf.get(rank).clone());
            } else {
                received = channel.poll();
                if (received == null) {
                    return false;
                }
                heardOf.get(rank).or(news(step.peer(), rank).remove());
            }
        } else if (step.kind() == Kind.SEND || step.kind() == Kind.RECEIVE) {
            throw wrong(rank, "it has no peer");
        }
        perform(rank, step, received);
        next[rank]++;
        return true;
    }

    private void perform(int rank, Step step, @Nullable Contents received) {
        switch (step.kind()) {
            case SEND -> {}
            case RECEIVE -> write(rank, step.to(), Objects.requireNonNull(received));
            case COPY -> write(rank, step.to(), read(rank, step.left()));
            case FINISH -> {
                Contents sum = read(rank, step.left());
                if (!schedule.collective().reduces()
                        || sum.finished()
                        || sum.ranks().cardinality() != schedule.ranks()
                        || !step.left().equals(step.to())) {
                    throw wrong(rank, "it cannot be finished: " + sum);
                }
                write(rank, step.to(), new Contents(sum.chunk(), sum.ranks(), true));
            }
            case REDUCE -> {
                boolean takesOne =
                        step.left().equals(Place.RECEIVED) ^ step.right().equals(Place.RECEIVED);
                if (takesOne != step.receives()) {
                    throw wrong(rank, "one operand is received if there is a peer, else none");
                }
                Contents left =
                        received != null && step.left().equals(Place.RECEIVED) ? received : read(rank, step.left());
                Contents right =
                        received != null && step.right().equals(Place.RECEIVED) ? received : read(rank, step.right());
                if (!schedule.collective().reduces() || !left.canBeCombinedWith(right)) {
                    throw wrong(rank, "these cannot be combined: " + left + " and " + right);
                }
                write(rank, step.to(), left.with(right));
            }
        }
    }

    private Contents read(int rank, Place place) {
        check(rank, place);
        Contents contents = memories.get(rank).get(cell(rank, place));
        if (contents == null) {
            throw wrong(rank, place + " was not written");
        }
        return contents;
    }

    private void write(int rank, Place place, Contents contents) {
        check(rank, place);
        if (place.buffer() == Buffer.INPUT) {
            throw wrong(rank, "the input is not to be written");
        }
        if (!promise.isAsLong(contents.chunk(), place.chunk())) {
            throw wrong(rank, place + " is not as long as " + contents);
        }
        memories.get(rank).put(cell(rank, place), contents);
    }

    private void check(int rank, Place place) {
        int chunks = switch (place.buffer()) {
            case INPUT -> schedule.inputChunks();
            case OUTPUT -> schedule.outputChunks();
            case SCRATCH -> schedule.scratchChunks();
            case RECEIVED -> 0;
        };
        if (place.chunk() < 0 || place.chunk() >= chunks) {
            throw wrong(rank, "there is no " + place);
        }
    }

    private Place cell(int rank, Place place) {
        return inPlace && place.buffer() == Buffer.OUTPUT ? promise.inPlace(rank, place) : place;
    }

    private Deque<Contents> channel(int from, int to) {
        return channels.computeIfAbsent((long) from << 32 | to, _ -> new ArrayDeque<>());
    }

    private Deque<BitSet> news(int from, int to) {
        return news.computeIfAbsent((long) from << 32 | to, _ -> new ArrayDeque<>());
    }

    private void checkAllEnded() {
        StringBuilder stuck = new StringBuilder();
        for (int rank = 0; rank < schedule.ranks(); rank++) {
            List<Step> program = schedule.programs().get(rank);
            if (next[rank] < program.size()) {
                stuck.append("; rank ")
                        .append(rank)
                        .append(" at step ")
                        .append(next[rank])
                        .append(": ")
                        .append(program.get(next[rank]));
            }
        }
        if (!stuck.isEmpty()) {
            throw new InvalidScheduleException("deadlock: " + name() + stuck);
        }
        channels.forEach((ends, channel) -> {
            if (!channel.isEmpty()) {
                throw new InvalidScheduleException("sent but not received: " + name() + " from rank " + (ends >>> 32)
                        + " to rank " + (ends & 0xffff_ffffL) + ": " + channel.peek());
            }
        });
    }

    private void checkOutputs() {
        for (int rank = 0; rank < schedule.ranks(); rank++) {
            int unknown = heardOf.get(rank).nextClearBit(0);
            if (schedule.collective() == Collective.BARRIER && unknown < schedule.ranks()) {
                throw new InvalidScheduleException(
                        "wrong result: " + name() + " rank=" + rank + " ends without a word of rank " + unknown);
            }
            for (int chunk = 0; chunk < schedule.outputChunks(); chunk++) {
                Contents promised = promise.promised(rank, chunk);
                Contents held = memories.get(rank).get(cell(rank, Place.output(chunk)));
                if (promised != null && !promised.equals(held)) {
                    throw new InvalidScheduleException("wrong result: " + name() + " rank=" + rank + " output chunk "
                            + chunk + " holds " + (held == null ? "nothing" : held) + " instead of " + promised);
                }
            }
        }
    }

    private InvalidScheduleException wrong(int rank, String why) {
        return new InvalidScheduleException("wrong step: " + name() + " rank=" + rank + " step=" + next[rank] + " "
                + schedule.programs().get(rank).get(next[rank]) + ": " + why);
    }

    private String name() {
        return schedule.collective().label() + " by " + schedule.algorithm() + " ranks=" + schedule.ranks()
                + (inPlace ? " in place" : "");
    }
}
