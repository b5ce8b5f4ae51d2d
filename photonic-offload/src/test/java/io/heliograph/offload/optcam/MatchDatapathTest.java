package io.heliograph.offload.optcam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.datapath.DatapathProgram;
import io.heliograph.offload.datapath.ProgramException;
import io.heliograph.offload.datapath.ProgramText;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.CalibrationWave;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.device.TransferCurve;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatchDatapathTest {

    private static final EmulatorConfig LIGHTNING = EmulatorConfig.LIGHTNING;

    private static Calibration measured(PhotonicEmulator device) {
        return Calibration.measure(device, CalibrationWave.SQUARE, 100);
    }

    @Test
    void shouldAgreeWithBitOperationsOnRandomTables() {
        for (int seed = 0; seed < 24; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int width = 1 + random.nextInt(seed % 4 == 0 ? 512 : 128);
            List<TableEntry> entries =
                    RandomTables.entries(width, 1 + random.nextInt(40), 1 + random.nextInt(4), random);
            EmulatorConfig config = LIGHTNING
                    .withConverters(4 << random.nextInt(4), 1, 8, 8)
                    .withFlight(random.nextInt(120), random.nextInt(120));
            try (Arena arena = Arena.ofConfined();
                    PhotonicEmulator device = new PhotonicEmulator(config);
                    MatchDatapath datapath = new MatchDatapath(device, measured(device))) {
                datapath.load(entries);
                RuleTable table = new RuleTable(width, entries.size(), arena);
                table.load(entries);
                long key = arena.allocate(table.keyBytes(), 8).address();
                for (int k = 0; k < 60; k++) {
                    RandomTables.key(entries, width, key, random);
                    assertEquals(table.lookup(key), datapath.lookup(key), "seed=" + seed + " key=" + k);
                    checkSums(datapath, entries, key, "seed=" + seed + " key=" + k);
                }
            }
        }
    }

    /** Each bit that differs takes a product of the rule's weight away from half of it. */
    private static void checkSums(MatchDatapath datapath, List<TableEntry> entries, long key, String what) {
        for (int rule = 0; rule < entries.size(); rule++) {
            TernaryPattern pattern = entries.get(rule).pattern();
            int weight = Math.min(255, 255 * 32_000 / (254 * Math.max(1, pattern.cares())));
            int product = 255 * weight >> 8;
            int lost = RandomTables.differing(pattern, key) * product;
            assertEquals(product / 2.0, datapath.sum(rule) + lost, 1.5, what + " rule=" + rule);
        }
    }

    @Test
    void shouldTakeCyclesByWidthAndRulesAlone() {
        SeededRandom random = new SeededRandom(5);
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(LIGHTNING);
                MatchDatapath datapath = new MatchDatapath(device, measured(device))) {
            long key = arena.allocate(64, 8).address();
            for (int rules : new int[] {1, 16, 17, 50}) {
                List<TableEntry> entries = RandomTables.entries(104, rules, 2, random);
                datapath.load(entries);
                int words = rules * 14;
                for (int k = 0; k < 5; k++) {
                    RandomTables.key(entries, 104, key, random);
                    datapath.lookup(key);
                    // 208 rails and one for the threshold; 5 to the first operand, 10 of preamble; 35 behind the last
                    // operand of a query whose sums are one word.
                    assertEquals(5 + words + 10 + 35 + (rules - 1) / 16, datapath.cycles(), "rules=" + rules);
                }
            }
        }
    }

    @Test
    void shouldReloadAndKeepTheTableBeforeIfRulesDoNotFit() {
        SeededRandom random = new SeededRandom(8);
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(LIGHTNING.withWeightWords(200));
                MatchDatapath datapath = new MatchDatapath(device, measured(device))) {
            long key = arena.allocate(64, 8).address();
            assertEquals(RuleTable.NO_MATCH, datapath.lookup(key));
            List<TableEntry> few = RandomTables.entries(64, 10, 2, random);
            datapath.load(few);
            String refused = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> datapath.load(RandomTables.entries(64, 40, 2, random)))
                    .getMessage());
            assertTrue(refused.contains("weight memory is too small"), refused);
            for (int k = 0; k < 20; k++) {
                RandomTables.key(few, 64, key, random);
                assertEquals(RandomTables.lookup(few, key), datapath.lookup(key));
            }
            List<TableEntry> others = RandomTables.entries(40, 12, 3, random);
            datapath.load(others);
            RandomTables.key(others, 40, key, random);
            assertEquals(RandomTables.lookup(others, key), datapath.lookup(key));
            datapath.load(List.of());
            assertEquals(RuleTable.NO_MATCH, datapath.lookup(key));
        }
    }

    @Test
    void shouldBeRightOnNoisyLossyLight() {
        SeededRandom random = new SeededRandom(9);
        EmulatorConfig config = LIGHTNING
                .withOptics(0.6, TransferCurve.PREDISTORTED, 0, 0)
                .withNoise(new NoiseModel.Product(NoiseModel.LIGHTNING_SIGMA), 4);
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(config);
                MatchDatapath datapath = new MatchDatapath(device, measured(device))) {
            long key = arena.allocate(64, 8).address();
            List<TableEntry> entries = RandomTables.entries(104, 12, 4, random);
            datapath.load(entries);
            for (int k = 0; k < 1_000; k++) {
                RandomTables.key(entries, 104, key, random);
                assertEquals(RandomTables.lookup(entries, key), datapath.lookup(key), "key=" + k);
            }
        }
    }

    @Test
    void shouldAllocateNothingForALookup() {
        SeededRandom random = new SeededRandom(2);
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(LIGHTNING);
                MatchDatapath datapath = new MatchDatapath(device, measured(device))) {
            long key = arena.allocate(64, 8).address();
            datapath.load(RandomTables.entries(64, 8, 2, random));
            int[] sum = new int[1];
            assertEquals(0, Allocations.inSteadyState(() -> {
                for (int k = 0; k < 200; k++) {
                    sum[0] += datapath.lookup(key);
                }
            }));
        }
    }

    @Test
    void shouldHaveAProgramThatReadsAsText() {
        try (PhotonicEmulator device = new PhotonicEmulator(LIGHTNING);
                MatchDatapath datapath = new MatchDatapath(device, measured(device))) {
            datapath.load(RandomTables.entries(64, 20, 2, new SeededRandom(1)));
            DatapathProgram program = datapath.program();
            String text = ProgramText.write(program);
            assertTrue(text.contains("stage encoder : priority-encoder"), text);
            assertEquals(text, ProgramText.write(ProgramText.parse("optcam", text)));
            String both = text.replace(
                    "stage encoder", "stage result : result-generator { set latency 1 }\n    stage encoder");
            String refused = String.valueOf(assertThrows(ProgramException.class, () -> ProgramText.parse("both", both))
                    .getMessage());
            assertTrue(refused.contains("result-generator"), refused);
        }
    }
}
