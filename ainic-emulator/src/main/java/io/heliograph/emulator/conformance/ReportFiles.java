package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.Verdict.Outcome;
import io.heliograph.emulator.conformance.Verdict.TracedFrame;
import io.heliograph.transport.capture.PcapngWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reports as files: JUnit XML, and the frames of a run as pcapng. */
public final class ReportFiles {
    private ReportFiles() {}

    /** Writes the report as JUnit does: a test case for each rule. */
    public static void junit(ConformanceReport report, String device, Path file) throws IOException {
        List<RuleResult> results = report.results();
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<testsuite name=\"conformance of ")
                .append(escape(device))
                .append("\" tests=\"")
                .append(results.size())
                .append("\" failures=\"")
                .append(count(results, Outcome.FAIL))
                .append("\" skipped=\"")
                .append(count(results, Outcome.NOT_EXERCISED))
                .append("\" errors=\"0\">\n");
        for (RuleResult each : results) {
            xml.append("  <testcase classname=\"")
                    .append(each.rule().startsWith("R") ? "PROTOCOL" : "DEVICE")
                    .append("\" name=\"")
                    .append(each.rule())
                    .append("\">\n");
            Verdict first = each.first();
            if (first != null) {
                xml.append("    <failure message=\"")
                        .append(escape(first.scenario().name() + " seed " + first.seed()))
                        .append("\">")
                        .append(escape(first.explanation()))
                        .append("</failure>\n");
            } else if (each.outcome() == Outcome.NOT_EXERCISED) {
                xml.append("    <skipped message=\"")
                        .append(escape(each.reason()))
                        .append("\"/>\n");
            }
            xml.append("  </testcase>\n");
        }
        xml.append("</testsuite>\n");
        Files.writeString(file, xml, StandardCharsets.UTF_8);
    }

    private static long count(List<RuleResult> results, Outcome outcome) {
        return results.stream().filter(each -> each.outcome() == outcome).count();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Writes the frames at the device's port: those it sent as outbound, those it was given as inbound, in the device's time. */
    public static void pcapng(List<TracedFrame> trace, Path file) {
        try (PcapngWriter writer = PcapngWriter.create(file);
                Arena arena = Arena.ofConfined()) {
            int port = writer.addInterface("device");
            for (TracedFrame each : trace) {
                MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, each.bytes());
                if (each.fromDevice()) {
                    writer.sent(port, each.timeNs(), bytes.address(), each.bytes().length);
                } else {
                    writer.received(port, each.timeNs(), bytes.address(), each.bytes().length);
                }
            }
        }
    }
}
