package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.offload.ModelSource;
import io.heliograph.offload.energy.EnergyConstant;
import io.heliograph.offload.serve.ModelTable;
import io.heliograph.offload.serve.ServedDevice;
import io.heliograph.offload.serve.ServedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code infer} and {@code serve-inference}: packets over ports of this process. */
@Timeout(120)
class InferPacketsTest {

    private static final String MODEL = "random:40-30-4:3";
    private static final String OTHER = "random:40-30-4:4";

    @TempDir
    private Path directory = Path.of("");

    private JsonNode only(HelioRun run, Path json) throws IOException {
        assertTrue(Files.exists(json), run::toString);
        return new JsonMapper().readTree(json.toFile()).path("results").path(0);
    }

    private HelioRun infer(Path json, String... more) {
        List<String> arguments = new ArrayList<>(List.of("infer", "--random-images", "50", "--json", json.toString()));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--warmup")) {
            arguments.addAll(List.of("--warmup", "0"));
        }
        return HelioRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void shouldAskAServerInThisProcess() throws IOException {
        Path json = directory.resolve("run.json");
        HelioRun run = infer(
                json,
                "--port",
                "memory",
                "--check-by",
                MODEL,
                "--queries",
                "2000",
                "--outstanding",
                "4",
                "--step-locally",
                "50");
        assertEquals(Helio.PASSED, run.code(), run::toString);
        JsonNode row = only(run, json);
        assertEquals(2_000, row.path("queries").asInt(), row::toString);
        assertEquals(2_000, row.path("results").asInt(), row::toString);
        assertEquals(2_000, row.path("samples").asInt(), row::toString);
        assertEquals(0, row.path("wrong").asInt(-1), row::toString);
        // 3 words for each of 30 neurons, 2 for each of 4; DATAPATH.md has the rest.
        assertEquals(
                5 + 90 + 10 + 36 + 8 + 10 + 48,
                row.path("emulatedOverallCycles").asInt(),
                row::toString);
        // 9 bits of weight memory for each lane of each word are most of it.
        double energy = row.path("energyMicrojoulesPerQuery").asDouble();
        assertTrue(energy > (90 + 8 + 20) * 16 * 9 * 3.92e-6 && energy < 0.2, row::toString);
        assertTrue(row.path("t50Us").asDouble() > 0
                && row.path("tMaxUs").asDouble() >= row.path("t99_9Us").asDouble());
    }

    @Test
    void shouldServeTheShippedModelInThisProcessUnlessToldOtherwise() throws IOException {
        Path json = directory.resolve("run.json");
        HelioRun run =
                HelioRun.of("infer", "--port", "memory", "--digits", "40", "--warmup", "0", "--json", json.toString());
        assertEquals(Helio.PASSED, run.code(), run::toString);
        JsonNode row = only(run, json);
        assertTrue(row.path("right").asInt() >= 37, row::toString);
        assertEquals(0, row.path("wrong").asInt(-1), row::toString);
        // The same figure as helio energy has for it (MODELS.md).
        assertEquals(2.5146, row.path("energyMicrojoulesPerQuery").asDouble(), 1e-4, row::toString);
    }

    /** Served and checked on four wavelengths: fewer words, other sums, both stepped and by vectors. */
    @Test
    void shouldServeOnSeveralWavelengths() throws IOException {
        Path json = directory.resolve("run.json");
        String[] four = {"--port", "memory", "--check-by", MODEL, "--wavelengths", "4", "--step-locally", "50"};
        HelioRun run = infer(json, four);
        assertEquals(Helio.PASSED, run.code(), run::toString);
        JsonNode row = only(run, json);
        assertEquals(0, row.path("wrong").asInt(-1), row::toString);
        // 11 and 9 groups: a word for each of 30 and of 4 neurons.
        assertEquals(
                5 + 30 + 10 + 36 + 4 + 10 + 48,
                row.path("emulatedOverallCycles").asInt(),
                row::toString);
        HelioRun exact = infer(json, with(four, "--exact"));
        assertEquals(Helio.PASSED, exact.code(), exact::toString);
        assertEquals(0, only(exact, json).path("wrong").asInt(-1), exact::toString);
        assertEquals(
                Helio.USAGE,
                infer(json, "--port", "memory", "--wavelengths", "65").code());
    }

