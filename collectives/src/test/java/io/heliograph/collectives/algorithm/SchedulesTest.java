package io.heliograph.collectives.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SchedulesTest {
    private static final int MOST_RANKS = 17;

    private static List<Schedule> all(int ranks) {
        List<Schedule> schedules = new ArrayList<>();
        for (Collective collective : Collective.values()) {
            for (Algorithm algorithm : Algorithm.values()) {
                for (int root = 0; root < (collective.isRooted() ? ranks : 1); root++) {
                    Schedules.of(collective, algorithm, ranks, root).ifPresent(schedules::add);
                }
            }
        }
        return schedules;
    }

    /** Even and uneven, mixed, with single ranks, more hosts than ranks on any. */
    private static final List<Hosts> GROUPINGS = List.of(
            Hosts.parse("2,2"),
            Hosts.parse("4,4,4"),
            Hosts.parse("3,1"),
            Hosts.parse("1,3"),
            Hosts.parse("1,1,1"),
            Hosts.parse("3,1,1"),
            Hosts.parse("5,2,3,1"),
            Hosts.parse("1,4,2,2,1,6"),
            Hosts.of(List.of("a", "b", "a", "c", "b", "a")),
            Hosts.of(List.of("a", "b", "b", "a", "c", "a", "b", "c", "c", "c", "a")));

    private static List<Schedule> all(Hosts hosts) {
        List<Schedule> schedules = new ArrayList<>();
        for (Collective collective : Collective.values()) {
            for (int root = 0; root < (collective.isRooted() ? hosts.ranks() : 1); root++) {
                Schedules.of(collective, Algorithm.HIERARCHICAL, hosts, root).ifPresent(schedules::add);
            }
        }
        return schedules;
    }

    @Test
    void shouldBeValidForRanksOnSeveralHosts() {
        for (Hosts hosts : GROUPINGS) {
            List<Schedule> schedules = all(hosts);
            assertEquals(3 + hosts.ranks(), schedules.size(), hosts::toString);
            schedules.forEach(Validator::validate);
        }
    }

    /** A message for each chunk, host and other host at most, of the result that the collective needs there. */
    @Test
    void shouldSendAcrossHostsNoMoreThanTheCollectiveNeeds() {
        for (Hosts hosts : GROUPINGS) {
            int count = hosts.count();
            for (Schedule schedule : all(hosts)) {
                long needed = switch (schedule.collective()) {
                    case ALL_REDUCE -> 2L * (count - 1) * schedule.inputChunks();
                    case REDUCE_SCATTER, ALL_GATHER -> (long) (count - 1) * hosts.ranks();
                    default -> count - 1;
                };
                assertEquals(needed, crossing(schedule, hosts), () -> hosts + " " + schedule.collective());
            }
        }
    }

    private static long crossing(Schedule schedule, Hosts hosts) {
        long crossing = 0;
        for (int rank = 0; rank < schedule.ranks(); rank++) {
            for (Step step : schedule.programs().get(rank)) {
                crossing += step.kind() == Step.Kind.SEND && !hosts.isSame(rank, step.peer()) ? 1 : 0;
            }
        }
        return crossing;
    }

    @Test
    void shouldTellOneRankInEachRoundOfABarrier() {
        for (int ranks = 1; ranks <= 40; ranks++) {
            Schedule schedule = Schedules.of(Collective.BARRIER, Algorithm.HALVING_DOUBLING, ranks, 0)
                    .orElseThrow();
            Validator.validate(schedule);
            int rounds = Integer.SIZE - Integer.numberOfLeadingZeros(ranks - 1);
            for (List<Step> program : schedule.programs()) {
                assertEquals(2 * rounds, program.size(), "ranks=" + ranks);
            }
        }
    }

    /** All is received that is sent, but rank 2 has ended when rank 0 begins. */
    @Test
    void shouldRefuseABarrierThatLetsARankGoTooEarly() {
        Schedule schedule = new Schedule(
                Collective.BARRIER,
                Algorithm.DIRECT,
                0,
                1,
                1,
                0,
                List.of(
                        List.of(Step.receive(1, Place.output(0)), Step.send(1, Place.input(0))),
                        List.of(
                                Step.receive(2, Place.output(0)),
                                Step.send(2, Place.input(0)),
                                Step.send(0, Place.input(0)),
                                Step.receive(0, Place.output(0))),
                        List.of(Step.send(1, Place.input(0)), Step.receive(1, Place.output(0)))));
        String message = String.valueOf(assertThrows(InvalidScheduleException.class, () -> Validator.validate(schedule))
                .getMessage());
        assertTrue(message.contains("rank=2 ends without a word of rank 0"), message);
    }

    /** But for one of an odd number, nobody has children in both trees; nobody has more than two in any. */
    @Test
    void shouldMakeInnerNodesOfOneTreeLeavesOfTheOther() {
        for (int ranks = 2; ranks <= 40; ranks++) {
            Schedule schedule = Schedules.of(Collective.ALL_REDUCE, Algorithm.DOUBLE_TREE, ranks, 0)
                    .orElseThrow();
            int inBoth = 0;
            for (List<Step> program : schedule.programs()) {
                int[] children = new int[2];
                for (Step step : program) {
                    if (step.kind() == Step.Kind.REDUCE) {
                        children[step.to().chunk()]++;
                    }
                }
                assertTrue(children[0] <= 2 && children[1] <= 2, schedule::toString);
                inBoth += children[0] > 0 && children[1] > 0 ? 1 : 0;
            }
            assertEquals(ranks % 2 == 0 ? 0 : 1, inBoth, "ranks=" + ranks);
        }
    }

    @Test
    void shouldBeValidForEveryCollectiveAlgorithmRootAndNumberOfRanks() {
        for (int ranks = 1; ranks <= MOST_RANKS; ranks++) {
            all(ranks).forEach(Validator::validate);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEND_RECEIVE")
    void shouldDoEveryCollectiveDirectly(Collective collective) {
        assertTrue(Schedules.of(collective, Algorithm.DIRECT, 3, 2).isPresent());
    }

    /** Another processor is slow to read what was just written, and the original is there before. */
    @Test
    void shouldSendInputsRatherThanCopiesOfThem() {
        List<Schedule> schedules = new ArrayList<>();
        for (int ranks = 1; ranks <= MOST_RANKS; ranks++) {
            schedules.addAll(all(ranks));
        }
        // A host of one rank has nothing to add up before it sends: an all-reduce between hosts copies there.
        GROUPINGS.forEach(hosts -> all(hosts).stream()
                .filter(schedule -> schedule.collective() != Collective.ALL_REDUCE)
                .forEach(schedules::add));
        for (Schedule schedule : schedules) {
            for (List<Step> program : schedule.programs()) {
                List<Place> copies = new ArrayList<>();
                for (Step step : program) {
                    assertFalse(
                            step.kind() == Step.Kind.SEND && copies.contains(step.left()),
                            () -> schedule.collective() + " " + schedule.algorithm() + " of " + schedule.ranks()
                                    + " ranks: " + step);
                    if (step.writes()) {
                        copies.remove(step.to());
                    }
                    if (step.kind() == Step.Kind.COPY && step.left().buffer() == Place.Buffer.INPUT) {
                        copies.add(step.to());
                    }
                }
            }
        }
    }

    @Test
    void shouldRefuseRootsThatDoNotExist() {
        assertThrows(IllegalArgumentException.class, () -> Schedules.of(Collective.BROADCAST, Algorithm.TREE, 4, 4));
    }

    @Test
    void shouldFindEveryMissingStep() {
        for (int ranks = 2; ranks <= 6; ranks++) {
            List<Schedule> schedules = all(ranks);
            schedules.addAll(all(Hosts.parse(ranks == 2 ? "1,1" : "1," + (ranks - 2) + ",1")));
            for (Schedule schedule : schedules) {
                for (int rank = 0; rank < ranks; rank++) {
                    for (int step = 0; step < schedule.programs().get(rank).size(); step++) {
                        Schedule broken = changed(schedule, rank, step, null);
                        assertThrows(
                                InvalidScheduleException.class,
                                () -> Validator.validate(broken),
                                () -> "not missed: " + schedule);
                    }
                }
            }
        }
    }

    /** A step with one field changed at random is found, unless the result is the same: which no change of peer or place within a random sample was. */
    @Test
    void shouldFindStepsWithTheWrongPeerOrPlace() {
        SeededRandom random = new SeededRandom(7);
        int found = 0;
        int tried = 0;
        for (int ranks = 3; ranks <= 8; ranks++) {
            for (Schedule schedule : all(ranks)) {
                int rank = random.nextInt(ranks);
                List<Step> program = schedule.programs().get(rank);
                if (program.isEmpty()) {
                    continue;
                }
                int at = random.nextInt(program.size());
                Optional<Step> changed = misled(program.get(at), schedule, rank, random);
                if (changed.isPresent()) {
                    tried++;
                    Schedule broken = changed(schedule, rank, at, changed.get());
                    assertThrows(
                            InvalidScheduleException.class,
                            () -> Validator.validate(broken),
                            () -> rank + " " + broken);
                    found++;
                }
            }
        }
        assertTrue(tried > 100, "tried=" + tried);
        assertEquals(tried, found);
    }

    private static Optional<Step> misled(Step step, Schedule schedule, int rank, SeededRandom random) {
        if (step.peer() != Step.NO_PEER) {
            int peer = random.nextInt(schedule.ranks());
            return peer == rank || peer == step.peer()
                    ? Optional.empty()
                    : Optional.of(new Step(step.kind(), peer, step.left(), step.right(), step.to()));
        }
        Place target = Place.output(random.nextInt(schedule.outputChunks() + 1));
        return target.equals(step.to())
                ? Optional.empty()
                : Optional.of(new Step(step.kind(), step.peer(), step.left(), step.right(), target));
    }

    private static Schedule changed(Schedule schedule, int rank, int at, @Nullable Step replacement) {
        List<List<Step>> programs = new ArrayList<>(schedule.programs());
        List<Step> program = new ArrayList<>(programs.get(rank));
        if (replacement == null) {
            program.remove(at);
        } else {
            program.set(at, replacement);
        }
        programs.set(rank, program);
        return new Schedule(
                schedule.collective(),
                schedule.algorithm(),
                schedule.root(),
                schedule.inputChunks(),
                schedule.outputChunks(),
                schedule.scratchChunks(),
                programs);
    }

    private static Schedule exchange(List<Step> zero, List<Step> one) {
        return new Schedule(Collective.ALL_GATHER, Algorithm.DIRECT, 0, 1, 2, 0, List.of(zero, one));
    }

    @Test
    void shouldNameRanksAndStepsWhenRanksWaitForEachOther() {
        Schedule schedule = exchange(
                List.of(
                        Step.copy(Place.input(0), Place.output(0)),
                        Step.receive(1, Place.output(1)),
                        Step.send(1, Place.input(0))),
                List.of(
                        Step.copy(Place.input(0), Place.output(1)),
                        Step.receive(0, Place.output(0)),
                        Step.send(0, Place.input(0))));
        String message = String.valueOf(assertThrows(InvalidScheduleException.class, () -> Validator.validate(schedule))
                .getMessage());
        assertTrue(
                message.contains("rank 0 at step 1: receive O[1] from rank 1")
                        && message.contains("rank 1 at step 1: receive O[0] from rank 0"),
                message);
    }

    @Test
    void shouldRefuseSchedulesThatNeedMoreRoomThanOneChunk() {
        Schedule schedule = exchange(
                List.of(
                        Step.copy(Place.input(0), Place.output(0)),
                        Step.send(1, Place.input(0)),
                        Step.send(1, Place.input(0)),
                        Step.receive(1, Place.output(1)),
                        Step.receive(1, Place.output(1))),
                List.of(
                        Step.copy(Place.input(0), Place.output(1)),
                        Step.send(0, Place.input(0)),
                        Step.send(0, Place.input(0)),
                        Step.receive(0, Place.output(0)),
                        Step.receive(0, Place.output(0))));
        String message = String.valueOf(assertThrows(InvalidScheduleException.class, () -> Validator.validate(schedule))
                .getMessage());
        assertTrue(message.startsWith("deadlock"), message);
    }

    @Test
    void shouldRefuseScratchOfAnotherLength() {
        List<Step> halves = List.of(
                Step.copy(Place.input(0), Place.scratch(1)),
                Step.copy(Place.scratch(1), Place.output(0)),
                Step.copy(Place.input(1), Place.output(1)));
        Schedule schedule = new Schedule(Collective.BROADCAST, Algorithm.DIRECT, 0, 2, 2, 2, List.of(halves));
        String message = String.valueOf(assertThrows(InvalidScheduleException.class, () -> Validator.validate(schedule))
                .getMessage());
        assertTrue(message.contains("S[1] is not as long"), message);
    }

    @Test
    void shouldRefuseContributionsThatCountTwice() {
        Schedule schedule = new Schedule(
                Collective.ALL_REDUCE,
                Algorithm.DIRECT,
                0,
                1,
                1,
                0,
                List.of(List.of(
                        Step.copy(Place.input(0), Place.output(0)),
                        Step.reduce(Place.output(0), Place.input(0), Place.output(0)),
                        Step.finish(Place.output(0)))));
        String message = String.valueOf(assertThrows(InvalidScheduleException.class, () -> Validator.validate(schedule))
                .getMessage());
        assertTrue(message.contains("rank=0 step=1"), message);
    }
}
