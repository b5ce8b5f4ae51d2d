package io.heliograph.benchmarks.versus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What others move between the ends of a veth pair that have IP addresses: the kernel's TCP and UDP by iperf3, libfabric's reliable datagrams by fi_pingpong. */
public enum Peer {
    /** One stream, {@code iperf3}. */
    TCP("kernel TCP") {
        @Override
        double measure(Veth veth, double seconds, long messageBytes) throws IOException, InterruptedException {
            return iperf(veth, seconds)
                            .path("sum_received")
                            .path("bits_per_second")
                            .asDouble()
                    / GIGA;
        }
    },
    /** Datagrams of one packet as fast as they go, {@code iperf3 --udp}; what arrived counts. */
    UDP("kernel UDP") {
        @Override
        double measure(Veth veth, double seconds, long messageBytes) throws IOException, InterruptedException {
            String bytes = Integer.toString(veth.mtuBytes() - IP_AND_UDP_BYTES);
            return iperf(veth, seconds, "--udp", "--bitrate", "0", "--length", bytes)
                            .path("sum_received")
                            .path("bits_per_second")
                            .asDouble()
                    / GIGA;
        }
    },
    /** {@code udp;ofi_rxd}: messages one way, then the other, of which one is under way at a time. */
    RXD("libfabric udp;ofi_rxd") {
        @Override
        double measure(Veth veth, double seconds, long messageBytes) throws IOException, InterruptedException {
            // A short run tells how many messages fill the time.
            double microseconds = pingPong(veth, messageBytes, FIRST_MESSAGES);
            long count = Math.max(FIRST_MESSAGES, (long) (seconds * 1e6 / microseconds / 2));
            return messageBytes * 8 / 1e3 / pingPong(veth, messageBytes, count);
        }
    };

    private static final double GIGA = 1e9;
    private static final int IP_AND_UDP_BYTES = 28;
    private static final int FIRST_MESSAGES = 50;
    private static final long LISTEN_MILLISECONDS = 400;
    private static final long PATIENCE_SECONDS = 30;
    private static final JsonMapper JSON = new JsonMapper();
    /** bytes, messages, acknowledged, total, seconds, MB/s, microseconds a message, messages a second. */
    private static final Pattern PING_PONG =
            Pattern.compile("(?m)^\\S+\\s+\\S+\\s+\\S+\\s+\\S+\\s+\\S+s\\s+\\S+\\s+(\\d+\\.\\d+)\\s+\\S+\\s*$");

    private final String title;

    Peer(String title) {
        this.title = title;
    }

    /** For tables. */
    public String title() {
        return title;
    }

    /**
     * Payload bits that arrive, in units of 10^9 a second.
     *
     * @throws EnvironmentException if its program is missing
     * @throws RunFailure if it fails
     */
    abstract double measure(Veth veth, double seconds, long messageBytes) throws IOException, InterruptedException;

    private static JsonNode iperf(Veth veth, double seconds, String... more) throws IOException, InterruptedException {
        List<String> client = new ArrayList<>(List.of(
                "iperf3",
                "--client",
                veth.receiverAddress(),
                "--time",
                Long.toString(Math.max(1, Math.round(seconds)))));
        client.add("--json");
        client.addAll(List.of(more));
        String said = pair(veth, List.of("iperf3", "--server", "--one-off"), client, seconds);
        // Warnings may come first.
        JsonNode end =
                JSON.readTree(said.substring(Math.max(0, said.indexOf('{')))).path("end");
        if (!end.has("sum_received")) {
            throw new RunFailure(
                    "iperf3 did not say what arrived: said=[" + said.strip().replace("\n", " ") + "]");
        }
        return end;
    }

    private static double pingPong(Veth veth, long messageBytes, long count) throws IOException, InterruptedException {
        List<String> both = List.of(
                "-p", "udp;ofi_rxd", "-e", "rdm", "-I", Long.toString(count), "-S", Long.toString(messageBytes));
        List<String> server = new ArrayList<>(List.of("fi_pingpong"));
        server.addAll(both);
        List<String> client = new ArrayList<>(server);
        client.add(veth.receiverAddress());
        String said = pair(veth, server, client, PATIENCE_SECONDS);
        Matcher row = PING_PONG.matcher(said);
        if (!row.find()) {
            throw new RunFailure("fi_pingpong did not say how long it took: said=["
                    + said.strip().replace("\n", " | ") + "]");
        }
        return Double.parseDouble(row.group(1));
    }

    /** Runs both ends; returns what the client said. */
    private static String pair(Veth veth, List<String> server, List<String> client, double seconds)
            throws IOException, InterruptedException {
        Process receiving = start(veth.receiver(server));
        try {
            Thread.sleep(LISTEN_MILLISECONDS);
            Process sending = start(veth.sender(client));
            try {
                if (!sending.waitFor((long) seconds + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new RunFailure(
                            client.getFirst() + " did not end in time: seconds=" + (seconds + PATIENCE_SECONDS));
                }
                return new String(sending.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                sending.destroyForcibly().waitFor();
            }
        } finally {
            receiving.destroyForcibly().waitFor();
        }
    }

    private static Process start(List<String> line) throws IOException {
        return new ProcessBuilder(line).redirectErrorStream(true).start();
    }

    /** The program that must be installed. */
    public String program() {
        return this == RXD ? "fi_pingpong" : "iperf3";
    }

    /** The package that has it, on Debian. */
    public String debianPackage() {
        return this == RXD ? "libfabric-bin" : "iperf3";
    }

    /** Whether its program is on the path. */
    public boolean isInstalled() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program()))) {
                return true;
            }
        }
        return false;
    }
}
