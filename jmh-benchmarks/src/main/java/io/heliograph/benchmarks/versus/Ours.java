package io.heliograph.benchmarks.versus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.tour.ChildProcess;
import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code helio write-bw} between two processes that keep their processors, as testpmd does, and what its report says. */
public final class Ours {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int ETHERNET_BYTES = 14;
    private static final int ENVIRONMENT = 3;
    private static final long PATIENCE_SECONDS = 90;

    private final Path work;
    private final double warmupSeconds;

    /**
     * Results of one run.
     *
     * @param averageMpps data packets that were sent for the first time, in units of 10^6 a second
     * @param peakMpps the same in the best 10 ms
     * @param gbitPerSecond payload bits of completed WRITEs, in units of 10^9 a second
     * @param wrong messages that did not hold what was sent
     */
    public record Rate(double averageMpps, double peakMpps, double gbitPerSecond, long wrong) {}

    /**
     * @param work an empty directory for sockets, reports and logs
     * @param warmupSeconds traffic before it is measured, while the JIT compiler works
     */
    public Ours(Path work, double warmupSeconds) {
        this.work = work;
        this.warmupSeconds = warmupSeconds;
    }

    /**
     * Measures.
     *
     * @param frameBytes the longest frame, without FCS
     * @param messageBytes of a WRITE
     * @param seconds how long
     * @param fault as {@code --fault} takes it, or empty
     * @throws EnvironmentException if the port is not to be had
     * @throws RunFailure if it goes wrong otherwise
     */
    public Rate run(Link link, int frameBytes, long messageBytes, double seconds, String fault)
            throws IOException, InterruptedException {
        Path report = work.resolve("ours.json");
        Path socket = work.resolve("rendezvous");
        Files.deleteIfExists(report);
        List<String> server = line("write-bw", "--listen", "unix:" + socket);
        List<String> client = line("write-bw", "unix:" + socket, "--json", report.toString());
        client.addAll(List.of("-s", Long.toString(messageBytes), "-D", Double.toString(seconds)));
        client.addAll(
                List.of("-w", Double.toString(warmupSeconds), "--tx-depth", messageBytes < 4_096 ? "1024" : "64"));
        server.addAll(List.of("--port", "dpdk:" + link.receiverVdev()));
        client.addAll(List.of("--port", "dpdk:" + link.senderVdev()));
        for (List<String> both : List.of(server, client)) {
            both.addAll(List.of("--mtu", Integer.toString(frameBytes - ETHERNET_BYTES), "--busy-poll"));
            if (!fault.isEmpty()) {
                both.addAll(List.of("--fault", fault));
            }
        }
        try (ChildProcess receiving = ChildProcess.start(
                        on(link.receiverPrefix(), link.receiverCpu()), work.resolve("server.log"), server);
                ChildProcess sending = ChildProcess.start(
                        on(link.senderPrefix(), link.senderCpu()), work.resolve("client.log"), client)) {
            int code = sending.await(PATIENCE_SECONDS + (long) (seconds + warmupSeconds));
            if (code == ENVIRONMENT
                    || !receiving.process().isAlive() && receiving.process().exitValue() == ENVIRONMENT) {
                throw new EnvironmentException((code == ENVIRONMENT ? sending : receiving).lastSentence());
            }
            if (code < 0 || code > 1 || !Files.exists(report)) {
                throw new RunFailure("helio write-bw did not end well: exit=" + code + " said=["
                        + sending.lastSentence() + "]; the server said=[" + receiving.lastSentence() + "]");
            }
            receiving.await(PATIENCE_SECONDS);
        }
        return read(JSON.readTree(report.toFile()).path("results").path(0));
    }

    private static Rate read(JsonNode row) {
        double average =
                (row.path("packets").asDouble() - row.path("retransmitted").asDouble())
                        * 1e3
                        / row.path("elapsedNs").asDouble();
        double gbit = row.path("bwAverageGbitPerSecond").asDouble();
        double peak = average * row.path("bwPeakGbitPerSecond").asDouble() / gbit;
        return new Rate(average, peak, gbit, row.path("wrong").asLong(-1));
    }

    private static List<String> line(String... words) {
        return new ArrayList<>(List.of(words));
    }

    private static List<String> on(List<String> prefix, int cpu) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(List.of("taskset", "-c", Integer.toString(cpu)));
        return line;
    }
}
