package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.forward.ForwardMode;
import io.heliograph.benchmarks.forward.ForwardPlan;
import io.heliograph.bindings.memory.CpuAffinity;
import java.util.BitSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is forwarded, how and where: the same for both sides. */
final class ForwardOptions {

    @Option(
            names = "--vdev",
            paramLabel = "DEVICE",
            description = "DPDK device that gives back what it is given, or makes it up: net_ring0, net_null0"
                    + " (default: ${DEFAULT-VALUE}).")
    String vdev = "net_ring0";

    @Option(
            names = "--forward-mode",
            paramLabel = "MODE",
            converter = ModeConverter.class,
            description =
                    "As testpmd's: io touches nothing, mac writes both Ethernet addresses (default: ${DEFAULT-VALUE}).")
    ForwardMode mode = ForwardMode.IO;

    @Option(
            names = "--burst",
            paramLabel = "FRAMES",
            description = "Frames a burst; as many circulate (default: ${DEFAULT-VALUE}).")
    int burstFrames = 64;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "SECONDS",
            description = "How long each side is measured in a round (default: ${DEFAULT-VALUE}).")
    double seconds = 2;

    @Option(
            names = "--cpu",
            paramLabel = "CPU",
            description = "Where both sides forward (default: the last CPU this process may use).")
    int cpu = -1;

    ForwardPlan plan(int testpmdMbufBytes) {
        BitSet cpus = CpuAffinity.get();
        return new ForwardPlan(
                vdev,
                mode,
                burstFrames,
                seconds,
                cpu < 0 ? cpus.length() - 1 : cpu,
                cpus.nextSetBit(0),
                testpmdMbufBytes);
    }

    private static final class ModeConverter implements ITypeConverter<ForwardMode> {

        @Override
        public ForwardMode convert(String text) {
            for (ForwardMode mode : ForwardMode.values()) {
                if (mode.toString().equals(text)) {
                    return mode;
                }
            }
            throw new TypeConversionException("'" + text + "' is neither io nor mac");
        }
    }
}
