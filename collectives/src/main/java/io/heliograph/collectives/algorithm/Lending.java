package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.algorithm.Place.Buffer;
import io.heliograph.collectives.algorithm.Step.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which sends of a schedule may <em>lend</em> their chunk, that is, leave it where it lies until the receiver has read it there. A step that would write over a chunk that is lent waits for
 * the receiver to come as far as that, so not every send may: where two ranks send each other what both then write over, each would wait for the other.
 *
 * <p>All sends lend to begin with, but for those from scratch, which the next piece writes over. The steps are carried out as {@link Validator} does, in place, with one chunk of room between
 * two ranks. Where ranks are left that wait for each other, the chunks that keep them from writing are not lent, and all begins again. Waiting for a read only ever ends, as waiting for a chunk
 * does, so one run speaks for every order of events. It speaks for one piece of every chunk after the other as well: other pieces are other memory, and of ranks in different pieces those in
 * the first one wait for nobody ahead of them.
 *
 * <p>Ranks that keep buffers apart wait for less, whatever the others do. They lend in addition what they never write over, for which nobody waits before the end.
 */
public final class Lending {
    private final Schedule schedule;
    private final Promise promise;
    /** By rank and step. */
    private final boolean[][] lends;
    // Of one run.
    private int[] next = {};
    /** By sender and receiver: the sender's step that sent what is under way. */
    private final Map<Long, Integer> channels = new HashMap<>();

    private Lending(Schedule schedule) {
        this.schedule = schedule;
        promise = new Promise(schedule);
        lends = new boolean[schedule.ranks()][];
        for (int rank = 0; rank < lends.length; rank++) {
            List<Step> program = program(rank);
            lends[rank] = new boolean[program.size()];
            for (int i = 0; i < program.size(); i++) {
                Step step = program.get(i);
                lends[rank][i] = step.kind() == Kind.SEND && step.left().buffer() != Buffer.SCRATCH;
            }
        }
    }

    /**
     * By step of a rank's program: whether it is a send that may lend.
     *
     * @param schedule a valid one
     * @param inPlace whether the rank's input and output share memory
     */
    public static boolean[] of(Schedule schedule, int rank, boolean inPlace) {
        Lending lending = new Lending(schedule);
        while (lending.run() > 0) {
            lending.channels.clear();
        }
        boolean[] lends = lending.lends[rank];
        List<Step> program = lending.program(rank);
        for (int i = 0; !inPlace && i < lends.length; i++) {
            Step step = program.get(i);
            lends[i] |= step.kind() == Kind.SEND
                    && step.left().buffer() != Buffer.SCRATCH
                    && !isWrittenAfter(program, i, step.left());
        }
        return lends;
    }

    /**
     * By step of a rank's program: the sends from what it writes over, none if it writes nothing.
     *
     * @param inPlace whether the rank's input and output share memory
     */
    public static int[][] sendsFromTargets(Schedule schedule, int rank, boolean inPlace) {
        Promise promise = new Promise(schedule);
        List<Step> program = schedule.programs().get(rank);
        int[][] sends = new int[program.size()][];
        for (int i = 0; i < sends.length; i++) {
            Step step = program.get(i);
            List<Integer> from = new ArrayList<>();
            // Scratch is the same memory for every piece, so that later steps of the piece before count.
            int end = step.to().buffer() == Buffer.SCRATCH ? sends.length : i;
            for (int send = 0; send < end && writes(promise, rank, step, inPlace); send++) {
                Step other = program.get(send);
                boolean isSame = other.kind() == Kind.SEND
                        && cell(promise, rank, other.left(), inPlace).equals(cell(promise, rank, step.to(), inPlace));
                if (isSame) {
                    from.add(send);
                }
            }
            sends[i] = from.stream().mapToInt(Integer::intValue).toArray();
        }
        return sends;
    }

    private List<Step> program(int rank) {
        return schedule.programs().get(rank);
    }

    private static boolean isWrittenAfter(List<Step> program, int send, Place place) {
        for (Step step : program.subList(send + 1, program.size())) {
            if (step.writes() && step.to().equals(place)) {
                return true;
            }
        }
        return false;
    }

    private static Place cell(Promise promise, int rank, Place place, boolean inPlace) {
        return inPlace && place.buffer() == Buffer.OUTPUT ? promise.inPlace(rank, place) : place;
    }

    /** Whether a step changes its target: a copy from a place to itself does not. */
    private static boolean writes(Promise promise, int rank, Step step, boolean inPlace) {
        return step.writes()
                && !(step.kind() == Kind.COPY
                        && cell(promise, rank, step.left(), inPlace).equals(cell(promise, rank, step.to(), inPlace)));
    }

    /** Carries out what can be; how many sends are not to lend any more. */
    private int run() {
        next = new int[lends.length];
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int rank = 0; rank < lends.length; rank++) {
                while (advance(rank)) {
                    moved = true;
                }
            }
        }
        int fewer = 0;
        for (int rank = 0; rank < lends.length; rank++) {
            int send = isAtEnd(rank) ? -1 : lentTarget(rank);
            while (send >= 0) {
                lends[rank][send] = false;
                fewer++;
                send = lentTarget(rank);
            }
        }
        return fewer;
    }

    private boolean isAtEnd(int rank) {
        return next[rank] == lends[rank].length;
    }

    private boolean advance(int rank) {
        if (isAtEnd(rank)) {
            return false;
        }
        Step step = program(rank).get(next[rank]);
        if (step.kind() == Kind.SEND) {
            if (channels.putIfAbsent(channel(rank, step.peer()), next[rank]) != null) {
                return false;
            }
        } else {
            boolean isThere = !step.receives() || channels.containsKey(channel(step.peer(), rank));
            if (!isThere || lentTarget(rank) >= 0) {
                return false;
            }
            if (step.receives()) {
                channels.remove(channel(step.peer(), rank));
            }
        }
        next[rank]++;
        return true;
    }

    /** A send that lends what the rank's next step writes over, and that is not read; negative if there is none. */
    private int lentTarget(int rank) {
        Step step = program(rank).get(next[rank]);
        if (!writes(promise, rank, step, true)) {
            return -1;
        }
        Place target = cell(promise, rank, step.to(), true);
        for (int send = 0; send < next[rank]; send++) {
            Step other = program(rank).get(send);
            if (lends[rank][send]
                    && cell(promise, rank, other.left(), true).equals(target)
                    && channels.getOrDefault(channel(rank, other.peer()), -1) == send) {
                return send;
            }
        }
        return -1;
    }

    private static long channel(int from, int to) {
        return (long) from << Integer.SIZE | to;
    }
}
