package io.heliograph.benchmarks.versus;

import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.tour.NetworkNamespaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The two namespaces as the kernel's own users see them: with IP addresses, each end's programs on a CPU, and loss if asked for.
 *
 * @param namespaces receiver in the first, sender in the second
 * @param mtuBytes of the pair
 * @param receiverCpu where the receiver's programs run
 * @param senderCpu where the sender's programs run
 */
public record Veth(NetworkNamespaces namespaces, int mtuBytes, int receiverCpu, int senderCpu) {

    // RFC 2544 sets 198.18.0.0/15 apart for measurements.
    private static final List<String> ADDRESSES = List.of("198.18.0.1", "198.18.0.2");

    /** Gives both ends their addresses. */
    public Veth configure() throws IOException, InterruptedException {
        for (int side = 0; side < 2; side++) {
            run(side, "ip", "address", "add", ADDRESSES.get(side) + "/24", "dev", NetworkNamespaces.INTERFACE);
            run(side, "ip", "link", "set", "lo", "up");
        }
        return this;
    }

    /** How packets are lost on purpose. */
    enum LossBy {
        /** {@code tc netem} behind each sender: each packet of the wire by itself. */
        NETEM,
        /** iptables' {@code statistic} match before each receiver: each buffer of the kernel, which may be several packets merged. */
        IPTABLES
    }

    /**
     * Drops packets at random at both ends until {@link #loseNone}.
     *
     * @return by what
     * @throws RunFailure if this kernel and its tools have neither way
     */
    LossBy lose(double share) throws IOException, InterruptedException {
        try {
            for (int side = 0; side < 2; side++) {
                run(
                        side,
                        "tc",
                        "qdisc",
                        "replace",
                        "dev",
                        NetworkNamespaces.INTERFACE,
                        "root",
                        "netem",
                        "loss",
                        100 * share + "%",
                        "limit",
                        "100000");
            }
            return LossBy.NETEM;
        } catch (RunFailure noNetem) {
            try {
                for (int side = 0; side < 2; side++) {
                    run(side, dropRule("-A", share));
                }
                return LossBy.IPTABLES;
            } catch (RunFailure | IOException noIptables) {
                throw new RunFailure(
                        "no way to lose packets: " + noNetem.getMessage() + "; " + noIptables.getMessage());
            }
        }
    }

    /** Ends the loss. */
    void loseNone(LossBy by, double share) throws IOException, InterruptedException {
        for (int side = 0; side < 2; side++) {
            if (by == LossBy.NETEM) {
                run(side, "tc", "qdisc", "delete", "dev", NetworkNamespaces.INTERFACE, "root");
            } else {
                run(side, dropRule("-D", share));
            }
        }
    }

    private static String[] dropRule(String action, double share) {
        return new String[] {
            "iptables-legacy",
            action,
            "INPUT",
            "-i",
            NetworkNamespaces.INTERFACE,
            "-m",
            "statistic",
            "--mode",
            "random",
            "--probability",
            Double.toString(share),
            "-j",
            "DROP"
        };
    }

    String receiverAddress() {
        return ADDRESSES.getFirst();
    }

    List<String> receiver(List<String> command) {
        return line(0, receiverCpu, command);
    }

    List<String> sender(List<String> command) {
        return line(1, senderCpu, command);
    }

    private List<String> line(int side, int cpu, List<String> command) {
        List<String> line = new ArrayList<>(namespaces.enter(side));
        line.addAll(List.of("taskset", "-c", Integer.toString(cpu)));
        line.addAll(command);
        return line;
    }

    private void run(int side, String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(namespaces.enter(side));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new RunFailure(String.join(" ", command) + ": " + said);
        }
    }
}