    @Test
    void shouldStateTheEnergyOfTheDeviceThatTheServerIsGiven() throws IOException, InterruptedException {
        List<String> constants = new ArrayList<>(List.of("constant,value,unit,source"));
        for (EnergyConstant constant : EnergyConstant.values()) {
            boolean divides = constant == EnergyConstant.WAVELENGTH || constant == EnergyConstant.WALL_PLUG_EFFICIENCY;
            int value = constant == EnergyConstant.ADC ? 1_000 : divides ? 1 : 0;
            constants.add(constant.text() + "," + value + "," + constant.unit() + ",test");
        }
        String device = Files.write(directory.resolve("device.csv"), constants).toString();
        Path json = directory.resolve("run.json");
        String name = "device-" + ProcessHandle.current().pid();
        Server server = new Server(name, "--model", "0=" + MODEL, "--wavelengths", "2", "--device", device);
        String[] asked = {"--port", "shm:" + name, "--to", "198.18.0.1", "--check-by", MODEL};
        HelioRun run = infer(json, with(asked, "--wavelengths", "2"));
        HelioRun one = infer(directory.resolve("one.json"), asked);
        HelioRun refused = infer(json, with(asked, "--device", device));
        HelioRun unknown = infer(json, "--port", "shm:" + name, "--to", "198.18.0.1", "--wavelengths", "2");
        HelioRun served = server.end();
        assertEquals(Helio.PASSED, run.code(), run::toString);
        JsonNode row = only(run, json);
        // 21 and 16 groups: two words for each of 30 neurons, one for each of 4.
        long cycles = 5 + 60 + 10 + 36 + 4 + 10 + 48;
        assertEquals(cycles, row.path("emulatedOverallCycles").asLong(), row::toString);
        assertEquals(cycles / 253.4375, row.path("emulatedMicrosecondsPerQuery").asDouble(), 1e-9, row::toString);
        // 1 nJ for each of 16 lanes in each cycle, nothing else.
        assertEquals(16 * cycles / 1e3, row.path("energyMicrojoulesPerQuery").asDouble(), 1e-6, row::toString);
        assertTrue(served.out().contains(device) && served.out().contains("uJ a query"), served::toString);
        assertEquals(Helio.FAILED, one.code(), "answers are those of two wavelengths");
        assertEquals(Helio.USAGE, refused.code(), refused::toString);
        assertEquals(Helio.USAGE, unknown.code(), unknown::toString);
        HelioRun bad = HelioRun.of("serve-inference", "--port", "shm:x", "--model", "0=digits", "--device", "none");
        assertEquals(Helio.ENVIRONMENT, bad.code(), bad::toString);
    }

    /** What a user is told of a run: accuracy, latency, rate, emulated time, energy; printed and as JSON. */
    @Test
    void shouldReportWhatTheQueriesCameTo() throws IOException {
        Path json = directory.resolve("run.json");
        HelioRun run = HelioRun.of(
                "infer",
                "--port",
                "memory",
                "--digits",
                "40",
                "--rate",
                "2000",
                "-n",
                "400",
                "--warmup",
                "0",
                "--json",
                json.toString());
        JsonNode row = only(run, json);
        for (String field : List.of(
                "accuracyPercent",
                "resultsPerWallSecond",
                "t50Us",
                "t90Us",
                "t99Us",
                "t99_9Us",
                "tMaxUs",
                "emulatedMicrosecondsPerQuery",
                "energyMicrojoulesPerQuery")) {
            assertTrue(row.path(field).asDouble() > 0, field + " " + row);
        }
        for (String title :
                List.of("accuracy[%]", "results/s", "t_50[usec]", "t_99.9[usec]", "emulated[us]", "energy[uJ]")) {
            assertTrue(run.out().contains(title), title + run);
        }
    }

    @Test
    void shouldStepEveryCycleAtTheServer() throws IOException {
        Path json = directory.resolve("run.json");
        HelioRun run = infer(json, "--port", "memory", "--check-by", MODEL, "--exact");
        assertEquals(Helio.PASSED, run.code(), run::toString);
        assertEquals(50, only(run, json).path("results").asInt());
        assertEquals(0, only(run, json).path("wrong").asInt(-1));
    }

    /** At a rate far above what stepping allows, open loop: what finds no room is told busy, and latency grows with the queue. */
    @Test
    void shouldTellBusyWhenThereIsTooMuch() throws IOException {
        Path json = directory.resolve("run.json");
        HelioRun run = infer(
                json,
                "--port",
                "memory",
                "--check-by",
                "random:784-300-10",
                "--exact",
                "--queries",
                "600",
                "--rate",
                "20000",
                "--timeout",
                "30");
        JsonNode row = only(run, json);
        assertEquals(600, row.path("results").asInt() + row.path("busy").asInt(), run::toString);
        assertTrue(row.path("busy").asInt() > 100, row::toString);
        assertTrue(row.path("results").asInt() >= 256, row::toString);
        assertTrue(row.path("tMaxUs").asDouble()
                > 4 * row.path("emulatedMicrosecondsPerQuery").asDouble());
        assertEquals(0, row.path("lost").asInt(-1), row::toString);
        assertEquals(0, row.path("wrong").asInt(-1), row::toString);
    }

