package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.Tuning;
import io.heliograph.collectives.algorithm.Hosts;
import io.heliograph.collectives.algorithm.MscclProgram;
import io.heliograph.collectives.algorithm.MscclProgramTest;
import io.heliograph.collectives.cost.Costs;
import io.heliograph.collectives.cost.Link;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What communicators choose, and that they carry it out: programs, several hosts, costs. */
final class AlgorithmChoiceTest {
    private static final CommunicatorConfig SMALL = CommunicatorConfig.DEFAULT
            .withSlots(256, 2, 64)
            .withDirectBytes(200)
            .withTimeoutNs(TimeUnit.SECONDS.toNanos(20));

    private static final Costs SLOW_TO_START = new Costs(new Link(1e9, 0.1), new Link(1e9, 0.1), 0.1, 0.1);
    private static final Costs SLOW_TO_SEND = new Costs(new Link(1, 100), new Link(1, 100), 1, 1);

    @TempDir
    private Path directory = Path.of("");

    private static void checkProgram(MscclProgram program, int runs) {
        SeededRandom random = new SeededRandom(program.ranks());
        DataType[] types = DataType.values();
        ReduceOperation[] operations = ReduceOperation.values();
        try (Group group = Group.overSharedMemory(program.ranks(), SMALL.withProgram(program))) {
            assertEquals(Algorithm.MSCCL, group.get(0).algorithm(program.collective(), 1000, false));
            assertEquals(Algorithm.DIRECT, group.get(0).algorithm(Collective.GATHER, 1000, false));
            CollectiveCheck check =
                    new CollectiveCheck(group, random, null, 200, Hosts.single(program.ranks()), program);
            for (int run = 0; run < runs; run++) {
                check.run(
                        program.collective(),
                        types[run % types.length],
                        operations[random.nextInt(operations.length)],
                        random.nextInt(700),
                        0,
                        run % 2 == 0);
            }
            for (int run = 0; run < runs; run++) {
                check.runOne();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chain-allreduce-3",
                "ring-allgather-3",
                "scratch-reducescatter-2",
                "contrary-allreduce-2",
                "exchange-alltoall-2"
            })
    void shouldRunProgramsAsGiven(String name) {
        checkProgram(MscclProgram.of(name, MscclProgramTest.text(name)), 14);
    }

    @Test
    void shouldRunThePublicSampleOverEightRanks() {
        checkProgram(MscclProgramTest.sample(), 7);
    }

    @Test
    void shouldNameTheRankWithAnotherProgram() {
        MscclProgram chain = MscclProgram.of("chain", MscclProgramTest.text("chain-allreduce-3"));
        MscclProgram renamed = MscclProgram.of(
                "renamed", MscclProgramTest.text("chain-allreduce-3").replace("name=\"chain\"", "name=\"same\""));
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> Group.overSharedMemory(3, rank -> SMALL.withProgram(rank == 2 ? renamed : chain))
                        .close());
        assertTrue(error.getCause() instanceof CollectiveException, error::toString);
        assertTrue(String.valueOf(error.getCause()).contains("another MSCCL program"), error::toString);
    }

