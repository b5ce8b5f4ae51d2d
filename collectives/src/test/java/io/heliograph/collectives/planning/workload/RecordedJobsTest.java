package io.heliograph.collectives.planning.workload;

import static io.heliograph.collectives.planning.workload.TraceWriter.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.rates.Late;
import io.heliograph.collectives.planning.rates.LeafSpine;
import io.heliograph.collectives.planning.rates.LinkCheck;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.recorded.RecordedNode;
import io.heliograph.collectives.planning.steps.JobStep;
import io.heliograph.collectives.planning.steps.RecordedSteps;
import io.heliograph.collectives.planning.timeline.Timeline;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.collectives.planning.workload.TraceWriter.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs, workloads and traces as what each rank does, and as steps and rates. */
class RecordedJobsTest {
    private static final long LINE = 100_000_000_000L;
    private static final int COMPUTE = 4;
    private static final int MEGABYTE = 1 << 20;
    private static final String LOG = """
        [rank0 ~ rank7]
        comm_type,comm_group,comm_group_size,msg_size,stage,count
        CommType.all_reduce,CommGroup.dp_group,2,8,init.model_setup,1
        CommType.epoch_end,None,None,0,,1
        CommType.all_reduce,CommGroup.tp_group,4,4096,forward,2
        CommType.computation,None,None,((1, 2), (2, 3)),forward,1
        CommType.reduce_scatter,CommGroup.dp_group,2,8192,step,1
        CommType.all_reduce,CommGroup.tp_group,4,0,step,1
        CommType.epoch_end,None,None,0,,1
        """;
    private static final String WORKLOAD = """
        HYBRID_TRANSFORMER_FWD_IN_BCKWD model_parallel_NPU_group: 2 ep: 1 pp: 1 all_gpus: 4 checkpoints: 0
        2
        first -1 1000 ALLREDUCE 4096 2000 ALLREDUCE 8192 3000 REDUCESCATTER 65536 10
        second -1 100 ALLREDUCE 1024 200 NONE 0 300 NONE 0 10
        """;

    @TempDir
    private Path directory;

    private RecordedJob read(String text, int ranks) throws IOException {
        Path file = directory.resolve("input");
        Files.writeString(file, text);
        return WorkloadKind.of(file).orElseThrow().readJob(file, ranks, 1);
    }

    private void refused(String where, String why, String text, int ranks) {
        String message = String.valueOf(assertThrows(WorkloadFormatException.class, () -> read(text, ranks))
                .getMessage());
        assertTrue(message.contains("input" + where) && message.contains(why), message);
    }

    private static List<String> told(List<RecordedNode> nodes) {
        List<String> told = new ArrayList<>();
        for (RecordedNode node : nodes) {
            String after = node.after().length == 0 ? "" : " after " + node.after()[0];
            told.add(
                    node.operation() == null
                            ? node.computeNs() + " ns" + after
                            : node.operation().label() + " " + node.group() + " " + node.bytes() + after);
        }
        return told;
    }

    @Test
    void shouldMakeALogASequenceOfEachRank() throws IOException {
        RecordedJob job = read(LOG, 0);
        assertEquals(8, job.ranks().size());
        assertEquals(
                List.of(
                        "all-reduce tp 4096",
                        "all-reduce tp 4096 after 0",
                        "reduce-scatter dp 8192 after 1",
                        "all-reduce tp 0 after 2"),
                told(job.ranks().get(5)));
        assertArrayEquals(new int[] {4, 5, 6, 7}, job.ranks().get(5).getFirst().members());
        assertArrayEquals(new int[] {1, 5}, job.ranks().get(5).get(2).members());
        assertTrue(
                job.notes().getFirst().contains("no times of computations (those that it lists: 1)"),
                job.notes()::toString);
        assertTrue(job.isInStep());
        // Each of 8 ranks: 2 all-reduces of 2 * 3/4 * 4096, and half of 8192.
        long sent = RecordedSteps.of(job, RecordedSteps.Slots.NONE).stream()
                .mapToLong(JobStep::bytes)
                .sum();
        assertEquals(8 * (2 * 6144 + 4096), sent);

        refused("", "--ranks 4: the log is of 8 ranks", LOG, 4);
        refused(":5", "groups of 4 ranks do not divide 6 ranks", LOG.replace("rank7", "rank5"), 0);
        refused(
                ":7",
                "8 ranks with tp=4 and ep=1 make groups of 2",
                LOG.replace("dp_group,2,8192", "dp_group,4,8192"),
                0);
        refused(
                ":7",
                "which rank is at the other end",
                LOG.replace("reduce_scatter,CommGroup.dp_group,2", "isend,CommGroup.pp_group,None"),
                0);
        refused("", "stages", LOG + LOG.replace("rank0 ~ rank7", "pp_stage1: [rank8]"), 0);
    }

