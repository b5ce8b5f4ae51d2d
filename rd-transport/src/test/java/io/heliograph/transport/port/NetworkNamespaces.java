package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two network namespaces that a veth pair joins, or just the pair in the namespace that we are in; gone when closed, and at the latest
 * when this JVM ends. Skips the test where there is no root or no {@code ip}.
 */
final class NetworkNamespaces implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final long TIMEOUT_SECONDS = 20;

    private final String id;
    private final boolean separate;
    private final int queues;
    private final Thread removeAtExit = new Thread(this::remove, "heliograph-namespaces");

    private NetworkNamespaces(boolean separate, int queues) {
        // Interface names have at most 15 characters.
        this.id = Long.toString(ProcessHandle.current().pid(), 36) + "n" + NUMBERS.getAndIncrement();
        this.separate = separate;
        this.queues = queues;
    }

    /** Two namespaces, the interface {@link #left} in one and {@link #right} in the other, both up. */
    static NetworkNamespaces create(int mtuBytes) {
        return create(true, mtuBytes, 1);
    }

    /** The same, interfaces with so many queues each way. */
    static NetworkNamespaces create(int mtuBytes, int queues) {
        return create(true, mtuBytes, queues);
    }

    /** As {@link #createVethOnly(int)}, interfaces with so many queues each way. */
    static NetworkNamespaces createVethOnly(int mtuBytes, int queues) {
        return create(false, mtuBytes, queues);
    }

    /** Both interfaces in the namespace that we are in, both up. */
    static NetworkNamespaces createVethOnly(int mtuBytes) {
        return create(false, mtuBytes, 1);
    }

    private static NetworkNamespaces create(boolean separate, int mtuBytes, int queues) {
        assumeUsable();
        NetworkNamespaces namespaces = new NetworkNamespaces(separate, queues);
        Runtime.getRuntime().addShutdownHook(namespaces.removeAtExit);
        try {
            namespaces.setUp(mtuBytes);
            return namespaces;
        } catch (RuntimeException | Error e) {
            namespaces.close();
            throw e;
        }
    }

    static void assumeUsable() {
        assumeTrue(System.getProperty("user.name").equals("root"), "not root: no network namespaces");
        assumeTrue(
                List.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip").stream()
                        .anyMatch(ip -> Files.isExecutable(Path.of(ip))),
                "ip (iproute2) absent: no network namespaces");
        assumeTrue(
                separateNamespacesWork(),
                "the kernel or the container does not let root make veth pairs or namespaces");
    }

    private static boolean separateNamespacesWork() {
        String name = "hgt" + Long.toString(ProcessHandle.current().pid(), 36);
        boolean works = run(List.of("ip", "link", "add", name + "a", "type", "veth", "peer", "name", name + "b")) == 0
                && run(List.of("ip", "netns", "add", name)) == 0;
        run(List.of("ip", "link", "del", name + "a"));
        run(List.of("ip", "netns", "del", name));
        return works;
    }

    String left() {
        return "hg" + id + "a";
    }

    String right() {
        return "hg" + id + "b";
    }

    /** What to put before a command so that it runs where {@link #left} is. */
    List<String> inLeft() {
        return separate ? List.of("ip", "netns", "exec", left()) : List.of();
    }

    /** What to put before a command so that it runs where {@link #right} is. */
    List<String> inRight() {
        return separate ? List.of("ip", "netns", "exec", right()) : List.of();
    }

    private void setUp(int mtuBytes) {
        String count = Integer.toString(queues);
        List<String> each = List.of("numtxqueues", count, "numrxqueues", count);
        List<String> add = new ArrayList<>(List.of("ip", "link", "add", left()));
        add.addAll(each);
        add.addAll(List.of("type", "veth", "peer", "name", right()));
        add.addAll(each);
        check(add);
        if (separate) {
            check(List.of("ip", "netns", "add", left()));
            check(List.of("ip", "netns", "add", right()));
            check(List.of("ip", "link", "set", left(), "netns", left()));
            check(List.of("ip", "link", "set", right(), "netns", right()));
        }
        bringUp(inLeft(), left(), mtuBytes);
        bringUp(inRight(), right(), mtuBytes);
    }

    private static void bringUp(List<String> prefix, String name, int mtuBytes) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(
                List.of("ip", "link", "set", name, "mtu", Integer.toString(mtuBytes), "addrgenmode", "none", "up"));
        check(command);
    }

    private void remove() {
        if (separate) {
            run(List.of("ip", "netns", "del", left()));
            run(List.of("ip", "netns", "del", right()));
        }
        run(List.of("ip", "link", "del", left()));
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(removeAtExit);
        } catch (IllegalStateException e) {
            // shutting down: the hook finds nothing to do
        }
    }

    private static void check(List<String> command) {
        int result = run(command);
        if (result != 0) {
            throw new AssertionError("command failed: command=" + String.join(" ", command) + " exitCode=" + result);
        }
    }

    private static int run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("command hangs: command=" + String.join(" ", command) + " said=" + said);
            }
            return process.exitValue();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
