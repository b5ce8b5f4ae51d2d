package io.heliograph.collectives.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

    @Test
    void shouldRefuseRootsThatDoNotExist() {
        assertThrows(IllegalArgumentException.class, () -> Schedules.of(Collective.BROADCAST, Algorithm.TREE, 4, 4));
    }

    @Test
    void shouldFindEveryMissingStep() {
        for (int ranks = 2; ranks <= 6; ranks++) {
            for (Schedule schedule : all(ranks)) {
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
