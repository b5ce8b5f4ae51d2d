package io.heliograph.collectives.algorithm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which sends lend, and that whatever ranks do in whatever order, nobody waits for ever and nobody reads what was written over. */
final class LendingTest {
    private static final int MOST_RANKS = 9;
    private static final int RUNS = 3;

    private static Schedule schedule(Collective collective, Algorithm algorithm, int ranks) {
        return Schedules.of(collective, algorithm, ranks, 0).orElseThrow();
    }

    private static int lent(Schedule schedule, boolean inPlace) {
        int lent = 0;
        for (int rank = 0; rank < schedule.ranks(); rank++) {
            for (boolean lends : Lending.of(schedule, rank, inPlace)) {
                lent += lends ? 1 : 0;
            }
        }
        return lent;
    }

    private static long sends(Schedule schedule) {
        return schedule.programs().stream()
                .flatMap(List::stream)
                .filter(step -> step.kind() == Step.Kind.SEND)
                .count();
    }

    @Test
    void shouldNotLendWhatBothWriteOver() {
        Schedule direct = schedule(Collective.ALL_REDUCE, Algorithm.DIRECT, 2);
        assertEquals(2, lent(direct, false));
        assertEquals(0, lent(direct, true));
    }

    @ParameterizedTest
    @EnumSource(names = {"RING", "HALVING_DOUBLING", "TREE", "DOUBLE_TREE"})
    void shouldLendInPlaceWhatIsReadBeforeItIsWrittenOver(Algorithm algorithm) {
        for (int ranks = 2; ranks <= MOST_RANKS; ranks++) {
            Schedule schedule = schedule(Collective.ALL_REDUCE, algorithm, ranks);
            long fromScratch = schedule.programs().stream()
                    .flatMap(List::stream)
                    .filter(step -> step.kind() == Step.Kind.SEND && step.left().buffer() == Place.Buffer.SCRATCH)
                    .count();
            assertEquals(sends(schedule) - fromScratch, lent(schedule, true), algorithm + " ranks=" + ranks);
            assertEquals(sends(schedule) - fromScratch, lent(schedule, false), algorithm + " ranks=" + ranks);
        }
    }