    @Test
    void shouldCountWhatIsLostAndFail() throws IOException {
        Path json = directory.resolve("run.json");
        HelioRun run = infer(
                json,
                "--port",
                "memory",
                "--check-by",
                MODEL,
                "--queries",
                "300",
                "--fault",
                "loss=0.1,corrupt=0.1,seed=3",
                "--timeout",
                "1",
                "--warmup",
                "1",
                "--outstanding",
                "100");
        assertEquals(Helio.FAILED, run.code(), run::toString);
        JsonNode row = only(run, json);
        assertTrue(row.path("lost").asInt() > 30, row::toString);
        assertTrue(row.path("results").asInt() > 100, row::toString);
        assertEquals(0, row.path("wrong").asInt(-1), "a damaged packet is lost, not wrong");
        assertTrue(run.err().contains("not answered"), run::toString);
    }

    /** A server on a thread of its own. */
    private static final class Server {
        private final AtomicReference<HelioRun> run = new AtomicReference<>();
        private final Thread thread;

        Server(String name, String... more) {
            String[] line = with(new String[] {"serve-inference", "--port", "shm:" + name}, more);
            thread = Thread.ofPlatform().start(() -> run.set(HelioRun.of(line)));
        }

        /** As Ctrl-C does. */
        HelioRun end() throws InterruptedException {
            thread.interrupt();
            thread.join();
            HelioRun ended = run.get();
            assertEquals(Helio.PASSED, ended.code(), ended::toString);
            return ended;
        }
    }

    @Test
    void shouldServeSeveralModelsOverSharedMemory() throws IOException, InterruptedException {
        String name = "infer-" + ProcessHandle.current().pid();
        Path json = directory.resolve("run.json");
        Path totals = directory.resolve("totals.json");
        Server server = new Server(name, "--model", "0=" + MODEL, "--model", "7=" + OTHER, "--json", totals.toString());
        HelioRun seventh = infer(
                json,
                "--port",
                "shm:" + name,
                "--to",
                "198.18.0.1",
                "--check-by",
                OTHER,
                "--model-number",
                "7",
                "-n",
                "3000");
        HelioRun served = server.end();
        assertEquals(Helio.PASSED, seventh.code(), seventh::toString);
        assertEquals(3_000, only(seventh, json).path("results").asInt());
        JsonNode row = only(served, totals);
        assertEquals(3_000, row.path("results").asInt(), row::toString);
        assertTrue(row.path("wrong_size").asInt() >= 1, "the greeting");
    }

    @Test
    void shouldSeeAnotherModelThanTheOneToCheckBy() throws InterruptedException {
        String name = "wrong-" + ProcessHandle.current().pid();
        Server server = new Server(name, "--model", "0=" + MODEL);
        HelioRun run = infer(
                directory.resolve("run.json"), "--port", "shm:" + name, "--to", "198.18.0.1", "--check-by", OTHER);
        server.end();
        assertEquals(Helio.FAILED, run.code(), run::toString);
        assertTrue(run.err().contains("not those of the integer semantics"), run::toString);
    }

    @Test
    void shouldSayThatThereIsNoSuchModel() throws InterruptedException {
        String name = "none-" + ProcessHandle.current().pid();
        Server server = new Server(name, "--model", "0=" + MODEL);
        HelioRun run = infer(
                directory.resolve("run.json"), "--port", "shm:" + name, "--to", "198.18.0.1", "--model-number", "3");
        server.end();
        assertEquals(Helio.FAILED, run.code(), run::toString);
        assertTrue(run.err().contains("no model 3"), run::toString);
    }

    @Test
    void shouldLoadAModelAgainWhenItsFilesChange() throws IOException, InterruptedException {
        Path file = directory.resolve("fc_1_2x4.f32le.bin");
        Files.write(file, floats(1, 0, 0, 0, 0, 1, 0, 0));
        ModelTable table = new ModelTable(4, 1);
        StringWriter err = new StringWriter();
        try (ServedModels _ = new ServedModels(
                        Map.of(2, ModelSource.parse(directory.toString())),
                        table,
                        ServedDevice.prototype(),
                        new PrintWriter(err, true));
                Arena arena = Arena.ofConfined()) {
            ServedModel first = Objects.requireNonNull(table.get(2));
            Files.writeString(file, "broken");
            touch(file, 5_000);
            await(() -> err.toString().contains("the former one stays"));
            assertSame(first, Objects.requireNonNull(table.get(2)));
            Files.write(file, floats(0, 0, 0, 0, 1, 0, 0, 0));
            touch(file, 10_000);
            await(() -> table.get(2) != first);
            ServedModel second = Objects.requireNonNull(table.get(2));
            long input = arena.allocateFrom(ValueLayout.JAVA_BYTE, new byte[] {100, 50, 0, 0})
                    .address();
            assertEquals(0, first.inference(0, false).infer(input));
            assertEquals(1, second.inference(0, false).infer(input));
        }
        assertTrue(err.toString().contains("loaded model 2 again"), err::toString);
    }

    private static void touch(Path file, long laterMs) throws IOException {
        Files.setLastModifiedTime(
                file, FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + laterMs));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int turn = 0; turn < 3_000 && !condition.getAsBoolean(); turn++) {
            Thread.sleep(10);
        }
        assertTrue(condition.getAsBoolean());
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static String[] with(String[] first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
