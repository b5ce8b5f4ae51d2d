package io.heliograph.benchmarks.forward;

import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * DPDK's testpmd forwarding, asked through its prompt. Packets are those of its final statistics, processor time is that of its forwarding
 * thread, which sleeps before {@code start} and after {@code stop}; the rate by the clock is its own, between two looks at the port.
 */
final class Testpmd {

    private static final String PROGRAM = "dpdk-testpmd";
    private static final String FORWARDING_LCORE = "1";
    private static final double SETTLE_SECONDS = 0.1;

    private Testpmd() {}

    /**
     * One round.
     *
     * @throws EnvironmentException if there is no testpmd, or it does not start with this device
     * @throws RunFailure if it ends early or says something else than expected
     */
    static ForwardRate run(ForwardPlan plan) throws InterruptedException {
        try (Prompt prompt = Prompt.start(commandLine(plan))) {
            if (!prompt.await()) {
                throw new EnvironmentException("testpmd did not start: vdev=" + plan.vdev() + " log=["
                        + prompt.lastLines() + "]; see whether the device is spelled as DPDK documents it");
            }
            ProcessorTime time = ProcessorTime.ofLcore(prompt.pid(), FORWARDING_LCORE);
            long startNs = time.ns();
            prompt.say("start tx_first");
            sleep(SETTLE_SECONDS);
            prompt.say("show port stats 0");
            sleep(plan.seconds());
            prompt.say("show port stats 0");
            prompt.say("stop");
            long cpuNs = time.ns() - startNs;
            prompt.end("quit");
            TestpmdOutput output = new TestpmdOutput(prompt.output());
            return new ForwardRate(output.forwarded(), cpuNs, output.packetsPerSecond() / 1e6, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code EalArguments} has it for us, and the pool as {@code DpdkPort} has it. */
    private static List<String> commandLine(ForwardPlan plan) {
        return List.of(
                PROGRAM,
                "--file-prefix=" + RuntimeFiles.prefix("forward"),
                "--no-telemetry",
                "--lcores=0@" + plan.otherCpu() + "," + FORWARDING_LCORE + "@" + plan.forwardingCpu(),
                "--no-huge",
                "-m",
                Integer.toString(ForwardPlan.MEMORY_MEGABYTES),
                "--no-pci",
                "--vdev=" + plan.vdev(),
                "--",
                "--interactive",
                "--forward-mode=" + plan.mode(),
                "--port-topology=loop",
                "--burst=" + plan.burstFrames(),
                "--rxd=" + ForwardPlan.DESCRIPTORS,
                "--txd=" + ForwardPlan.DESCRIPTORS,
                "--total-num-mbufs=" + ForwardPlan.POOL_FRAMES,
                "--mbcache=" + ForwardPlan.CACHE_FRAMES,
                "--mbuf-size=" + plan.testpmdMbufBytes(),
                "--no-lsc-interrupt");
    }

    private static void sleep(double seconds) throws InterruptedException {
        Thread.sleep((long) (seconds * 1_000));
    }
}