    @Test
    void shouldLendWhatOneRankAloneWritesOver() {
        // Rank 1 reads before it sends what rank 0 then puts where it sent from.
        Schedule turns = new Schedule(
                Collective.ALL_REDUCE,
                Algorithm.MSCCL,
                0,
                1,
                1,
                0,
                List.of(
                        List.of(
                                Step.send(1, Place.input(0)),
                                Step.receive(1, Place.output(0)),
                                Step.finish(Place.output(0))),
                        List.of(
                                Step.reduceLeft(0, Place.input(0), Place.output(0)),
                                Step.send(0, Place.output(0)),
                                Step.finish(Place.output(0)))));
        assertArrayEquals(new boolean[] {true, false, false}, Lending.of(turns, 0, true));
        assertArrayEquals(new boolean[] {false, true, false}, Lending.of(turns, 1, true));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEND_RECEIVE")
    void shouldComeToAnEndWithoutReadingWhatWasWrittenOver(Collective collective) {
        SeededRandom random = new SeededRandom(collective.name().length());
        for (Algorithm algorithm : Algorithm.values()) {
            for (int ranks = 2; ranks <= MOST_RANKS; ranks++) {
                int root = random.nextInt(ranks);
                for (int run = 0; run < RUNS; run++) {
                    int pieces = 1 + random.nextInt(3);
                    int room = 1 + random.nextInt(3);
                    Schedules.of(collective, algorithm, ranks, root)
                            .ifPresent(schedule -> new Run(schedule, pieces, room, random).run());
                }
            }
        }
    }

    @Test
    void shouldComeToAnEndOnSeveralHosts() {
        SeededRandom random = new SeededRandom(7);
        for (String sizes : List.of("1,1", "2,1", "1,3,2", "4,4", "2,5,1")) {
            Hosts hosts = Hosts.parse(sizes);
            for (Collective collective : Collective.values()) {
                if (collective != Collective.SEND_RECEIVE) {
                    Schedules.of(collective, Algorithm.HIERARCHICAL, hosts, 0)
                            .ifPresent(schedule -> new Run(schedule, 2, 1, random).run());
                }
            }
        }
    }

    /** Ranks in an order by chance, each in place or not by chance; chunks have versions, and one that is lent must have the same when it is read. */
    private static final class Run {
        private final Schedule schedule;
        private final int pieces;
        private final int room;
        private final SeededRandom random;
        private final Promise promise;
        private final List<Rank> ranks = new ArrayList<>();

        /** What is under way from one rank to another. */
        private record Sent(int step, int piece, Place cell, int version, boolean isLent) {}

        private static final class Rank {
            private boolean inPlace;
            private boolean[] lends = {};
            private int[][] sendsFromTargets = {};
            private int step;
            private int piece;
            /** By step: the piece that it sent last. */
            private int[] sentPiece = {};
            /** By cell and piece. */
            private final Map<String, Integer> versions = new HashMap<>();

            private final List<List<Sent>> channels = new ArrayList<>();
        }

        private Run(Schedule schedule, int pieces, int room, SeededRandom random) {
            this.schedule = schedule;
            this.pieces = pieces;
            this.room = room;
            this.random = random;
            promise = new Promise(schedule);
            for (int number = 0; number < schedule.ranks(); number++) {
                Rank rank = new Rank();
                rank.inPlace = random.nextInt(2) == 0;
                rank.lends = Lending.of(schedule, number, rank.inPlace);
                rank.sendsFromTargets = Lending.sendsFromTargets(schedule, number, rank.inPlace);
                rank.sentPiece = new int[rank.lends.length];
                for (int other = 0; other < schedule.ranks(); other++) {
                    rank.channels.add(new ArrayList<>());
                }
                ranks.add(rank);
            }
        }

        private void run() {
            int stuck = 0;
            while (stuck < 300 * ranks.size()) {
                stuck = advance(random.nextInt(ranks.size())) ? 0 : stuck + 1;
            }
            for (Rank rank : ranks) {
                assertTrue(isOver(rank), () -> "stuck: " + schedule);
            }
        }

        private boolean isOver(Rank rank) {
            return rank.piece == pieces || rank.lends.length == 0;
        }

        private Place cell(int number, Place place) {
            boolean moves = ranks.get(number).inPlace && place.buffer() == Place.Buffer.OUTPUT;
            return moves ? promise.inPlace(number, place) : place;
        }

        /** Scratch is the same memory for every piece. */
        private static String memory(Place cell, int piece) {
            return cell + (cell.buffer() == Place.Buffer.SCRATCH ? "" : " of piece " + piece);
        }

        private int version(Rank rank, Place cell, int piece) {
            return rank.versions.getOrDefault(memory(cell, piece), 0);
        }

        private boolean advance(int number) {
            Rank rank = ranks.get(number);
            if (isOver(rank)) {
                return false;
            }
            Step step = schedule.programs().get(number).get(rank.step);
            if (step.kind() == Step.Kind.SEND) {
                List<Sent> channel = rank.channels.get(step.peer());
                if (channel.size() == room) {
                    return false;
                }
                Place cell = cell(number, step.left());
                channel.add(
                        new Sent(rank.step, rank.piece, cell, version(rank, cell, rank.piece), rank.lends[rank.step]));
                rank.sentPiece[rank.step] = rank.piece + 1;
            } else {
                if (step.receives()
                                && ranks.get(step.peer()).channels.get(number).isEmpty()
                        || isReading(number, rank)) {
                    return false;
                }
                if (step.receives()) {
                    Rank sender = ranks.get(step.peer());
                    Sent sent = sender.channels.get(number).removeFirst();
                    if (sent.isLent()) {
                        assertEquals(
                                sent.version(),
                                version(sender, sent.cell(), sent.piece()),
                                () -> "written over before it was read: " + sent + " of " + schedule);
                    }
                }
                if (!cell(number, step.left()).equals(cell(number, step.to())) || step.kind() != Step.Kind.COPY) {
                    rank.versions.merge(memory(cell(number, step.to()), rank.piece), 1, Integer::sum);
                }
            }
            if (++rank.step == rank.lends.length) {
                rank.step = 0;
                rank.piece++;
            }
            return true;
        }

        /** As the communicator does: what the last send from there lent is not read. */
        private boolean isReading(int number, Rank rank) {
            for (int send : rank.sendsFromTargets[rank.step]) {
                int peer = schedule.programs().get(number).get(send).peer();
                for (Sent sent : rank.channels.get(peer)) {
                    if (sent.isLent() && sent.step() == send && sent.piece() + 1 == rank.sentPiece[send]) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
