package io.heliograph.collectives.algorithm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.transport.SeededRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What schedules do to data, against what the collectives mean; integers, for which the order of reduction does not matter. */
final class InterpreterTest {
    private static final int MOST_RANKS = 9;
    private static final int RUNS = 6;
    private static final ReduceOperation[] OPERATIONS = ReduceOperation.values();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEND_RECEIVE")
    void shouldDoWhatTheCollectiveMeans(Collective collective) {
        SeededRandom random = new SeededRandom(collective.name().length());
        for (Algorithm algorithm : Algorithm.values()) {
            for (int ranks = 1; ranks <= MOST_RANKS; ranks++) {
                for (int run = 0; run < RUNS; run++) {
                    int root = random.nextInt(ranks);
                    Optional<Schedule> schedule = Schedules.of(collective, algorithm, ranks, root);
                    if (schedule.isPresent()) {
                        check(schedule.get(), random);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ALL_REDUCE", "REDUCE_SCATTER", "ALL_GATHER", "BROADCAST"})
    void shouldDoWhatTheCollectiveMeansOnSeveralHosts(Collective collective) {
        SeededRandom random = new SeededRandom(collective.name().length());
        for (String sizes : List.of("1,1", "2,1", "1,3,2", "4,4", "2,5,1")) {
            Hosts hosts = Hosts.parse(sizes);
            for (int run = 0; run < RUNS; run++) {
                check(
                        Schedules.of(collective, Algorithm.HIERARCHICAL, hosts, random.nextInt(hosts.ranks()))
                                .orElseThrow(),
                        random);
            }
        }
    }

    static void check(Schedule schedule, SeededRandom random) {
        int ranks = schedule.ranks();
        int count = schedule.collective() == Collective.BARRIER ? 0 : random.nextInt(40);
        ReduceOperation operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
        Collective collective = schedule.collective();
        long[][] inputs = new long[ranks][count * Meaning.inputParts(collective, ranks)];
        long[][] outputs = new long[ranks][count * Meaning.outputParts(collective, ranks)];
        for (long[] input : inputs) {
            for (int i = 0; i < input.length; i++) {
                input[i] = (int) random.nextLong();
            }
        }
        new Interpreter(schedule, DataType.I32, operation, inputs, outputs).run(random);
        for (int rank = 0; rank < ranks; rank++) {
            if (Meaning.hasOutput(collective, rank, schedule.root())) {
                long[] expected =
                        Meaning.output(collective, DataType.I32, operation, inputs, count, rank, schedule.root());
                assertArrayEquals(expected, outputs[rank], schedule::toString);
            }
        }
    }

    /** Reductions of texts: which contribution is on which side of which other. */
    private static String orderOf(Schedule schedule, int rank, int chunk) {
        Orders orders = new Orders(schedule);
        return orders.order(rank, chunk);
    }

    @Test
    void shouldReduceInTheDocumentedOrder() {
        assertEquals("(((2+3)+0)+1)", orderOf(Ring.allReduce(4), 3, 2));
        assertEquals("(((3+0)+1)+2)", orderOf(Ring.reduceScatter(4), 2, 0));
        assertEquals("(((0+3)+2)+1)", orderOf(Ring.reduce(4, 1), 1, 0));
        assertEquals("(((0+1)+2)+3)", orderOf(Direct.allReduce(4), 2, 0));
        assertEquals("(((0+1)+2)+3)", orderOf(Direct.reduceScatter(4), 1, 0));
        assertEquals("((0+2)+(1+3))", orderOf(HalvingDoubling.allReduce(4), 1, 3));
        assertEquals("(((0+1)+4)+((2+3)+5))", orderOf(HalvingDoubling.allReduce(6), 0, 1));
        assertEquals("((0+((1+3)+4))+2)", orderOf(Tree.allReduce(5), 4, 0));
        // Below 0: 4 with children 2, which has 1 and 3, and 5; and the same with 5 for 0, 4 for 1, ...
        assertEquals("(0+((4+((2+1)+3))+5))", orderOf(DoubleTree.allReduce(6), 2, 0));
        assertEquals("(5+((1+((3+4)+2))+0))", orderOf(DoubleTree.allReduce(6), 2, 1));
        // An odd number: below 0 is 4; and the same with 1 for 0, 2 for 1, ..., 0 for 4.
        assertEquals("(0+(4+((2+1)+3)))", orderOf(DoubleTree.allReduce(5), 3, 0));
        assertEquals("(1+(0+((3+2)+4)))", orderOf(DoubleTree.allReduce(5), 3, 1));
        assertEquals("(2+(3+((0+4)+1)))", orderOf(DoubleTree.reduce(5, 2), 2, 0));
        Hosts hosts = Hosts.parse("3,2");
        // Chunks: three columns for each of two hosts; ranks 0, 1, 2 carry them on the first, 3, 4, 3 on the second.
        assertEquals("(((1+2)+0)+(4+3))", orderOf(Hierarchical.allReduce(hosts), 3, 1));
        assertEquals("((3+4)+((2+0)+1))", orderOf(Hierarchical.allReduce(hosts), 0, 5));
        assertEquals("(((1+2)+0)+(4+3))", orderOf(Hierarchical.reduceScatter(hosts), 1, 0));
        assertEquals("((3+4)+((0+1)+2))", orderOf(Hierarchical.reduceScatter(hosts), 3, 0));
    }
}
