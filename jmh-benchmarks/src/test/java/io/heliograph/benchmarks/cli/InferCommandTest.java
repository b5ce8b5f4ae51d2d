package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.offload.energy.EnergyConstant;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferCommandTest {
    private static final int IMAGES = 12;
    private static final int INPUTS = 20;
    private static final int HIDDEN = 18;
    private static final int OUTPUTS = 3;

    @TempDir
    private Path directory = Path.of("");

    private Path images = Path.of("");
    private Path labels = Path.of("");
    private Path csv = Path.of("");

    @BeforeEach
    void write() throws IOException {
        SeededRandom random = new SeededRandom(1);
        writeLayer(random, 1, HIDDEN, INPUTS);
        writeLayer(random, 2, OUTPUTS, HIDDEN);
        ByteBuffer idx = ByteBuffer.allocate(16 + IMAGES * INPUTS);
        idx.putInt(0x803).putInt(IMAGES).putInt(4).putInt(INPUTS / 4);
        ByteBuffer classes = ByteBuffer.allocate(8 + IMAGES);
        classes.putInt(0x801).putInt(IMAGES);
        for (int image = 0; image < IMAGES; image++) {
            for (int k = 0; k < INPUTS; k++) {
                idx.put((byte) random.nextInt(256));
            }
            classes.put((byte) random.nextInt(OUTPUTS));
        }
        images = Files.write(directory.resolve("images"), idx.array());
        labels = Files.write(directory.resolve("labels"), classes.array());
        csv = directory.resolve("out.csv");
    }

    private void writeLayer(SeededRandom random, int layer, int outputs, int inputs) throws IOException {
        ByteBuffer floats = ByteBuffer.allocate(outputs * inputs * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            floats.putFloat((random.nextInt(2_001) - 1_000) / 1_000f);
        }
        Files.write(directory.resolve("fc_" + layer + "_" + outputs + "x" + inputs + ".f32le.bin"), floats.array());
    }

    private HelioRun infer(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("infer", "--local", "--lightning-weights", directory.toString(), "--csv", csv.toString()));
        arguments.addAll(List.of(more));
        return HelioRun.of(arguments.toArray(String[]::new));
    }

    private List<String> rows(String... more) throws IOException {
        HelioRun run = infer(more);
        assertEquals(Helio.PASSED, run.code(), run::toString);
        return Files.readAllLines(csv);
    }

    @Test
    void shouldGiveTheSameRowsExactAndStraight() throws IOException {
        List<String> exact = rows("--exact", "--idx-images", images.toString());
        assertEquals("image,class,s0,s1,s2,overall,compute,datapath", exact.getFirst());
        assertEquals(IMAGES + 1, exact.size());
        assertEquals(exact, rows("--idx-images", images.toString()));
        assertEquals(exact, rows("--stepped", "--idx-images", images.toString()));
        assertEquals(exact.subList(0, 6), rows("--exact", "--count", "5", "--idx-images", images.toString()));
        for (String row : exact.subList(1, exact.size())) {
            String[] fields = row.split(",", -1);
            int best = 0;
            for (int k = 1; k < OUTPUTS; k++) {
                best = Integer.parseInt(fields[2 + k]) > Integer.parseInt(fields[2 + best]) ? k : best;
            }
            assertEquals(best, Integer.parseInt(fields[1]), row);
            // Two words for each of 18 neurons, two for each of 3, a preamble of 10, 5 before, 36 between and 48
            // behind.
            assertEquals(5 + 36 + 10 + 36 + 6 + 10 + 48, Integer.parseInt(fields[5]), row);
            assertEquals(Integer.parseInt(fields[5]), Integer.parseInt(fields[6]) + Integer.parseInt(fields[7]), row);
        }
    }

    @Test
    void shouldReplayNoiseAndReportIt() throws IOException {
        String[] noisy = {"--noise", "product", "--sigma", "9", "--seed", "7", "--idx-images", images.toString()};
        List<String> first = rows(noisy);
        assertEquals(first, rows(noisy));
        assertNotEquals(
                first, rows("--noise", "product", "--sigma", "9", "--seed", "8", "--idx-images", images.toString()));
        assertNotEquals(first, rows("--idx-images", images.toString()));
        String[] stepped = {"--stepped", "--noise", "receiver", "--photons", "1000", "--idx-images", images.toString()};
        assertEquals(rows(stepped), rows(stepped));
        HelioRun dim = infer("--stepped", "--noise", "receiver", "--photons", "50", "--idx-images", images.toString());
        assertEquals(Helio.FAILED, dim.code(), dim::toString);
        assertTrue(dim.err().contains("noise hides their preamble"), dim.err());
        Path json = directory.resolve("run.json");
        List<String> output = rows(
                "--noise",
                "output",
                "--idx-images",
                images.toString(),
                "--idx-labels",
                labels.toString(),
                "--json",
                json.toString());
        JsonNode report = new JsonMapper().readTree(json.toFile());
        JsonNode row = report.path("results").path(0);
        assertEquals(IMAGES, row.path("images").asInt(), report::toString);
        int right = 0;
        byte[] expected = Files.readAllBytes(labels);
        for (int image = 0; image < IMAGES; image++) {
            right += output.get(image + 1).startsWith(image + "," + expected[8 + image] + ",") ? 1 : 0;
        }
        assertEquals(right, row.path("right").asInt(), report::toString);
        assertEquals(right * 100.0 / IMAGES, row.path("accuracyPercent").asDouble(), 1e-9);
        assertEquals(151, row.path("emulatedOverallCycles").asInt(), report::toString);
        assertTrue(row.path("wallSeconds").asDouble() > 0, report::toString);
        double energy = row.path("energyMicrojoulesPerQuery").asDouble();
        // Two layers of 36 and 6 words and their preambles, 16 lanes, 9 bits of weight memory: MODELS.md has the
        // constants.
        assertTrue(energy > (36 + 6 + 20) * 16 * 9 * 3.92e-6 && energy < 0.1, report::toString);
        assertEquals(
                "Output[sigma=1.6569279459762971]",
                report.path("options").path("noise").asText());
    }

    @Test
    void shouldCountTheEnergyOfTheDeviceThatIsDescribed() throws IOException {
        List<String> constants = new ArrayList<>();
        constants.add("constant,value,unit,source");
        for (EnergyConstant constant : EnergyConstant.values()) {
            boolean divides = constant == EnergyConstant.WAVELENGTH || constant == EnergyConstant.WALL_PLUG_EFFICIENCY;
            int value = constant == EnergyConstant.ADC ? 1_000 : divides ? 1 : 0;
            constants.add(constant.text() + "," + value + "," + constant.unit() + ",test");
        }
        Path device = Files.write(directory.resolve("device.csv"), constants);
        Path json = directory.resolve("run.json");
        rows("--device", device.toString(), "--idx-images", images.toString(), "--json", json.toString());
        JsonNode row = new JsonMapper().readTree(json.toFile()).path("results").path(0);
        // 1 nJ for each of 16 lanes in each of 151 cycles, nothing else.
        assertEquals(16 * 151 / 1e3, row.path("energyMicrojoulesPerQuery").asDouble(), 1e-9, row::toString);
    }

    @Test
    void shouldReadImagesFromCsv() throws IOException {
        Path text = Files.writeString(directory.resolve("a.csv"), "16," + "0,".repeat(INPUTS - 1) + "2\n");
        assertEquals(
                2,
                rows("--exact", "--csv-images", text.toString(), "--csv-largest", "16")
                        .size());
        assertEquals(
                Helio.ENVIRONMENT,
                infer("--csv-images", text.toString(), "--csv-largest", "15").code());
    }

    @Test
    void shouldSayWhatMakesNoSense() {
        String file = images.toString();
        assertEquals(
                Helio.USAGE,
                HelioRun.of("infer", "--lightning-weights", "x", "--idx-images", file)
                        .code());
        assertEquals(
                Helio.USAGE,
                infer("--exact", "--noise", "product", "--idx-images", file).code());
        assertEquals(
                Helio.USAGE,
                infer("--stepped", "--noise", "output", "--idx-images", file).code());
        assertEquals(Helio.USAGE, infer("--sigma", "1", "--idx-images", file).code());
        assertEquals(
                Helio.USAGE,
                infer("--noise", "output", "--sigma", "-1", "--idx-images", file)
                        .code());
        assertEquals(
                Helio.USAGE,
                infer("--photons", "1", "--noise", "output", "--idx-images", file)
                        .code());
        assertEquals(Helio.USAGE, infer("--count", "0", "--idx-images", file).code());
        assertEquals(Helio.USAGE, infer("--count", "13", "--idx-images", file).code());
        assertEquals(Helio.USAGE, infer().code());
        assertEquals(
                Helio.USAGE, infer("--idx-images", file, "--csv-images", file).code());
        assertEquals(
                Helio.ENVIRONMENT,
                infer("--idx-images", directory.resolve("none").toString()).code());
        assertEquals(Helio.ENVIRONMENT, infer("--idx-images", labels.toString()).code());
    }
}
