package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of small jobs, carried out by endpoints on the emulated fabric that they were made for: what was foreseen is what comes. */
class PlanOnFabricTest {
    private static final String JOB = """
        name: small
        model:
          kind: gpt
          layers: 2
          hidden: 256
          heads: 8
          feed-forward: 1024
          sequence: 128
          vocabulary: 1024
        parallel: {tensor: 4, data: 2, pipeline: 1}
        training:
          micro-batch: 1
          micro-batches: 1
          precision: {activations: bf16, parameters: bf16, gradients: fp32}
          sharding: optimizer
          overlap: false
        compute: {forward: 40us, backward: 80us, step: 20us}
        placement: {order: [data, tensor, context, pipeline]}
        """;

    private static final String EXPERIMENT = """
        name: small
        seeds: 1
        limit: 100ms
        topology: {kind: leaf-spine, leaves: 2, spines: 4, hosts-per-leaf: 4, link: {rate: 100Gb/s, delay: 1us}}
        switch: {buffer: 8MiB, queue: 150KB}
        transport: {window: 256, warm-up: true}
        modes:
          - {name: slot, kind: table, file: rates.csv, by: slot, trimming: {bytes: 128B}}
          - {name: clock, kind: table, file: rates.csv, by: clock, trimming: {bytes: 128B}}
          - {name: line, kind: line-rate, trimming: {bytes: 128B}}
        workload: {kind: steps, file: steps.csv}
        """;

