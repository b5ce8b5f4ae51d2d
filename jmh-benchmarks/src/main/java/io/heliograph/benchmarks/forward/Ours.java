package io.heliograph.benchmarks.forward;

import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.tour.ChildProcess;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.CpuAffinity;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.DpdkPort;
import io.heliograph.transport.port.DpdkPortConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our loop, in a process of its own: what that process does, and how it is started and heard. */
public final class Ours {

    /** The hidden command that the process runs. */
    public static final String COMMAND = "io-forward-loop";

    private static final double WARM_UP_SECONDS = 0.5;
    private static final int MTU_BYTES = 1_500;
    /** For starting, compiling and ending; on a machine with much else to do. */
    private static final long PATIENCE_SECONDS = 240;

    private static final int ENVIRONMENT = 3;
    private static final Pattern RESULT =
            Pattern.compile("forwarded packets=(\\d+) cpuNs=(\\d+) wallMpps=(\\S+) heapBytesPerPacket=(\\S+)");

    private Ours() {}

    /**
     * One round, in a new process.
     *
     * @throws EnvironmentException if DPDK or the device is missing
     * @throws RunFailure if the process ends otherwise
     */
    static ForwardRate run(ForwardPlan plan) throws InterruptedException {
        try {
            Path log = Files.createTempFile("helio-io-forward-", ".log");
            try (ChildProcess child = ChildProcess.start(List.of(), log, arguments(plan))) {
                int exit = child.await(PATIENCE_SECONDS + (long) plan.seconds());
                if (exit == ENVIRONMENT) {
                    throw new EnvironmentException(child.lastSentence());
                }
                Matcher result = RESULT.matcher(child.said());
                if (exit == -1) {
                    throw new RunFailure("our loop did not end in time: seconds=" + PATIENCE_SECONDS
                            + "; try again when the machine is less busy");
                }
                if (exit != 0 || !result.find()) {
                    throw new RunFailure("our loop did not end well: exit=" + exit + " said=["
                            + child.said().strip().replace("\n", " | ") + "]; run it by hand to see why: helio "
                            + COMMAND);
                }
                return new ForwardRate(
                        Long.parseLong(result.group(1)),
                        Long.parseLong(result.group(2)),
                        Double.parseDouble(result.group(3)),
                        Double.parseDouble(result.group(4)));
            } finally {
                Files.deleteIfExists(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> arguments(ForwardPlan plan) {
        return List.of(
                COMMAND,
                "--vdev=" + plan.vdev(),
                "--forward-mode=" + plan.mode(),
                "--burst=" + plan.burstFrames(),
                "--duration=" + plan.seconds(),
                "--cpu=" + plan.forwardingCpu());
    }

    /** What the process does, on the calling thread: opens the port, warms up, measures, and says it in a line. */
    public static String forward(ForwardPlan plan) {
        DpdkPortConfig config = DpdkPortConfig.of(plan.vdev(), MTU_BYTES)
                .withDescriptors(ForwardPlan.DESCRIPTORS)
                .withMemoryMegabytes(ForwardPlan.MEMORY_MEGABYTES);
        try (Arena arena = Arena.ofConfined();
                DpdkPort port = DpdkPort.open(config);
                CpuAffinity.Pinned _ = CpuAffinity.pin(plan.forwardingCpu())) {
            ForwardLoop loop = new ForwardLoop(port, new Burst(arena, plan.burstFrames()), plan.mode());
            loop.prime();
            loop.warmUp(WARM_UP_SECONDS);
            ForwardRate rate = loop.run(plan.seconds());
            return String.format(
                    Locale.ROOT,
                    "forwarded packets=%d cpuNs=%d wallMpps=%.6f heapBytesPerPacket=%.9f",
                    rate.packets(),
                    rate.cpuNs(),
                    rate.wallMpps(),
                    rate.heapBytesPerPacket());
        }
    }
}
