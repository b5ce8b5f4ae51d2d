package io.heliograph.emulator.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.heliograph.emulator.conformance.DeviceUnderTest.PostedWrite;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.emulator.conformance.DeviceUnderTest.SentFrame;
import io.heliograph.emulator.conformance.DeviceUnderTest.Told;
import io.heliograph.emulator.conformance.Verdict.Outcome;
import io.heliograph.emulator.conformance.Verdict.TracedFrame;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.transport.EndpointConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Test vectors for hardware: what goes into a device and what comes out of the software endpoint, scenario by scenario, with memory before and after. Deterministic: the same kit writes the
 * same bytes.
 *
 * <p>CONFORMANCE.md describes the files.
 */
public final class TestVectors {
    private static final int SCHEMA = 1;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private TestVectors() {}

    /**
     * Writes a vector for each scripted scenario that ships, and an index.
     *
     * @return how many
     * @throws IllegalStateException if the endpoint fails a scenario: then there is nothing to go by
     */
    public static int write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Map<String, Object>> index = new ArrayList<>();
        for (Scenario each : ScenarioReader.shipped()) {
            if (each.body() instanceof Script script && !hidesAddresses(script.steps())) {
                index.add(write(each, directory));
            }
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("schema", SCHEMA);
        root.put("vectors", index);
        JSON.writeValue(directory.resolve("index.json").toFile(), root);
        return index.size();
    }

    /** Whether frames end in an address, which is not known before, or have bits turned elsewhere than in the ICRC, which tells of it: that cannot be written down. */
    private static boolean hidesAddresses(List<Step> steps) {
        return steps.stream().anyMatch(step -> switch (step) {
            case Step.Send send ->
                send.packets().stream()
                        .anyMatch(packet -> packet.damage().stream().anyMatch(TestVectors::hidesAddress));
            case Step.Repeat repeat -> hidesAddresses(repeat.steps());
            default -> false;
        });
    }

    private static boolean hidesAddress(PacketPlan.Damage damage) {
        return switch (damage) {
            case PacketPlan.Damage.Flip flip -> !flip.index().toString().matches("-[1-4]");
            case PacketPlan.Damage.Cut cut -> !cut.bytes().toString().matches("\\d+");
            default -> false;
        };
    }

    private static Map<String, Object> write(Scenario scenario, Path directory) throws IOException {
        try (WireCodec codec = new WireCodec(EndpointConfig.ROCE_V2_PORT)) {
            RecordingDevice[] recorder = new RecordingDevice[1];
            List<Map<String, Object>> changes = new ArrayList<>();
            Verdict verdict = Conformance.run(
                    scenario,
                    setup -> {
                        recorder[0] = new RecordingDevice(EndpointDevice.open(setup), new Rebase(codec)) {
                            @Override
                            public void close() {
                                changes.addAll(changes());
                                super.close();
                            }
                        };
                        return recorder[0];
                    },
                    Draws.PLAIN,
                    "");
            if (verdict.outcome() == Outcome.FAIL) {
                throw new IllegalStateException("vectors: the endpoint fails a scenario: scenario=" + scenario.name()
                        + " rule=" + verdict.rule() + " " + verdict.explanation());
            }
            Map<String, Object> root = new LinkedHashMap<>();
            root.put("schema", SCHEMA);
            root.put("name", scenario.name());
            root.put("says", scenario.says());
            root.put("rules", scenario.rules());
            root.put("setup", scenario.setup());
            root.put("steps", recorder[0].steps());
            root.put("memory", changes);
            JSON.writeValue(directory.resolve(scenario.name() + ".json").toFile(), root);
            writeFrames(recorder[0].steps(), directory, scenario.name());
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", scenario.name());
            entry.put("rules", scenario.rules());
            entry.put("says", scenario.says());
            entry.put("vector", scenario.name() + ".json");
            entry.put("hex", scenario.name() + ".hex");
            entry.put("pcapng", scenario.name() + ".pcapng");
            return entry;
        }
    }

    private static void writeFrames(List<Map<String, Object>> steps, Path directory, String name) throws IOException {
        List<TracedFrame> frames = new ArrayList<>();
        StringBuilder hex = new StringBuilder();
        for (Map<String, Object> each : steps) {
            Object frame = each.get("frame");
            if (frame instanceof String text && each.get("at") instanceof Long at) {
                boolean isOut = "out".equals(each.get("do"));
                hex.append(at).append(isOut ? " out " : " in ").append(text).append('\n');
                frames.add(new TracedFrame(at, isOut, HexFormat.of().parseHex(text)));
            }
        }
        Files.writeString(directory.resolve(name + ".hex"), hex);
        ReportFiles.pcapng(frames, directory.resolve(name + ".pcapng"));
    }

