package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.benchmarks.tour.NetworkNamespaces;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Some network namespaces at one switch, as if they were hosts: each has {@link NetworkNamespaces#INTERFACE} with the kernel address 10.9.0.1 and on. Each is held by a process that waits for the end of its standard input, so that the kernel takes all of it back whichever way this process ends.
 */
final class BridgedNamespaces implements AutoCloseable {
    private static final String HOLD = "mount -t sysfs sysfs /sys"
            + " && { echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; } 2>/dev/null; echo ready; exec cat";
    private static final long PATIENCE_SECONDS = 10;

    private final List<Process> holders = new ArrayList<>();
    private final Process bridge;

    private BridgedNamespaces() throws IOException {
        bridge = hold();
    }

    /** So many hosts, or the test is skipped with the reason. */
    static BridgedNamespaces open(int hosts, int mtuBytes) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "not root: no network namespaces");
        BridgedNamespaces namespaces = new BridgedNamespaces();
        String failure = namespaces.wire(hosts, mtuBytes);
        if (!failure.isEmpty()) {
            namespaces.close();
        }
        assumeTrue(failure.isEmpty(), failure);
        return namespaces;
    }

    /** Returns what went wrong, or nothing. */
    private String wire(int hosts, int mtuBytes) throws IOException, InterruptedException {
        String said = run(bridge, "ip", "link", "add", "switch0", "type", "bridge")
                + run(bridge, "ip", "link", "set", "switch0", "mtu", Integer.toString(mtuBytes), "up");
        for (int host = 0; host < hosts && said.isEmpty(); host++) {
            Process holder = hold();
            holders.add(holder);
            String mtu = Integer.toString(mtuBytes);
            String end = "host" + host;
            said = run(
                            bridge,
                            "ip",
                            "link",
                            "add",
                            end,
                            "type",
                            "veth",
                            "peer",
                            "name",
                            NetworkNamespaces.INTERFACE,
                            "netns",
                            Long.toString(holder.pid()))
                    + run(bridge, "ip", "link", "set", end, "mtu", mtu, "master", "switch0", "up")
                    + run(holder, "ip", "link", "set", NetworkNamespaces.INTERFACE, "mtu", mtu, "up")
                    + run(holder, "ip", "link", "set", "lo", "up")
                    + run(holder, "ip", "address", "add", address(host) + "/24", "dev", NetworkNamespaces.INTERFACE);
        }
        return said;
    }

    /** The kernel's address of a host. */
    static String address(int host) {
        return "10.9.0." + (host + 1);
    }

    /** What to put in front of a command to run it at a host. */
    List<String> enter(int host) {
        return enter(holders.get(host));
    }

    private static List<String> enter(Process holder) {
        return List.of("nsenter", "--target", Long.toString(holder.pid()), "--net", "--mount", "--");
    }

    private static Process hold() throws IOException {
        Process holder = new ProcessBuilder("unshare", "--net", "--mount", "sh", "-c", HOLD)
                .redirectErrorStream(true)
                .start();
        BufferedReader says = holder.inputReader(StandardCharsets.UTF_8);
        String line = says.readLine();
        assumeTrue("ready".equals(line), "no network namespaces: " + line);
        return holder;
    }

    private static String run(Process holder, String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(enter(holder));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() == 0 ? "" : String.join(" ", command) + ": " + said;
    }

    @Override
    public void close() {
        holders.add(bridge);
        for (Process holder : holders) {
            try {
                holder.getOutputStream().close();
                if (!holder.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    holder.destroyForcibly();
                }
            } catch (IOException e) {
                holder.destroyForcibly();
            } catch (InterruptedException e) {
                holder.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