    @Test
    void shouldGoThroughAWorkloadAsItsSimulatorDoes() throws IOException {
        RecordedJob job = read(WORKLOAD, 0);
        assertEquals(
                List.of(
                        "1000 ns",
                        "all-reduce tp 4096 after 0",
                        "100 ns after 1",
                        "all-reduce tp 1024 after 2",
                        "200 ns after 3",
                        "300 ns after 4",
                        "2000 ns after 5",
                        "all-reduce tp 8192 after 6",
                        "3000 ns after 6",
                        "reduce-scatter dp 65536 after 8"),
                told(job.ranks().getFirst()));
        assertArrayEquals(new int[] {1, 3}, job.ranks().get(3).getLast().members());
        LeafSpine fabric = new LeafSpine(1, 4, 1, LINE, LINE);
        RateSchedule slots = RateSchedule.of(job, fabric, Margins.headroom(0.02));
        assertEquals("", slots.note());
        assertEquals(
                6600,
                slots.slots().stream()
                        .mapToLong(RateSchedule.TimedSlot::computeNs)
                        .sum());
        assertTrue(LinkCheck.isKept(slots.table(Late.SPARE, LINE, LeafSpine::address), fabric, LeafSpine::address));
        assertTrue(Timeline.of(job, fabric, Margins.headroom(0.02)).schedule().periodNs() < slots.periodNs());

        String bare = WORKLOAD.replace(" all_gpus: 4", "");
        assertEquals(6, read(bare, 6).ranks().size());
        refused("", "does not say how many ranks there are (all_gpus): say --ranks", bare, 0);
        refused("", "--ranks 8: the file is of all_gpus=4", WORKLOAD, 8);
        refused("", "pp=2: which layers are of which stage cannot be known", WORKLOAD.replace("pp: 1", "pp: 2"), 0);
    }

    private static Fields name(String group) {
        return out -> {
            out.writeString(1, "pg_name");
            out.writeString(29, group);
        };
    }

    private static TraceWriter computation(TraceWriter to, long id, long micros) throws IOException {
        return to.message(out -> {
            out.writeUInt64(1, id);
            out.writeEnum(3, COMPUTE);
            out.writeUInt64(7, micros);
        });
    }

    private RecordedJob traces(TraceWriter... ranks) throws IOException {
        for (int rank = 0; rank < ranks.length; rank++) {
            Files.write(directory.resolve("job." + rank + ".et"), ranks[rank].bytes());
        }
        return WorkloadKind.of(directory).orElseThrow().readJob(directory, 0, 1);
    }

    /** Computes, then is part of an all-reduce of its group. */
    private static TraceWriter member(String group, long micros, long bytes) throws IOException {
        return computation(new TraceWriter(), 0, micros)
                .node(1, ChakraNode.COLLECTIVE, attribute("comm_type", 0), attribute("comm_size", bytes), name(group));
    }

    @Test
    void shouldMakeTracesStepsOfTheRanksThatNameAGroup() throws IOException {
        RecordedJob job = traces(
                member("a", 10, MEGABYTE),
                member("b", 20, 2 * MEGABYTE),
                member("a", 30, MEGABYTE),
                member("b", 0, 2 * MEGABYTE));
        assertFalse(job.isInStep());
        assertEquals(List.of("computations without duration_micros: 1; they take no time here"), job.notes());
        List<JobStep> steps = RecordedSteps.of(job, RecordedSteps.Slots.NONE);
        long computed = 0;
        for (JobStep step : steps) {
            computed += step.delayNs();
            assertTrue(step.bytes() == 0 || (step.from() ^ step.to()) == 2, "a with a, b with b: " + step);
            assertEquals(step.bytes() == 0 ? 0 : step.from() % 2 == 0 ? MEGABYTE / 2 : MEGABYTE, step.bytes());
        }
        assertEquals(60_000, computed);
        LeafSpine fabric = new LeafSpine(1, 4, 1, LINE, LINE);
        Timeline.Plan plan = Timeline.of(job, fabric, Margins.headroom(0));
        // Rank 2 begins last, rank 1 sends most: twice a megabyte one after the other.
        double leastNs = 20_000 + 2 * MEGABYTE * 4214.0 / 4096 * 8 / 100;
        assertEquals(leastNs, (double) plan.schedule().periodNs(), 0.01 * leastNs);
        RateSchedule slots = RateSchedule.of(job, fabric, Margins.headroom(0));
        assertTrue(slots.note().contains("one slot"), slots.note());
        assertTrue(LinkCheck.isKept(slots.table(Late.SPARE, LINE, LeafSpine::address), fabric, LeafSpine::address));
    }

