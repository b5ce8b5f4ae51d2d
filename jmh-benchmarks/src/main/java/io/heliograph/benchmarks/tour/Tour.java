package io.heliograph.benchmarks.tour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.tour.LegResult.Figures;
import io.heliograph.benchmarks.tour.LegResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes one leg: a pair of processes moves the file, another measures latency; then their reports are read. */
public final class Tour {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long LIMIT_SECONDS = 60;
    private static final double MOST_WARMUP_SECONDS = 2;
    private static final int ENVIRONMENT = 3;
    private static final int PASSED = 0;
    private static final String LATENCY_BYTES = "64";

    private final Path file;
    private final Path work;
    private final double latencySeconds;
    private final Consumer<String> progress;

    /**
     * @param file what to move
     * @param work an empty directory for sockets, reports and what arrives
     * @param latencySeconds how long to measure latency on each leg
     * @param progress is told what happens
     */
    public Tour(Path file, Path work, double latencySeconds, Consumer<String> progress) {
        this.file = file;
        this.work = work;
        this.latencySeconds = latencySeconds;
        this.progress = progress;
    }

    /** Takes a leg; what goes wrong on it is in the result. */
    public LegResult take(Leg leg) throws IOException, InterruptedException {
        String faults = leg.faults().isEmpty() ? "" : " with " + leg.faults();
        Path arrival = Files.createDirectories(work.resolve("arrival"));
        progress.accept(leg.name() + faults + ": moving " + file.getFileName());
        Pair transfer = run(leg, List.of("receive", arrival.toString()), List.of("send", file.toString()), "transfer");
        Files.deleteIfExists(arrival.resolve(file.getFileName()));
        if (transfer.result != null) {
            return transfer.result;
        }
        progress.accept(leg.name() + faults + ": measuring latency");
        List<String> measure = List.of(
                "write-lat",
                "-s",
                LATENCY_BYTES,
                "-D",
                Double.toString(latencySeconds),
                "-w",
                Double.toString(Math.min(latencySeconds, MOST_WARMUP_SECONDS)));
        Pair latency = run(leg, List.of("write-lat"), measure, "latency");
        if (latency.result != null) {
            return latency.result;
        }
        return merge(leg, transfer.client(), latency.client());
    }

    /** What the two ends left: their reports, or why there are none. */
    private record Pair(@Nullable LegResult result, Path clientReport) {
        JsonNode client() throws IOException {
            return JSON.readTree(clientReport.toFile());
        }
    }

    private Pair run(Leg leg, List<String> server, List<String> client, String name)
            throws IOException, InterruptedException {
        Path socket = work.resolve("rendezvous");
        Path report = work.resolve(name + ".json");
        Files.deleteIfExists(report);
        List<String> serverLine = new ArrayList<>(server);
        serverLine.addAll(List.of("--listen", "unix:" + socket, "--rendezvous-timeout", "30"));
        List<String> clientLine = new ArrayList<>(client);
        clientLine.addAll(List.of("unix:" + socket, "--json", report.toString()));
        for (List<String> line : List.of(serverLine, clientLine)) {
            line.addAll(leg.options());
            if (!leg.faults().isEmpty()) {
                line.addAll(List.of("--fault", leg.faults()));
            }
        }
        try (ChildProcess receiving =
                        ChildProcess.start(leg.serverPrefix(), work.resolve(name + "-server.log"), serverLine);
                ChildProcess sending =
                        ChildProcess.start(leg.clientPrefix(), work.resolve(name + "-client.log"), clientLine)) {
            int clientCode = sending.await(LIMIT_SECONDS);
            // A server whose client gave up before they met would wait for another.
            int serverCode =
                    clientCode == PASSED || clientCode == 1 ? receiving.await(LIMIT_SECONDS) : endNow(receiving);
            return new Pair(judge(leg, name, receiving, serverCode, sending, clientCode), report);
        }
    }

    private static int endNow(ChildProcess child) throws InterruptedException {
        int code = child.process().isAlive() ? PASSED : child.process().exitValue();
        child.close();
        return code;
    }

    private static @Nullable LegResult judge(
            Leg leg, String name, ChildProcess server, int serverCode, ChildProcess client, int clientCode) {
        if (serverCode == PASSED && clientCode == PASSED) {
            return null;
        }
        if (serverCode == ENVIRONMENT) {
            return LegResult.skipped(leg, server.lastSentence());
        }
        if (clientCode == ENVIRONMENT) {
            return LegResult.skipped(leg, client.lastSentence());
        }
        ChildProcess culprit = clientCode == PASSED ? server : client;
        return LegResult.failed(leg, name + ": " + culprit.lastSentence());
    }

    private static LegResult merge(Leg leg, JsonNode transfer, JsonNode latency) {
        JsonNode moved = transfer.path("results").path(0);
        JsonNode timed = latency.path("results").path(0);
        double heap = 0;
        for (JsonNode row : List.of(moved, timed)) {
            for (String end : List.of("heapBytesPerPacket", "receiverHeapBytesPerPacket", "serverHeapBytesPerPacket")) {
                heap = Math.max(heap, row.path(end).asDouble());
            }
        }
        boolean intact =
                moved.path("intact").asBoolean(false) && timed.path("wrong").asLong(-1) == 0;
        Figures figures = new Figures(
                moved.path("bytes").asLong(),
                moved.path("gbitPerSecond").asDouble(),
                moved.path("packetsMpps").asDouble(),
                timed.path("t50Us").asDouble(),
                timed.path("t99Us").asDouble(),
                timed.path("t99_9Us").asDouble(),
                moved.path("retransmitted").asLong()
                        + timed.path("retransmitted").asLong(),
                heap);
        return new LegResult(
                leg,
                intact ? Outcome.PASSED : Outcome.FAILED,
                intact ? "" : "other bytes arrived than were sent",
                figures);
    }
}