    @TempDir
    private Path directory;

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        return file;
    }

    private JsonNode run(String... arguments) throws IOException {
        Path json = directory.resolve("out.json");
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--json";
        all[arguments.length + 1] = json.toString();
        HelioRun run = HelioRun.of(all);
        JsonNode report = new JsonMapper().readTree(json.toFile());
        // A plan with --late keep asks links for more than they carry if many flows are late at once, and says so.
        boolean keeps = List.of(arguments).contains("keep");
        assertEquals(
                report.path("passed").asBoolean() || !keeps ? Helio.PASSED : Helio.FAILED, run.code(), run::toString);
        return report;
    }

    private double foreseenUs(Path job, Path experiment, String method, String slack, String late) throws IOException {
        JsonNode plan = run(
                "plan",
                job.toString(),
                "--fabric",
                experiment.toString(),
                "--method",
                method,
                "--slack",
                slack,
                "--late",
                late,
                "--rates",
                directory.resolve("rates.csv").toString(),
                "--workload",
                directory.resolve("steps.csv").toString());
        return plan.path("iterationNs").asLong() / 1e3;
    }

    private static double jobUs(JsonNode report, String mode) {
        for (JsonNode row : report.path("results")) {
            if (row.path("mode").asText().equals(mode)) {
                assertEquals(0, row.path("unfinished").asInt(), row::toString);
                return row.path("jobUs").asDouble();
            }
        }
        throw new AssertionError("no mode " + mode);
    }

    /** Foreseen and measured iteration time within 5 % of each other: without slack if hosts follow the slots of their messages, with 5 % of it by the clock. */
    @Test
    void shouldTakeAsLongAsForeseen() throws IOException {
        Path job = file("job.yaml", JOB);
        Path experiment = file("experiment.yaml", EXPERIMENT);
        double foreseenUs = foreseenUs(job, experiment, "lp", "0", "keep");
        assertEquals(
                foreseenUs,
                foreseenUs(job, experiment, "max-min", "0", "keep"),
                1,
                "nothing that linear programming can use");
        JsonNode report = run("emulate", experiment.toString(), "--mode", "slot", "line");
        double measuredUs = jobUs(report, "slot");
        assertEquals(foreseenUs, measuredUs, 0.05 * foreseenUs, report::toString);
        // Headroom is 2 %: line rate is not much faster where nobody gets in another's way.
        assertTrue(jobUs(report, "line") > 0.9 * measuredUs, report::toString);

        double withSlackUs = foreseenUs(job, experiment, "max-min", "0.05", "wait");
        assertTrue(withSlackUs > 1.02 * foreseenUs, withSlackUs + " us with slack, " + foreseenUs + " us without");
        JsonNode byClock = run("emulate", experiment.toString(), "--mode", "clock");
        assertEquals(withSlackUs, jobUs(byClock, "clock"), 0.05 * withSlackUs, byClock::toString);
    }

    /** Messages that are a fifth larger than planned: by the clock what misses its slot waits for the next iteration's, unless the table lets it go on. */
    @Test
    void shouldNotLoseAnIterationWhenMessagesAreLate() throws IOException {
        Path job = file("job.yaml", JOB);
        Path experiment = file("experiment.yaml", EXPERIMENT.replace("steps.csv}", "steps.csv, volume: 1.2}"));
        double foreseenUs = foreseenUs(job, experiment, "max-min", "0.05", "wait");
        JsonNode waits = run("emulate", experiment.toString(), "--mode", "clock");
        assertTrue(jobUs(waits, "clock") > 1.5 * foreseenUs, waits::toString);
        foreseenUs(job, experiment, "max-min", "0.05", "keep");
        JsonNode keeps = run("emulate", experiment.toString(), "--mode", "clock");
        assertTrue(jobUs(keeps, "clock") < 1.2 * foreseenUs, keeps::toString);
        foreseenUs(job, experiment, "max-min", "0.05", "spare");
        JsonNode spares = run("emulate", experiment.toString(), "--mode", "clock");
        assertTrue(jobUs(spares, "clock") < 0.9 * jobUs(waits, "clock"), () -> spares + " " + waits);
    }

    /** Gradients beside activations, and a pipeline: by slot an iteration takes no longer than is foreseen with 5 % of slack. */
    @Test
    void shouldFollowEveryMethodByWhereHostsAre() throws IOException {
        Path experiment = file("experiment.yaml", EXPERIMENT);
        Path overlaps = file("overlaps.yaml", JOB.replace("overlap: false", "overlap: true"));
        Path pipeline = file(
                "pipeline.yaml",
                JOB.replace("tensor: 4, data: 2, pipeline: 1", "tensor: 2, data: 2, pipeline: 2")
                        .replace("micro-batches: 1", "micro-batches: 3"));
        for (String method : new String[] {"lp", "timeline"}) {
            double foreseenUs = foreseenUs(overlaps, experiment, method, "0.05", "keep");
            JsonNode report = run("emulate", experiment.toString(), "--mode", "slot");
            double measuredUs = jobUs(report, "slot");
            assertTrue(measuredUs < 1.02 * foreseenUs && measuredUs > 0.7 * foreseenUs, report::toString);
        }
        double foreseenUs = foreseenUs(pipeline, experiment, "timeline", "0.05", "keep");
        JsonNode report = run("emulate", experiment.toString(), "--mode", "slot", "line");
        assertEquals(foreseenUs, jobUs(report, "slot"), 0.1 * foreseenUs, report::toString);
        assertEquals(jobUs(report, "line"), jobUs(report, "slot"), 0.05 * foreseenUs, report::toString);
    }

    /** An uneven all-to-all over leaves with half of the uplinks that they would need: by its phases it takes as long as foreseen. */
    @Test
    void shouldSendPhasesInTheTimeThatIsForeseen() throws IOException {
        StringBuilder matrix = new StringBuilder();
        for (int from = 0; from < 8; from++) {
            for (int to = 0; to < 8; to++) {
                int bytes = from == to ? 0 : 100_000 * (1 + (3 * from + 5 * to) % 7);
                matrix.append(bytes).append(to < 7 ? "," : "\n");
            }
        }
        Path experiment = file("experiment.yaml", EXPERIMENT.replace("spines: 4", "spines: 2"));
        JsonNode plan = run(
                "plan",
                "--phases",
                file("matrix.csv", matrix.toString()).toString(),
                "--short",
                "50000",
                "--fabric",
                experiment.toString(),
                "--rates",
                directory.resolve("rates.csv").toString(),
                "--workload",
                directory.resolve("steps.csv").toString());
        double foreseenUs = plan.path("iterationNs").asLong() / 1e3;
        JsonNode report = run("emulate", experiment.toString(), "--mode", "slot", "clock");
        assertEquals(foreseenUs, jobUs(report, "clock"), 0.05 * foreseenUs, report::toString);
        // Hosts that have received what they wait for are ahead of others: phases mix.
        assertTrue(jobUs(report, "slot") < 1.4 * foreseenUs, report::toString);
    }
}
