package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.FlowSchedule;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
    private static final String JOB = """
        name: small
        model:
          kind: llama
          layers: 4
          hidden: 64
          heads: 8
          feed-forward: 256
          sequence: 128
          vocabulary: 1000
        parallel: {tensor: 2, data: 4, pipeline: 2}
        training:
          micro-batch: 1
          micro-batches: 3
          precision: {activations: bf16, parameters: bf16, gradients: fp32}
          sharding: none
        """;
    private static final int MEGABYTES_20 = 20_971_520;

    @TempDir
    private Path directory;

    private String file(String text) throws IOException {
        Path file = directory.resolve("input.yaml");
        Files.writeString(file, text);
        return file.toString();
    }

    private JsonNode volumes(String input) throws IOException {
        Path json = directory.resolve("volumes.json");
        HelioRun run = HelioRun.of("plan", "--volumes", input, "--json", json.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        JsonNode report = new JsonMapper().readTree(json.toFile());
        assertEquals("heliograph.run/1", report.path("schema").asText());
        return report.path("results");
    }

    /** Of operations of the tensor-parallel group with 20,971,520 bytes. */
    private static long count(JsonNode rows, String operation) {
        long count = 0;
        for (JsonNode row : rows) {
            boolean is = row.path("operation").asText().equals(operation)
                    && row.path("group").asText().equals("tp")
                    && row.path("bytesEach").asLong() == MEGABYTES_20;
            count += is ? row.path("count").asLong() : 0;
        }
        return count;
    }

    /** Of the data-parallel group. */
    private static long bytesOfData(JsonNode rows, String operation) {
        long bytes = 0;
        for (JsonNode row : rows) {
            boolean is = row.path("operation").asText().equals(operation)
                    && row.path("group").asText().equals("dp");
            bytes += is ? row.path("bytes").asLong() : 0;
        }
        return bytes;
    }

    /** A file of the repository, from any module's folder. */
    private static Path above(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        throw new AssertionError("no " + name + " in any folder above");
    }

    /** Public data. */
    private static String shared(String name) {
        try {
            URL url = Objects.requireNonNull(PlanCommandTest.class.getResource("/planning/" + name), name);
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldTellWhatAJobSends() throws IOException {
        HelioRun run = HelioRun.of("plan", "--volumes", file(JOB));
        assertEquals(Helio.PASSED, run.code(), run::toString);
        assertTrue(run.out().contains("kind                job file"), run::toString);
        assertTrue(
                run.out().lines().anyMatch(line -> line.matches(" stage 0 +send +pp +2 +3 +16384 +49152")),
                run::toString);
    }

    @Test
    void shouldCountAsMegatronDoes() throws IOException {
        JsonNode rows = volumes(above("collectives/jobs/gpt-13b.yaml").toString());
        assertEquals(162, count(rows, "all-reduce"));
        JsonNode divided =
                volumes(above("collectives/jobs/gpt-13b-sequence.yaml").toString());
        assertEquals(240, count(divided, "all-gather"));
        assertEquals(160, count(divided, "reduce-scatter"));
        assertEquals(8, divided.path(0).path("groupSize").asInt());
    }

    @Test
    void shouldReadEveryExample() throws IOException {
        for (String job : new String[] {"llama-65b", "mixtral-8x7b"}) {
            assertTrue(
                    volumes(above("collectives/jobs/" + job + ".yaml").toString())
                                    .size()
                            > 5,
                    job);
        }
    }

    @Test
    void shouldAgreeWithPublicLogs() throws IOException {
        JsonNode rows = volumes(shared("aicb/G13B-M1-C01_GPT13B_megatron_tp8_pp1_mbs1.csv"));
        assertEquals(162, count(rows, "all-reduce"));
        JsonNode own = volumes(above("collectives/jobs/gpt-13b.yaml").toString());
        for (String operation : new String[] {"reduce-scatter", "all-gather"}) {
            assertEquals(bytesOfData(rows, operation), bytesOfData(own, operation), operation);
            assertTrue(bytesOfData(own, operation) > 3_000_000_000L, operation);
        }
        JsonNode divided = volumes(shared("aicb/G13B-M1-C02_GPT13B_megatron_tp8_pp1_mbs1_sp.csv"));
        assertEquals(240, count(divided, "all-gather"));
        assertEquals(160, count(divided, "reduce-scatter"));
        assertEquals(2, count(divided, "all-reduce"));
        assertEquals(
                162, count(volumes(shared("simai/G13B-M1-C01_GPT13B_megatron_tp8_pp1_mbs1_A100.txt")), "all-reduce"));
        assertEquals(19, volumes(shared("simai/all_to_all.txt")).size());
        JsonNode traces = volumes(shared("chakra/all_reduce_4npus_1MB"));
        assertEquals(1, traces.size());
        assertEquals("ranks 0-3", traces.path(0).path("of").asText());
        assertEquals(4, traces.path(0).path("groupSize").asInt());
        assertEquals(1 << 20, traces.path(0).path("bytes").asLong());
    }

    @Test
    void shouldScheduleAJobOnAFabric() throws IOException {
        Path fabric = directory.resolve("fabric.yaml");
        Files.writeString(
                fabric,
                "topology: {kind: leaf-spine, leaves: 4, spines: 2, hosts-per-leaf: 4, link: {rate: 100Gb/s, delay:"
                        + " 1us}}\n");
        Path rates = directory.resolve("rates.csv");
        Path json = directory.resolve("plan.json");
        HelioRun run = HelioRun.of(
                "plan",
                file(JOB),
                "--fabric",
                fabric.toString(),
                "--rates",
                rates.toString(),
                "--json",
                json.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        assertTrue(run.out().contains("fullest link at any time: 98.00 %"), run::toString);
        RateTable table = RateTableFile.read(rates);
        assertEquals(100_000_000_000L, table.lineRateBitsPerSecond());
        assertTrue(table.flows().contains(new FlowKey(IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.2"), 0)));
        JsonNode report = new JsonMapper().readTree(json.toFile());
        assertTrue(report.path("passed").asBoolean());
        assertTrue(report.path("iterationNs").asLong() > 0);
        assertTrue(run.out().contains("no schedule takes less than "), run::toString);
        double leastNs = report.path("leastNs").asDouble();
        assertTrue(leastNs > 0 && leastNs <= report.path("iterationNs").asDouble(), report::toString);
        shouldDraw(fabric);

        HelioRun small = HelioRun.of("plan", file(JOB), "--fabric", star(4).toString());
        assertEquals(Helio.USAGE, small.code(), small::toString);
        assertTrue(small.err().contains("hosts 0 to 15, the fabric has 4"), small::toString);
        assertEquals(
                Helio.USAGE,
                HelioRun.of("plan", file(JOB), "--rates", rates.toString()).code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("plan", file(JOB), "--fabric", fabric.toString(), "--headroom", "1")
                        .code());
    }

    /** In front of the schedule, and in the JSON by operation and by flow. */
    @Test
    void shouldTellWhatIsSentAndAtWhichRates() throws IOException {
        Path fabric = star(16);
        Path rates = directory.resolve("rates.csv");
        Path json = directory.resolve("plan.json");
        HelioRun run = HelioRun.of(
                "plan",
                file(JOB),
                "--fabric",
                fabric.toString(),
                "--rates",
                rates.toString(),
                "--json",
                json.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        String[] parts = run.out().split("start\\[us\\]", 2);
        assertEquals(2, parts.length, run::toString);
        assertTrue(
                parts[0].lines().anyMatch(line -> line.matches(" stage 0 +send +pp +2 +3 +16384 +49152")),
                run::toString);
        JsonNode results = new JsonMapper().readTree(json.toFile()).path("results");
        RateTable table = RateTableFile.read(rates);
        long sends = 0;
        int flows = 0;
        for (JsonNode row : results) {
            boolean isSend = row.path("operation").asText().equals("send");
            sends += isSend ? row.path("bytes").asLong() : 0;
            if (row.has("flow")) {
                flows++;
                FlowSchedule of = table.schedule(new FlowKey(
                        HostAddresses.ipv4(row.path("from").asInt()),
                        HostAddresses.ipv4(row.path("to").asInt()),
                        0));
                for (int phase = 0; phase < row.path("startNs").size(); phase++) {
                    assertEquals(
                            row.path("bitsPerSecond").path(phase).asLong(),
                            of.rateAt(row.path("startNs").path(phase).asLong()),
                            row::toString);
                }
            }
        }
        // Activations of three micro-batches forward, their gradients back.
        assertEquals(2 * 49152, sends);
        assertEquals(table.flows().size(), flows);
        // From rank 0 to its place in the second stage: pp alone.
        assertEquals(49152, flow(results, "h0>h8").path("bytes").asLong());
        assertTrue(flow(results, "h0>h8").path("wireBytes").asLong() > 50_000);
    }

    private static JsonNode flow(JsonNode results, String name) {
        for (JsonNode row : results) {
            if (row.path("flow").asText().equals(name)) {
                return row;
            }
        }
        throw new AssertionError("no flow " + name);
    }

    private Path star(int hosts) throws IOException {
        Path fabric = directory.resolve("star.yaml");
        Files.writeString(fabric, "topology: {kind: star, hosts: " + hosts + ", link: {rate: 100Gb/s, delay: 1us}}\n");
        return fabric;
    }

    private void shouldDraw(Path fabric) throws IOException {
        Path gantt = directory.resolve("gantt.svg");
        Path heatmap = directory.resolve("links.svg");
        Path steps = directory.resolve("steps.csv");
        HelioRun run = HelioRun.of(
                "plan",
                file(JOB),
                "--fabric",
                fabric.toString(),
                "--method",
                "lp",
                "--gantt",
                gantt.toString(),
                "--heatmap",
                heatmap.toString(),
                "--workload",
                steps.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        assertTrue(run.out().contains("method              lp"), run::toString);
        String slots = Files.readString(gantt);
        assertTrue(slots.startsWith("<svg ") && slots.endsWith("</svg>\n"), slots);
        assertTrue(slots.contains(">passes</text>") && slots.contains("flows, "), slots);
        String links = Files.readString(heatmap);
        assertTrue(links.contains(">h0&gt;leaf0</text>") && links.contains("h0&gt;leaf0: "), links);
        assertTrue(
                Files.readString(steps).startsWith("step,source,destination,bytes,delay_ns,slot_ns,after,group\n0,h"));
        for (String option : new String[] {"--gantt", "--heatmap", "--workload"}) {
            HelioRun alone = HelioRun.of("plan", "--volumes", file(JOB), option, directory + "/x");
            assertEquals(Helio.USAGE, alone.code(), alone::toString);
            assertTrue(alone.err().contains(option + " needs --fabric"), alone::toString);
        }
        HelioRun nowhere =
                HelioRun.of("plan", file(JOB), "--fabric", fabric.toString(), "--gantt", directory + "/none/x.svg");
        assertEquals(Helio.ENVIRONMENT, nowhere.code(), nowhere::toString);
    }

    private void refused(String why, String text) throws IOException {
        HelioRun run = HelioRun.of("plan", "--volumes", file(text));
        assertEquals(Helio.USAGE, run.code(), run::toString);
        assertEquals("", run.out());
        assertTrue(run.err().contains("input.yaml:" + why), run::toString);
    }

    @Test
    void shouldNameWhatIsWrongInAJob() throws IOException {
        refused("10: pipeline=3 does not divide layers=4", JOB.replace("pipeline: 2", "pipeline: 3"));
        refused("10: tensor=3 does not divide heads=8", JOB.replace("tensor: 2", "tensor: 3"));
        refused("10: parallel: unknown key", JOB.replace("pipeline: 2", "pipeline: 2, tensors: 1"));
        refused("14: activations: ", JOB.replace("activations: bf16", "activations: f16"));
        refused("3: model: layers is missing", JOB.replace("layers: 4", "layer: 4"));
        refused("3: kind: ", JOB.replace("kind: llama", "kind: bert"));
        refused("5: hidden: ", JOB.replace("hidden: 64", "hidden: 0"));
        refused("16: placement: hosts are given for 2 ranks, the job has 16", JOB + "placement: {hosts: [0, 1]}\n");
        refused("16: ranks-per-host=3 does not divide ranks=16", JOB + "placement: {ranks-per-host: 3}\n");
        refused("16: order", JOB + "placement: {order: [tensor, data]}\n");
        refused("16: forward: not a time", JOB + "compute: {forward: 3, backward: 1ms, step: 1ms}\n");
    }

    @Test
    void shouldNameWhatIsWrongInALog() throws IOException {
        refused("3: unknown operation: \"CommType.x\"", """
            [rank0 ~ rank1]
            comm_type,comm_group,msg_size,stage
            CommType.x,CommGroup.tp_group,1,forward
            """);
        refused("3: the file ends", "MICRO\n2\nmicro_test -1 1 NONE 0 1 NONE 0 1 ALLTOALL 4096 1\n");
    }

    @Test
    void shouldPartAnUnevenAllToAll() throws IOException {
        String matrix = "# three ranks\n0, 5, 1\n\n2,0,7\n3,3,0\n";
        Path json = directory.resolve("phases.json");
        HelioRun run = HelioRun.of("plan", "--phases", file(matrix), "--json", json.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        // Rank 1 sends 9 bytes, nobody sends or receives more.
        assertTrue(run.out().contains(" phases of 9 bytes together; nobody can do better than 9"), run::toString);
        JsonNode report = new JsonMapper().readTree(json.toFile());
        long[][] carried = new long[3][3];
        for (JsonNode phase : report.path("results")) {
            for (int from = 0; from < 3; from++) {
                int to = phase.path("to").path(from).asInt();
                if (to >= 0) {
                    carried[from][to] += phase.path("bytes").path(from).asLong();
                }
            }
        }
        assertArrayEquals(new long[][] {{0, 5, 1}, {2, 0, 7}, {3, 3, 0}}, carried);
        int phases = report.path("results").size();
        HelioRun fewer = HelioRun.of("plan", "--phases", file(matrix), "--short", "2", "--json", json.toString());
        assertEquals(Helio.PASSED, fewer.code(), fewer::toString);
        assertTrue(new JsonMapper().readTree(json.toFile()).path("results").size() <= phases, fewer::toString);

        refusedMatrix("1: not a whole number of bytes: x", "0,x\n1,0\n");
        refusedMatrix("2: 3 values; the first sender has 2", "0,1\n1,0,1\n");
        refusedMatrix("2: rank 1 sends 4 bytes to itself", "0,1\n1,4\n");
        refusedMatrix("1: the file ends after 1 senders", "0,1\n");
        refusedMatrix("3: a sender more than there are receivers", "0,1\n1,0\n1,1\n");
        refusedMatrix(" no senders", "# nothing\n");
        assertEquals(
                Helio.USAGE,
                HelioRun.of("plan", "--volumes", file(JOB), "--short", "2").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("plan", "--volumes", "--phases", file(JOB)).code());
    }

    /** Two islands: which hosts cannot reach each other is said. */
    @Test
    void shouldRefuseAFabricThatIsNotConnected() throws IOException {
        Path graph = directory.resolve("islands.graph");
        Files.writeString(graph, """
                default rate=100Gbps delay=1us
                node a
                node b
                node c
                node d
                link a b
                link c d
                """);
        Path fabric = directory.resolve("islands.yaml");
        Files.writeString(fabric, "topology: {kind: graph, file: islands.graph}\n");
        Path matrix = directory.resolve("matrix.csv");
        Files.writeString(matrix, "0,1000,0,0\n0,0,1000,0\n0,0,0,1000\n1000,0,0,0\n");
        refusedUse("cannot reach", "--phases", matrix.toString(), "--fabric", fabric.toString());
        Files.writeString(graph, Files.readString(graph) + "link b c\n");
        HelioRun joined = HelioRun.of("plan", "--phases", matrix.toString(), "--fabric", fabric.toString());
        assertEquals(Helio.PASSED, joined.code(), joined::toString);
    }

    /** A message of a few bytes in an iteration of more than an hour's half, for which a flow would have less on average than tables can say. */
    @Test
    void shouldRefuseRatesThatATableCannotSay() throws IOException {
        String job = JOB + "compute: {forward: 200s, backward: 200s, step: 10s}\n";
        HelioRun waits = HelioRun.of(
                "plan", file(job), "--fabric", star(16).toString(), "--method", "timeline", "--late", "wait");
        assertEquals(Helio.USAGE, waits.code(), waits::toString);
        assertTrue(
                waits.err().contains("average rateBitsPerSecond=")
                        && waits.err().contains("at least 1000 is possible"),
                waits::toString);
        HelioRun hours = HelioRun.of(
                "plan", file(job.replace("200s", "2000s")), "--fabric", star(16).toString(), "--method", "timeline");
        assertEquals(Helio.USAGE, hours.code(), hours::toString);
        assertTrue(hours.err().contains("an iteration takes "), hours::toString);
    }

    /** Public logs, workloads and traces on a fabric: what they send is what is scheduled. */
    @Test
    void shouldScheduleRecordsOnAFabric() throws IOException {
        Path json = directory.resolve("plan.json");
        Path steps = directory.resolve("steps.csv");
        for (String method : new String[] {"max-min", "timeline"}) {
            HelioRun run = HelioRun.of(
                    "plan",
                    shared("chakra/all_reduce_4npus_1MB"),
                    "--fabric",
                    star(4).toString(),
                    "--method",
                    method,
                    "--workload",
                    steps.toString(),
                    "--rates",
                    directory.resolve("rates.csv").toString(),
                    "--json",
                    json.toString());
            assertEquals(Helio.PASSED, run.code(), run::toString);
            assertTrue(run.out().contains("ranks 0-3") && run.out().contains("all-reduce"), run::toString);
            assertEquals(
                    6 << 20,
                    Files.readAllLines(steps).stream()
                            .skip(1)
                            .mapToLong(line -> Long.parseLong(line.split(",", -1)[3]))
                            .sum());
            JsonNode report = new JsonMapper().readTree(json.toFile());
            assertEquals(
                    3 << 19, flow(report.path("results"), "h0>h1").path("bytes").asLong());
            // Twice three quarters of a mebibyte with headers over 98 Gb/s, and some microseconds on the way.
            double leastNs = (3 << 19) * 4214.0 / 4096 * 8 / 98 * 1.05;
            assertTrue(report.path("iterationNs").asDouble() >= leastNs, report::toString);
            assertEquals(leastNs, report.path("iterationNs").asDouble(), 0.25 * leastNs, report::toString);
        }
        HelioRun log = HelioRun.of(
                "plan",
                shared("aicb/G13B-M1-C01_GPT13B_megatron_tp8_pp1_mbs1.csv"),
                "--fabric",
                star(16).toString(),
                "--ranks-per-host",
                "8",
                "--json",
                json.toString());
        assertEquals(Helio.PASSED, log.code(), log::toString);
        assertTrue(log.out().contains("the log has no times of computations"), log::toString);
        assertTrue(log.out().contains("reduce-scatter dp, from "), log::toString);
        HelioRun workload = HelioRun.of(
                "plan",
                shared("simai/G13B-M1-C01_GPT13B_megatron_tp8_pp1_mbs1_A100.txt"),
                "--fabric",
                star(16).toString(),
                "--ranks",
                "16",
                "--json",
                json.toString());
        assertEquals(Helio.PASSED, workload.code(), workload::toString);
        double computedNs = 2 * 40 * 1.5e6;
        assertTrue(
                new JsonMapper().readTree(json.toFile()).path("iterationNs").asDouble() > computedNs,
                workload::toString);
        refusedUse(
                "say --ranks",
                shared("simai/G13B-M1-C01_GPT13B_megatron_tp8_pp1_mbs1_A100.txt"),
                "--fabric",
                star(16).toString());
        refusedUse(
                "--method lp is for job files",
                shared("chakra/all_reduce_4npus_1MB"),
                "--fabric",
                star(4).toString(),
                "--method",
                "lp");
        refusedUse(
                "host=3 is needed; the fabric has 3 hosts",
                shared("chakra/all_reduce_4npus_1MB"),
                "--fabric",
                star(3).toString());
        refusedUse("--ranks and --ranks-per-host are for", "--volumes", file(JOB), "--ranks", "4");
    }

    /** A phase is a slot; half of what two hosts send crosses a leaf that has half of their rate. */
    @Test
    void shouldSchedulePhasesOnAFabric() throws IOException {
        String matrix = "0,0,5000000,0\n0,0,0,5000000\n1000000,0,0,0\n0,0,0,0\n";
        Path fabric = directory.resolve("fabric.yaml");
        Files.writeString(
                fabric,
                "topology: {kind: leaf-spine, leaves: 2, spines: 1, hosts-per-leaf: 2, link: {rate: 100Gb/s, delay:"
                        + " 1us}}\n");
        Path rates = directory.resolve("rates.csv");
        Path steps = directory.resolve("steps.csv");
        Path json = directory.resolve("plan.json");
        HelioRun run = HelioRun.of(
                "plan",
                "--phases",
                file(matrix),
                "--fabric",
                fabric.toString(),
                "--rates",
                rates.toString(),
                "--workload",
                steps.toString(),
                "--json",
                json.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        assertTrue(run.out().contains(" phases of 5000000 bytes together; nobody can do better"), run::toString);
        assertTrue(run.out().contains("fullest link at any time: 98.00 %"), run::toString);
        JsonNode report = new JsonMapper().readTree(json.toFile());
        // 10 MB with headers over 98 Gb/s, and 5 % of slack; less would be more than the uplink carries.
        double leastNs = 10e6 * 4214 / 4096 * 8 / 98 * 1.05;
        assertEquals(leastNs, report.path("iterationNs").asDouble(), 0.01 * leastNs);
        long peak = RateTableFile.read(rates)
                .schedule(new FlowKey(HostAddresses.ipv4(0), HostAddresses.ipv4(2), 0))
                .peakRate();
        assertEquals(49e9, (double) peak, 1e6);
        assertEquals(
                5_000_000, flow(report.path("results"), "h1>h3").path("bytes").asLong());
        assertEquals(
                11_000_000,
                Files.readAllLines(steps).stream()
                        .skip(1)
                        .mapToLong(line -> Long.parseLong(line.split(",", -1)[3]))
                        .sum());
        refusedUse(
                "host=2 is needed; the fabric has 2 hosts", "--phases", file(matrix), "--fabric", star(2).toString());
        refusedUse(
                "--method lp: rates of phases are max-min fair",
                "--phases",
                file(matrix),
                "--fabric",
                fabric.toString(),
                "--method",
                "lp");
        refusedUse("--rates needs --fabric", "--phases", file(matrix), "--rates", rates.toString());
        refusedUse("nothing is sent", "--phases", file("0,0\n0,0\n"), "--fabric", fabric.toString());
    }

    private static void refusedUse(String why, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "plan";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        HelioRun run = HelioRun.of(all);
        assertEquals(Helio.USAGE, run.code(), run::toString);
        assertTrue(run.err().contains(why), run::toString);
    }

    private void refusedMatrix(String why, String text) throws IOException {
        HelioRun run = HelioRun.of("plan", "--phases", file(text));
        assertEquals(Helio.USAGE, run.code(), run::toString);
        assertTrue(run.err().contains("input.yaml:" + why), run::toString);
    }

    @Test
    void shouldRefuseCommandLinesThatMakeNoSense() throws IOException {
        assertEquals(Helio.USAGE, HelioRun.of("plan").code());
        assertEquals(Helio.USAGE, HelioRun.of("plan", "--volumes").code());
        assertEquals(Helio.USAGE, HelioRun.of("plan", file(JOB)).code());
        HelioRun none = HelioRun.of("plan", "--volumes", directory + "/none.yaml");
        assertEquals(Helio.USAGE, none.code(), none::toString);
        assertEquals(
                Helio.USAGE,
                HelioRun.of("plan", "--volumes", directory.toString()).code(),
                "a folder without traces");
        HelioRun nowhere = HelioRun.of("plan", "--volumes", file(JOB), "--json", directory + "/none/x.json");
        assertEquals(Helio.ENVIRONMENT, nowhere.code(), nowhere::toString);
    }
}