    @Test
    void shouldWantAProgramForMscclAndMscclForAProgram() {
        assertThrows(IllegalArgumentException.class, () -> SMALL.withAlgorithm(Algorithm.MSCCL));
        MscclProgram chain = MscclProgram.of("chain", MscclProgramTest.text("chain-allreduce-3"));
        assertThrows(IllegalArgumentException.class, () -> SMALL.withTuning(Tuning.DEFAULT.withProgram(chain)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2,1", "1,2,2", "3,1,1,2"})
    void shouldWorkWithinHostsAndAcrossThem(String sizes) {
        Hosts hosts = Hosts.parse(sizes);
        SeededRandom random = new SeededRandom(sizes.length());
        CommunicatorConfig config = SMALL.withAlgorithm(Algorithm.HIERARCHICAL);
        try (Group group = Group.overSharedMemory(
                hosts.ranks(),
                rank -> config.withTuning(
                        Tuning.DEFAULT.withHost("host" + hosts.hostOfRank().get(rank))))) {
            assertTrue(
                    group.get(1).choice().endsWith("ranks by host: " + sizes),
                    group.get(1).choice());
            CollectiveCheck check = new CollectiveCheck(group, random, Algorithm.HIERARCHICAL, 200, hosts, null);
            for (int i = 0; i < 30; i++) {
                check.runOne();
            }
        }
    }

    @Test
    void shouldLearnThatRanksShareAHost() {
        try (Group group = Group.overSharedMemory(3, SMALL)) {
            assertTrue(
                    group.get(2).choice().endsWith("ranks by host: 3"),
                    group.get(2).choice());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, DIRECT", "false, RING"})
    void shouldChooseByTheCostsOfRankZero(boolean slowToStart, Algorithm expected) {
        SeededRandom random = new SeededRandom(17);
        try (Group group = Group.overSharedMemory(
                3,
                rank -> SMALL.withTuning(
                        Tuning.DEFAULT.withCosts(slowToStart == (rank == 0) ? SLOW_TO_START : SLOW_TO_SEND)))) {
            for (int rank = 0; rank < 3; rank++) {
                assertEquals(expected, group.get(rank).algorithm(Collective.ALL_REDUCE, 200, true), "rank=" + rank);
            }
            CollectiveCheck check = new CollectiveCheck(group, random, expected, 0);
            check.run(Collective.ALL_REDUCE, DataType.F32, ReduceOperation.SUM, 50, 0, true);
        }
    }

    private static String[] choices(int ranks, Path file) {
        return choices(ranks, _ -> file);
    }

    private static String[] choices(int ranks, IntFunction<Path> files) {
        String[] choices = new String[ranks];
        CommunicatorConfig config = CommunicatorConfig.DEFAULT.withTimeoutNs(TimeUnit.SECONDS.toNanos(2));
        try (Group group = Group.overSharedMemory(
                ranks, rank -> config.withTuning(Tuning.DEFAULT.withCostFile(files.apply(rank))))) {
            for (int rank = 0; rank < ranks; rank++) {
                choices[rank] = group.get(rank).choice();
                for (long bytes = 1; bytes < 1 << 26; bytes *= 8) {
                    for (Collective collective : Collective.values()) {
                        assertEquals(
                                group.get(0).algorithm(collective, bytes, false),
                                group.get(rank).algorithm(collective, bytes, false));
                    }
                }
            }
        }
        return choices;
    }

    @Test
    void shouldMeasureOnceAndKeepItInTheFile() throws IOException {
        Path file = directory.resolve("costs");
        String[] measured = choices(3, file);
        assertTrue(measured[0].contains("measured now (" + file + " does not exist), kept in " + file), measured[0]);
        assertTrue(measured[2].contains("rank 0's"), measured[2]);
        String costs = measured[0].substring(0, measured[0].indexOf(", measured"));
        assertTrue(measured[2].startsWith(costs), measured[2]);
        String[] read = choices(3, file);
        assertTrue(read[0].startsWith(costs + ", from " + file), read[0]);
        assertTrue(read[1].startsWith(costs + ", rank 0's"), read[1]);
        // What the others have in theirs does not matter.
        Path other = directory.resolve("other");
        Files.writeString(other, Files.readString(file).replaceAll("(?m)NsPerByte=.*$", "NsPerByte=1000"));
        String[] different = choices(3, rank -> rank == 0 ? file : other);
        assertTrue(different[1].startsWith(costs + ", rank 0's"), different[1]);
        String[] reversed = choices(3, rank -> rank == 0 ? other : file);
        assertTrue(reversed[2].contains("reduced 1000.000 ns/B, rank 0's"), reversed[2]);
        Files.writeString(file, "nonsense");
        String[] again = choices(3, file);
        assertTrue(again[0].contains("measured now (" + file + " is not usable"), again[0]);
        assertTrue(choices(3, file)[0].contains(", from " + file));
    }
}