    private static TraceWriter sender(int type, String end, int peer, long bytes) throws IOException {
        return new TraceWriter().node(0, type, attribute(end, peer), attribute("comm_size", bytes));
    }

    @Test
    void shouldLetAReceiverWaitForItsSender() throws IOException {
        TraceWriter receiver = sender(ChakraNode.RECEIVE, "comm_src", 1, 4096);
        receiver.message(out -> {
            out.writeUInt64(1, 1);
            out.writeEnum(3, COMPUTE);
            out.writeUInt64(4, 0);
            out.writeUInt64(7, 5);
        });
        RecordedJob job = traces(receiver, sender(ChakraNode.SEND, "comm_dst", 0, 4096));
        List<JobStep> steps = RecordedSteps.of(job, RecordedSteps.Slots.NONE);
        assertEquals(2, steps.size());
        assertEquals(1, steps.getFirst().from());
        assertEquals(5000, steps.getLast().delayNs());
        assertArrayEquals(new int[] {0}, steps.getLast().after(), "computes behind what it receives");

        contradicts(
                "job.0.et: message 2: rank 0 receives bytes=64, rank 1 sends bytes=4096",
                traces(sender(ChakraNode.RECEIVE, "comm_src", 1, 64), sender(ChakraNode.SEND, "comm_dst", 0, 4096)));
        contradicts(
                "job.0.et: message 2: rank 0 waits for ever: nobody sends what it receives from rank 1",
                traces(sender(ChakraNode.RECEIVE, "comm_src", 1, 64), member("a", 1, 64)));
    }

    @Test
    void shouldNameRanksThatContradictEachOther() throws IOException {
        contradicts(
                "job.1.et: message 3: rank 1 comes to all-reduce of bytes=32, operation number 0 of group a, where rank 0"
                        + " comes to all-reduce of bytes=64 (",
                traces(member("a", 1, 64), member("a", 1, 32)));
        TraceWriter twice = member("a", 1, 64)
                .node(2, ChakraNode.COLLECTIVE, attribute("comm_type", 0), attribute("comm_size", 64), name("a"));
        contradicts(
                "job.0.et: message 4: rank 0 waits for ever: of the 2 ranks of group a 1 come to its operation number 1",
                traces(twice, member("a", 1, 64)));
        contradicts(
                "no flows are known of a group's gather",
                traces(
                        new TraceWriter()
                                .node(0, ChakraNode.COLLECTIVE, attribute("comm_type", 3), attribute("comm_size", 64)),
                        new TraceWriter()
                                .node(
                                        0,
                                        ChakraNode.COLLECTIVE,
                                        attribute("comm_type", 3),
                                        attribute("comm_size", 64))));
    }

    private static void contradicts(String why, RecordedJob job) {
        LeafSpine fabric = new LeafSpine(1, 2, 1, LINE, LINE);
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Timeline.of(job, fabric, Margins.headroom(0)))
                        .getMessage());
        assertTrue(message.contains(why) && message.contains("job."), message);
    }

    /** A barrier is a small all-reduce, so that somebody waits for everybody. */
    @Test
    void shouldLetABarrierWaitForAll() throws IOException {
        TraceWriter slow =
                computation(new TraceWriter(), 0, 50).node(1, ChakraNode.COLLECTIVE, attribute("comm_type", 9));
        TraceWriter fast =
                computation(new TraceWriter(), 0, 1).node(1, ChakraNode.COLLECTIVE, attribute("comm_type", 9));
        computation(slow, 2, 0);
        RecordedJob job = traces(slow, fast);
        assertEquals(Operation.ALL_REDUCE, job.ranks().getFirst().get(1).operation());
        assertEquals(4, job.ranks().getFirst().get(1).bytes());
    }
}
