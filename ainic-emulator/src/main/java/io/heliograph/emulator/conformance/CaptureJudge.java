package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.Verdict.Outcome;
import io.heliograph.emulator.conformance.Verdict.TracedFrame;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.capture.CaptureFormatException;
import io.heliograph.transport.capture.CaptureReader;
import io.heliograph.transport.capture.CapturedFrame;
import io.heliograph.transport.rate.RateTable;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges a capture file alone, by the rules that a bystander can see. What is broken, foreign, cut or out of order is read as far as it is sound, and {@link #notes} says what was not judged.
 *
 * <p>One thread. Takes memory for the frames of the whole file.
 */
public final class CaptureJudge {
    /** Defects that only a packet of this protocol can have; the others are those of anybody's frames. */
    private static final Set<String> OURS =
            Set.of("BAD_VERSION", "RESERVED_FLAGS", "ZERO_PACKETS", "BAD_PAD", "DMA_LENGTH", "BAD_ICRC");

    private static final int IPV4_SOURCE = 26;

    /**
     * How a capture was taken.
     *
     * @param device the node that is judged; null for every node in it
     * @param atDevice whether it was taken at that node's own port: then nothing is lost or late between the two
     * @param windowPackets W of the network
     * @param engines of each sender, for the pacing
     * @param rates the table that the nodes send by, on the capture's clock; null for none
     */
    public record Options(
            @Nullable IpAddress device,
            boolean atDevice,
            int windowPackets,
            int engines,
            @Nullable RateTable rates) {
        /** Every node, taken anywhere, W by default, no rates. */
        public static final Options DEFAULT = new Options(null, false, Tunables.WINDOW_PACKETS, 1, null);
    }

    private record Read(long number, TracedFrame frame, boolean isCut) {}

    private final ConformanceReport report = new ConformanceReport();
    private final List<String> notes = new ArrayList<>();
    private final Options options;
    private final Scenario scenario;

    private CaptureJudge(Path file, Options options) {
        this.options = options;
        scenario = new Scenario(
                "capture " + file.getFileName(),
                file.toString(),
                "The packets of a capture.",
                List.of(),
                Set.of(),
                DeviceSetup.DEFAULT,
                new Script(List.of()));
    }

    /**
     * Reads and judges a file.
     *
     * @throws IOException if it cannot be read at all, or is neither pcap nor pcapng
     */
    public static CaptureJudge of(Path file, Options options) throws IOException {
        CaptureJudge judge = new CaptureJudge(file, options);
        judge.judge(judge.read(file));
        return judge;
    }

    /** What was judged, rule by rule. */
    public ConformanceReport report() {
        return report;
    }

    /** What was not judged, and why; a sentence each. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private List<Read> read(Path file) throws IOException {
        List<Read> frames = new ArrayList<>();
        Map<Integer, Integer> otherLinks = new TreeMap<>();
        int cut = 0;
        int backwards = 0;
        int untimed = 0;
        long latestNs = Long.MIN_VALUE;
        try (CaptureReader reader = CaptureReader.open(file)) {
            try {
                for (CapturedFrame each = reader.next(); each != null; each = reader.next()) {
                    if (each.linkType() != CapturedFrame.LINKTYPE_ETHERNET) {
                        otherLinks.merge(each.linkType(), 1, Integer::sum);
                        continue;
                    }
                    cut += each.isCut() ? 1 : 0;
                    untimed += each.timestampNs() == 0 ? 1 : 0;
                    backwards += each.timestampNs() < latestNs ? 1 : 0;
                    latestNs = Math.max(latestNs, each.timestampNs());
                    byte[] bytes = each.data().toArray(ValueLayout.JAVA_BYTE);
                    frames.add(new Read(each.number(), new TracedFrame(each.timestampNs(), true, bytes), each.isCut()));
                }
            } catch (CaptureFormatException e) {
                notes.add("the file is broken behind frame " + frames.size() + ", what follows was not judged: "
                        + e.getMessage());
            }
        }
        otherLinks.forEach((type, count) ->
                notes.add(count + " frames of link type " + type + " are not Ethernet, and were not judged"));
        if (cut > 0) {
            notes.add(cut + " frames were cut by the capture: judged by their headers, but not by ICRC and payload");
        }
        if (backwards > 0) {
            frames.sort(Comparator.comparingLong(each -> each.frame().timeNs()));
            notes.add(backwards + " frames are older than one before them: all were put in the order of their times");
        }
        if (untimed > 0) {
            notes.add(untimed
                    + " frames have no time: rules about time (R7.3, R9.1, R12.2) are judged without meaning for them");
        }
        return frames;
    }

    private void judge(List<Read> frames) {
        RateTable rates = options.rates();
        TraceJudge judge = new TraceJudge(
                options.device(),
                options.atDevice(),
                options.windowPackets(),
                TraceJudge.SLACK_NS,
                rates == null ? null : new PacingJudge(rates, options.engines(), 2_000));
        Map<String, Integer> foreign = new TreeMap<>();
        int packets = 0;
        try (WireCodec codec = new WireCodec(EndpointConfig.ROCE_V2_PORT)) {
            for (Read each : frames) {
                int number = (int) each.number();
                WirePacket packet =
                        codec.decode(each.frame().bytes(), each.frame().timeNs());
                if (packet == null) {
                    bad(codec.defect(), each, foreign);
                } else if (packet.kind() == WireKind.PAUSE) {
                    foreign.merge("PAUSE", 1, Integer::sum);
                } else {
                    packets++;
                    int before = judge.findings().size();
                    judge.add(packet, codec.isTrimmed() && !each.isCut(), number);
                    for (TraceJudge.Finding finding :
                            judge.findings().subList(before, judge.findings().size())) {
                        fail(finding.rule(), finding.what(), each);
                    }
                }
            }
        }
        foreign.forEach((what, count) ->
                notes.add(count + " frames are no packets of this protocol (" + what + "), and were not judged"));
        if (rates == null) {
            notes.add("no rate table was given: pacing (R12.2) was not judged");
        }
        if (packets == 0) {
            notes.add("there is no packet of this protocol in the file: nothing was judged");
        }
        judge.judgedCounts().forEach(report::addLooks);
    }

    private void bad(String defect, Read frame, Map<String, Integer> foreign) {
        if (OURS.contains(defect) && !frame.isCut() && isJudged(frame.frame().bytes())) {
            fail("R2.2", "a frame that every receiver drops: " + defect, frame);
        } else {
            foreign.merge(defect, 1, Integer::sum);
        }
    }

    private boolean isJudged(byte[] frame) {
        IpAddress device = options.device();
        return device == null
                || !device.isIpv4()
                || frame.length >= IPV4_SOURCE + 4 && ByteBuffer.wrap(frame).getInt(IPV4_SOURCE) == device.ipv4();
    }

    private void fail(String rule, String what, Read frame) {
        report.add(new Verdict(
                scenario,
                0,
                Outcome.FAIL,
                rule,
                "frame " + frame.number() + ": " + what,
                1,
                List.of(frame.frame()),
                frame.frame().timeNs()));
    }
}
