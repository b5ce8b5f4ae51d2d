package io.heliograph.benchmarks.forward;

import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.port.DpdkPortConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two testpmds, one that only sends and one that only receives: what a port carries when nothing is done with the frames. The rate is what the receiver
 * says of its port, packets and bytes, which must be those of whole frames.
 */
public final class TestpmdPair {

    private static final String PROGRAM = "dpdk-testpmd";
    private static final int BURST_FRAMES = 64;
    private static final int LEAST_MBUF_BYTES = 2_176;
    /** Headroom, and what the kernel keeps in front for AF_XDP (RTE_PKTMBUF_HEADROOM, XDP_PACKET_HEADROOM). */
    private static final int AROUND_FRAME_BYTES = 128 + 256;

    private static final long SETTLE_MILLISECONDS = 200;
    private static final long SLICE_MILLISECONDS = 20;
    private static final double LENGTH_TOLERANCE = 0.01;
    /** One look in so many may be torn. */
    private static final int TORN_SHARE = 10;

    private static final Pattern RECEIVED =
            Pattern.compile("RX-packets: (\\d+)\\s+RX-missed: \\d+\\s+RX-bytes:\\s+(\\d+)");
    private static final Pattern RATE = Pattern.compile("Rx-pps:\\s+(\\d+)");

    /**
     * One end.
     *
     * @param prefix what testpmd is started with, such as {@code nsenter}; may be empty
     * @param vdev its device
     * @param cpu where it runs
     */
    public record End(List<String> prefix, String vdev, int cpu) {}

    /**
     * What arrived.
     *
     * @param averageMpps packets of the whole time, in units of 10^6 a second
     * @param peakMpps packets of the best 20 ms
     */
    public record Rate(double averageMpps, double peakMpps) {}

    private TestpmdPair() {}

    /**
     * Measures.
     *
     * @param sender starts second
     * @param receiver starts first
     * @param frameBytes without FCS
     * @param seconds how long
     * @throws EnvironmentException if there is no testpmd, or it does not start with these devices
     * @throws RunFailure if one of them ends early, or nothing arrives
     */
    public static Rate run(End sender, End receiver, int frameBytes, double seconds) throws InterruptedException {
        try (Prompt in = start(receiver, "rxonly", "receive", frameBytes)) {
            in.say("start");
            try (Prompt out = start(sender, "txonly", "send", frameBytes)) {
                out.say("start");
                Thread.sleep(SETTLE_MILLISECONDS);
                int slices = (int) Math.max(1, seconds * 1_000 / SLICE_MILLISECONDS);
                in.say("show port stats 0");
                long startNs = System.nanoTime();
                for (int i = 0; i < slices; i++) {
                    Thread.sleep(SLICE_MILLISECONDS);
                    in.say("show port stats 0");
                }
                double elapsedSeconds = (System.nanoTime() - startNs) / 1e9;
                // The receiver ends first, because its output is wanted whole: memif's driver may take down the end
                // that is left
                // (see Memif). The sender has nothing to say and is closed.
                in.say("stop");
                out.say("stop");
                in.end("quit");
                return rate(in.output(), frameBytes, slices, elapsedSeconds);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Prompt start(End end, String mode, String role, int frameBytes) throws InterruptedException {
        List<String> line = new ArrayList<>(end.prefix());
        int mbufBytes = Math.max(LEAST_MBUF_BYTES, frameBytes + AROUND_FRAME_BYTES);
        line.addAll(List.of(
                PROGRAM,
                "--file-prefix=" + RuntimeFiles.prefix(role),
                "--no-telemetry",
                "--lcores=0@" + end.cpu() + ",1@" + end.cpu(),
                "--no-huge",
                "-m",
                Integer.toString(ForwardPlan.MEMORY_MEGABYTES),
                "--no-pci",
                "--vdev=" + end.vdev(),
                "--",
                "--interactive",
                // Before --txpkts: testpmd takes no frame that does not fit the mbufs it knows of, and goes on with
                // frames of
                // 64 bytes.
                "--mbuf-size=" + mbufBytes,
                "--txpkts=" + frameBytes,
                "--forward-mode=" + mode,
                "--burst=" + BURST_FRAMES,
                "--rxd=" + DpdkPortConfig.DEFAULT_DESCRIPTORS,
                "--txd=" + DpdkPortConfig.DEFAULT_DESCRIPTORS,
                "--total-num-mbufs=" + ForwardPlan.POOL_FRAMES,
                "--mbcache=" + ForwardPlan.CACHE_FRAMES,
                "--no-lsc-interrupt"));
        Prompt prompt = Prompt.start(line);
        if (!prompt.await()) {
            try (prompt) {
                throw new EnvironmentException("testpmd did not start: vdev=" + end.vdev() + " log=["
                        + prompt.lastLines() + "]; try the device by hand");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return prompt;
    }

    /**
     * What the receiver's looks at its port come to.
     *
     * @throws RunFailure if nothing arrived, or frames of another length than wanted
     */
    static Rate rate(String output, int frameBytes, int slices, double elapsedSeconds) {
        // One look before the first slice. Lines of DPDK's log, which has its own way into the pipe, tear some: then
        // testpmd gets the better of what may have been between two looks.
        List<Long> counts = numbers(RECEIVED, 1, output);
        List<Long> bytes = numbers(RECEIVED, 2, output);
        List<Long> rates = numbers(RATE, 1, output);
        int least = Math.max(2, slices - slices / TORN_SHARE);
        if (Math.min(counts.size(), rates.size()) < least) {
            throw new RunFailure("testpmd did not say what was expected: counts=" + counts.size() + " rates="
                    + rates.size() + " expected=" + (slices + 1) + "; run it by hand to see why");
        }
        double seconds = elapsedSeconds * (counts.size() - 1) / slices;
        long received = counts.getLast() - counts.getFirst();
        if (received == 0) {
            throw new RunFailure("testpmd received nothing of what testpmd sent; run it by hand to see why");
        }
        long receivedBytes = bytes.getLast() - bytes.getFirst();
        // Packets and bytes are not read at the same moment.
        if (Math.abs(receivedBytes - received * frameBytes) > received * frameBytes * LENGTH_TOLERANCE) {
            throw new RunFailure("testpmd received frames of another length: wantedBytes=" + frameBytes
                    + " receivedBytes=" + (double) receivedBytes / received + "; run it by hand to see why");
        }
        long peak = rates.stream().skip(1).mapToLong(Long::longValue).max().orElse(0);
        return new Rate(received / seconds / 1e6, peak / 1e6);
    }

    private static List<Long> numbers(Pattern pattern, int group, String text) {
        List<Long> found = new ArrayList<>();
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            found.add(Long.parseLong(matcher.group(group)));
        }
        return found;
    }
}
