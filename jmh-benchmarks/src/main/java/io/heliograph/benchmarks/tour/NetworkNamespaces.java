package io.heliograph.benchmarks.tour;

import io.heliograph.bindings.EnvironmentException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two network namespaces joined by a veth pair, as if they were two hosts. They have no names and no files: each is held by a
 * process that waits for the end of its standard input, which is a pipe of ours, so that the kernel takes all of it back
 * whichever way this process ends, kill -9 included.
 */
public final class NetworkNamespaces implements AutoCloseable {

    /** What either end of the pair is called in its namespace. */
    public static final String INTERFACE = "helio0";

    private static final long PATIENCE_SECONDS = 10;
    // A sysfs of its own, for drivers look in /sys/class/net; IPv6 off, so that the kernel sends nothing by itself.
    private static final String HOLD = "mount -t sysfs sysfs /sys"
            + " && { echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; } 2>/dev/null; echo ready; exec cat";

    private final List<Process> holders = new ArrayList<>();

    private NetworkNamespaces() {}

    /**
     * Makes them.
     *
     * @param mtuBytes of the pair
     * @throws EnvironmentException if this user or this kernel may not
     */
    public static NetworkNamespaces open(int mtuBytes) throws InterruptedException {
        return open(mtuBytes, 1);
    }

    /**
     * Makes them.
     *
     * @param mtuBytes of the pair
     * @param queues of each of its ends, each way
     * @throws EnvironmentException if this user or this kernel may not
     */
    public static NetworkNamespaces open(int mtuBytes, int queues) throws InterruptedException {
        String count = Integer.toString(queues);
        NetworkNamespaces namespaces = new NetworkNamespaces();
        try {
            namespaces.hold();
            namespaces.hold();
            run(
                    "ip",
                    "link",
                    "add",
                    INTERFACE,
                    "netns",
                    namespaces.pid(0),
                    "numtxqueues",
                    count,
                    "numrxqueues",
                    count,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    INTERFACE,
                    "netns",
                    namespaces.pid(1),
                    "numtxqueues",
                    count,
                    "numrxqueues",
                    count);
            for (int side = 0; side < 2; side++) {
                List<String> line = new ArrayList<>(namespaces.enter(side));
                line.addAll(List.of("ip", "link", "set", INTERFACE, "mtu", Integer.toString(mtuBytes), "up"));
                run(line.toArray(String[]::new));
            }
            return namespaces;
        } catch (IOException e) {
            namespaces.close();
            throw new EnvironmentException(
                    "no network namespaces: " + e.getMessage()
                            + "; run as root, with iproute2 and util-linux installed",
                    e);
        } catch (InterruptedException | RuntimeException e) {
            namespaces.close();
            throw e;
        }
    }

    /** What to put in front of a command to run it in one of the two. */
    public List<String> enter(int side) {
        return List.of("nsenter", "--target", pid(side), "--net", "--mount", "--");
    }

    private String pid(int side) {
        return Long.toString(holders.get(side).pid());
    }

    private void hold() throws IOException {
        Process holder = new ProcessBuilder("unshare", "--net", "--mount", "sh", "-c", HOLD)
                .redirectErrorStream(true)
                .start();
        holders.add(holder);
        BufferedReader says = holder.inputReader(StandardCharsets.UTF_8);
        String line = says.readLine();
        if (!"ready".equals(line)) {
            throw new IOException(line == null ? "unshare ended without a word" : line);
        }
    }

    private static void run(String... line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", line) + ": " + said);
        }
    }

    @Override
    public void close() {
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