    /**
     * Plays a vector against a device that is deterministic as the endpoint is.
     *
     * @param vector the JSON file of one vector
     * @return what is not as the vector says; empty if nothing is
     */
    public static String replay(Path vector, DeviceFactory devices) throws IOException {
        JsonNode root = JSON.readTree(vector.toFile());
        DeviceSetup setup = JSON.treeToValue(root.get("setup"), DeviceSetup.class);
        try (WireCodec codec = new WireCodec(EndpointConfig.ROCE_V2_PORT);
                RecordingDevice device = new RecordingDevice(devices.open(setup), new Rebase(codec))) {
            return new Replay(device, new Rebase(codec)).run(root);
        }
    }

    private static final class Replay {
        private final RecordingDevice device;
        private final Rebase rebase;
        private final Map<Integer, Region> regions = new HashMap<>();
        private final Deque<SentFrame> sent = new ArrayDeque<>();
        private final Deque<Told> told = new ArrayDeque<>();

        Replay(RecordingDevice device, Rebase rebase) {
            this.device = device;
            this.rebase = rebase;
        }

        String run(JsonNode root) {
            int number = 0;
            for (JsonNode step : root.get("steps")) {
                number++;
                String wrong = step(step);
                if (!wrong.isEmpty()) {
                    return "step " + number + ": " + wrong;
                }
            }
            JsonNode changes = JSON.valueToTree(device.changes());
            return changes.equals(root.get("memory"))
                    ? ""
                    : "memory is " + changes + " and must be " + root.get("memory");
        }

        private String step(JsonNode step) {
            String what = step.get("do").asText();
            switch (what) {
                case "run" -> device.runUntil(step.get("until").asLong());
                case "in" ->
                    device.deliver(rebase.actual(
                            HexFormat.of().parseHex(step.get("frame").asText())));
                case "out" -> {
                    if (sent.isEmpty()) {
                        sent.addAll(device.take());
                    }
                    SentFrame frame = sent.poll();
                    String hex = frame == null ? "nothing" : HexFormat.of().formatHex(rebase.canonical(frame.bytes()));
                    return hex.equals(step.get("frame").asText())
                            ? ""
                            : "sent " + hex + " and must " + step.get("frame").asText();
                }
                case "told" -> {
                    told.addAll(device.poll(1));
                    Told next = told.poll();
                    boolean same = next != null
                            && next.kind() == step.get("kind").asInt()
                            && next.status() == step.get("status").asInt()
                            && next.cookie() == step.get("cookie").asLong()
                            && next.immediate() == step.get("immediate").asInt();
                    return same ? "" : "told " + next + " and must " + step;
                }
                case "register" -> {
                    Region region = device.register(
                            step.get("length").asInt(), step.get("writable").asBoolean());
                    rebase.add(region);
                    regions.put(region.number(), region);
                }
                case "fill" -> {
                    Region region = region(step);
                    byte[] pattern = new byte[region.lengthBytes()];
                    for (int i = 0; i < pattern.length; i++) {
                        pattern[i] = PayloadPlan.sourceByte(i);
                    }
                    device.fill(region, pattern);
                }
                case "deregister" -> device.deregister(region(step));
                case "peer" -> device.addPeer(step.get("peer").asText());
                case "rates" -> device.loadRates(step.get("table").asText());
                case "deny" ->
                    device.denyPath(
                            step.get("peer").asText(), step.get("entropy").asInt());
                case "post" -> device.post(write(step));
                default -> throw new IllegalArgumentException("vector: unknown step: do=" + what);
            }
            return "";
        }

        private Region region(JsonNode step) {
            Region region = regions.get(step.get("region").asInt());
            if (region == null) {
                throw new IllegalArgumentException("vector: unknown region: step=" + step);
            }
            return region;
        }

        private PostedWrite write(JsonNode step) {
            @Nullable
            Integer immediate =
                    step.has("immediate") ? (Integer) step.get("immediate").asInt() : null;
            return new PostedWrite(
                    step.get("peer").asText(),
                    step.get("queue").asInt(),
                    region(step),
                    step.get("offset").asLong(),
                    step.get("length").asLong(),
                    Long.decode(step.get("remoteAddress").asText()),
                    Long.decode(step.get("remoteKey").asText()).intValue(),
                    immediate,
                    step.path("fenced").asBoolean(),
                    step.get("cookie").asLong());
        }
    }
}
