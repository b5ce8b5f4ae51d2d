package io.heliograph.benchmarks.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.transport.capture.CaptureReader;
import io.heliograph.transport.capture.CapturedFrame;
import io.heliograph.transport.capture.FrameDecoder;
import io.heliograph.transport.wire.UdpLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code helio decode}: what the frames of a capture hold, with the fields that {@link FrameDecoder} documents.
 *
 * <p>0: the whole capture was read, whatever its frames hold; 1: it is unreadable or ends within a frame, and what comes
 * before has been told.
 */
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Decodes the frames of a pcap or pcapng file and verifies their ICRC.",
            "",
            "A line for each frame; frames that are not of this protocol or malformed say so. A capture that is broken or ends too"
                    + " early is told up to there, and the exit code is 1.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio decode run.pcapng",
            "  helio decode --json run.pcapng | jq 'select(.icrcValid == false)'"
        })
final class DecodeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(paramLabel = "CAPTURE", description = "A pcap or pcapng file.")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Path capture;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    @Option(
            names = "--udp-port",
            paramLabel = "PORT",
            description = "UDP destination port of the protocol (default ${DEFAULT-VALUE}).")
    private int udpPort = UdpLayout.ROCE_V2_PORT;

    private final JsonMapper mapper = new JsonMapper();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        DecodeSummary summary = new DecodeSummary();
        try (Arena arena = Arena.ofConfined();
                CaptureReader reader = CaptureReader.open(capture)) {
            FrameDecoder decoder = new FrameDecoder(arena, udpPort);
            for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) {
                Map<String, Object> fields = decoder.decode(frame);
                summary.add(fields);
                out.println(json ? toJson(fields) : DecodeLine.of(fields));
            }
        } catch (IOException e) {
            out.flush();
            String why = e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
            spec.commandLine().getErr().println("helio: cannot read " + capture + ": " + why);
            return Helio.FAILED;
        }
        if (!json) {
            out.println(summary);
        }
        out.flush();
        return 0;
    }

    private String toJson(Map<String, Object> fields) throws JsonProcessingException {
        return mapper.writeValueAsString(fields);
    }
}
