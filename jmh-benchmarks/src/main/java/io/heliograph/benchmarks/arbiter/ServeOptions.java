package io.heliograph.benchmarks.arbiter;

import io.heliograph.collectives.planning.controller.ControllerAddress;
import io.heliograph.collectives.planning.controller.ControllerConfig;
import io.heliograph.collectives.planning.controller.ControllerSettings;
import io.heliograph.collectives.planning.controller.GrantedChunk;
import io.heliograph.collectives.planning.controller.LeafSpineShape;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.wire.PacketSize;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code helio arbiter --serve} that measuring has not. */
final class ServeOptions {
    static final String SERVE = "--serve";

    /** Given without {@link #SERVE}, they are a mistake. */
    static final List<String> ONLY_SERVING =
            List.of("--port", "--address", "--mtu", "--slot", "--lead", "--report", "--duration", "--bound-to-stdin");

    /** Given with it, likewise. */
    static final List<String> ONLY_MEASURING = List.of("--loads", "--experts", "--seconds");

    static final int BATCH_SLOTS = 2;
    static final int CHUNK_BYTES = 64 * 1024;
    static final double LINK_GIGABITS = 10;

    private static final double BITS_PER_GIGABIT = 1e9;
    private static final int MOST_CHUNK_BYTES = 1 << 30;
    private static final int LEAST_MTU_BYTES = 1280;
    private static final int MOST_MTU_BYTES = 9000;
    private static final double MOST_MICROSECONDS = 1e9;
    private static final double MOST_GIGABITS = 1e6;
    private static final int MOST_LEAD_SLOTS = 10_000;
    /** What a report may take to get here, and processes that do not run at once: seconds, and more than that with longer slots. */
    private static final int MEMORY_SLOTS = 1024;

    @Option(
            names = SERVE,
            description =
                    "Serves the nodes of one network, over --port, until Ctrl-C or --duration, instead of measuring.")
    boolean serve;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = {
                "With --serve: what nodes reach it by:",
                "shm:NAME: shared memory, for ranks with --port shm:NAME;",
                "dpdk:DEVARGS or verbs:DEVICE[/PORT[/GID]]: a device of its own, on the network of the nodes' ports."
            })
    @Nullable
    PortSpec port;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS[:PORT]",
            description = "With --serve: its own, what nodes are told as --controller (default: 198.19.255.254:52852).")
    @Nullable
    String address;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "With --serve: largest IP packet of the nodes, and of PORT (default: ${DEFAULT-VALUE}).")
    int mtuBytes = 1500;

    @Option(
            names = "--slot",
            paramLabel = "US",
            description =
                    "With --serve: length of a slot in microseconds, at least that of a chunk on --link; what is more is the guard, and time for processes that do not"
                            + " run at once (default: ${DEFAULT-VALUE}, for machines with fewer processors than ranks).")
    double slotMicroseconds = 2_000;

    @Option(
            names = "--lead",
            paramLabel = "SLOTS",
            description =
                    "With --serve: from now to the first slot given out: what a grant takes to a node that looks (default: ${DEFAULT-VALUE}).")
    int leadSlots = 3;

    @Option(
            names = "--report",
            paramLabel = "US",
            description =
                    "With --serve: a node that waits for slots says so again after so many microseconds (default: lead and batch, in slots).")
    @Nullable
    Double reportMicroseconds;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "SECONDS",
            description = "With --serve: for how long (default: until Ctrl-C).")
    @Nullable
    Double durationSeconds;

    @Option(names = "--bound-to-stdin", hidden = true, description = "Ends this process when its standard input does.")
    boolean boundToStdin;

    /**
     * What all agree on.
     *
     * @throws IllegalArgumentException if it makes no sense
     */
    ControllerSettings settings(LeafSpineShape shape, int batchSlots, long chunkBytes, double linkGigabits) {
        require(
                mtuBytes >= LEAST_MTU_BYTES && mtuBytes <= MOST_MTU_BYTES,
                "--mtu " + mtuBytes + ": from " + LEAST_MTU_BYTES + " to " + MOST_MTU_BYTES);
        require(chunkBytes >= 1 && chunkBytes <= MOST_CHUNK_BYTES, "--chunk " + chunkBytes + ": from 1 to 1g");
        require(
                leadSlots >= 1 && leadSlots <= MOST_LEAD_SLOTS,
                "--lead " + leadSlots + ": from 1 to " + MOST_LEAD_SLOTS);
        require(
                linkGigabits > 0 && linkGigabits <= MOST_GIGABITS,
                "--link " + linkGigabits + ": above 0, up to " + (long) MOST_GIGABITS);
        requireTime("--slot", slotMicroseconds);
        GrantedChunk chunk = GrantedChunk.of(
                chunkBytes,
                PacketSize.maxPayload(mtuBytes, controllerAddress().address().isIpv4()),
                mtuBytes,
                Math.max(1, Math.round(linkGigabits * BITS_PER_GIGABIT)));
        long slotNs = nanoseconds(slotMicroseconds);
        require(
                slotNs >= chunk.slotNs(0),
                "--slot " + slotMicroseconds + ": a chunk of " + chunkBytes + " bytes takes "
                        + chunk.slotNs(0) / 1e3 + " us at " + linkGigabits
                        + " Gbit/s; take longer slots, smaller chunks (--chunk) or a faster --link");
        long reportNs = slotNs * (leadSlots + batchSlots);
        if (reportMicroseconds != null) {
            requireTime("--report", reportMicroseconds);
            reportNs = nanoseconds(reportMicroseconds);
        }
        int memory = Math.max(MEMORY_SLOTS, Integer.highestOneBit(Math.max(1, leadSlots + 2 * batchSlots)) * 2);
        return new ControllerSettings(
                new ControllerConfig(shape, slotNs, batchSlots, leadSlots, reportNs, memory), chunk);
    }

    /** Its address and UDP port. */
    ControllerAddress controllerAddress() {
        return address == null ? ControllerAddress.DEFAULT : ControllerAddress.parse(address);
    }

    /** How long to serve. */
    long durationNs() {
        return durationSeconds == null ? Long.MAX_VALUE : (long) (durationSeconds * TimeUnit.SECONDS.toNanos(1));
    }

    private static void requireTime(String option, double microseconds) {
        require(
                microseconds >= 1 && microseconds <= MOST_MICROSECONDS,
                option + " " + microseconds + ": from 1 to " + (long) MOST_MICROSECONDS + " us");
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static long nanoseconds(double microseconds) {
        return Math.round(microseconds * TimeUnit.MICROSECONDS.toNanos(1));
    }
}
