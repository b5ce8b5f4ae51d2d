package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.transport.SystemClock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The emulated machine of scripts/verbs-vm, with devices rxe0 and rxe1 on the ends of a link that a test may break as it likes. */
public final class EmulatedRdma {
    private static final List<String> INTERFACES = List.of("veth0", "veth1");
    private static final Pattern DROPPED = Pattern.compile("netem.*?dropped (\\d+)", Pattern.DOTALL);
    private static final long LIMIT_SECONDS = 60;

    private EmulatedRdma() {}

    /** Skips the test anywhere else: it would break the links of others. */
    public static void assumeHere() {
        assumeTrue(
                Files.isDirectory(Path.of("/run/verbs-vm")),
                "breaks links and devices, so only in an emulated machine (scripts/test-verbs)");
    }

    /** From now on packets are lost by chance, in both directions. */
    public static void lose(int percent) {
        for (String one : INTERFACES) {
            run("tc", "qdisc", "replace", "dev", one, "root", "netem", "loss", percent + "%");
        }
    }

    /** Packets that {@link #lose} has lost. */
    public static long lost() {
        long lost = 0;
        for (String one : INTERFACES) {
            String statistics = run("tc", "-s", "qdisc", "show", "dev", one);
            Matcher dropped = DROPPED.matcher(statistics);
            assertTrue(dropped.find(), statistics);
            lost += Long.parseLong(dropped.group(1));
        }
        return lost;
    }

    /** Ends what {@link #lose} began. */
    public static void loseNone() {
        for (String one : INTERFACES) {
            run("tc", "qdisc", "del", "dev", one, "root");
        }
    }

    /** Takes an end of the link down, or up again; its routes go with it, see {@link #repair}. */
    public static void setLink(String name, String state) {
        run("ip", "link", "set", name, state);
    }

    /** Devices that can be opened. */
    public static int devices() {
        String[] names = new File("/sys/class/infiniband_verbs").list((_, name) -> name.startsWith("uverbs"));
        return names == null ? 0 : names.length;
    }

    /** Whether there are fewer devices to be opened than {@code count}, or soon are: the kernel takes their files away in its own time. */
    public static boolean awaitFewerThan(int count) {
        long deadlineNs = SystemClock.INSTANCE.nowNs() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (devices() >= count && SystemClock.INSTANCE.nowNs() - deadlineNs < 0) {
            giveWay();
        }
        return devices() < count;
    }

    /** Whether the kernel has a device of this name, be it one that cannot be opened any more. */
    public static boolean isThere(String device) {
        return Files.exists(Path.of("/sys/class/infiniband", device));
    }

    /** Sets up what is missing of the link and the devices, and waits until their addresses can be used. */
    public static void repair() {
        run("sh", "/run/network");
        for (String device : List.of("rxe0", "rxe1")) {
            awaitAddress(Path.of("/sys/class/infiniband", device, "ports/1/gid_attrs/types/1"));
        }
    }

    /** The kernel fills the table in its own time; reading an empty place fails. */
    private static void awaitAddress(Path place) {
        long deadlineNs = SystemClock.INSTANCE.nowNs() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            try {
                if (Files.readString(place).startsWith("RoCE v2")) {
                    return;
                }
            } catch (IOException e) {
                assertTrue(SystemClock.INSTANCE.nowNs() - deadlineNs < 0, () -> "no address: " + e);
            }
            giveWay();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the emulated kernel needs the processor too
    private static void giveWay() {
        Thread.yield();
    }

    private static String run(String... command) {
        return finish(start(command));
    }

    /** Starts a command; what it says can be had from {@link #finish}. */
    public static Process start(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end of a command, which must be a success, and tells what it said. */
    public static String finish(Process process) {
        List<String> command = new ArrayList<>();
        process.info().command().ifPresent(command::add);
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), () -> "does not end: " + command);
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.exitValue(), () -> command + " says " + said);
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
