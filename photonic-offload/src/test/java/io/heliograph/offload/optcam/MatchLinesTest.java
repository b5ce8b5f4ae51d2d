package io.heliograph.offload.optcam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

class MatchLinesTest {

    private static MatchLines on(PhotonicEmulator device, Arena arena) {
        Calibration calibration = Calibration.measure(device, CalibrationWave.SQUARE, 100);
        return new MatchLines(device, calibration, MatchLevels.SUM_LIMIT, arena);
    }

    @Test
    void shouldAgreeWithAPlainMatcherWhateverTheDeviceIs() {
        for (int seed = 0; seed < 30; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int width = 1 + random.nextInt(200);
            int wavelengths = new int[] {1, 2, 4, 8}[random.nextInt(4)];
            EmulatorConfig config = EmulatorConfig.LIGHTNING
                    .withConverters(4 << random.nextInt(4), wavelengths, 8, 8)
                    .withFlight(random.nextInt(150), random.nextInt(150));
            List<TableEntry> entries = RandomTables.entries(width, 1 + random.nextInt(12), 3, random);
            try (Arena arena = Arena.ofConfined();
                    PhotonicEmulator device = new PhotonicEmulator(config)) {
                MatchLines lines = on(device, arena);
                lines.load(entries);
                long key = arena.allocate(64, 8).address();
                for (int k = 0; k < 30; k++) {
                    RandomTables.key(entries, width, key, random);
                    assertEquals(RandomTables.lookup(entries, key), lines.lookup(key), "seed=" + seed + " key=" + k);
                }
            }
        }
    }

    @Test
    void shouldAddAProductForEachBitThatDiffers() {
        SeededRandom random = new SeededRandom(6);
        List<TableEntry> entries = RandomTables.entries(100, 5, 3, random);
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(EmulatorConfig.LIGHTNING)) {
            MatchLines lines = on(device, arena);
            lines.load(entries);
            long key = arena.allocate(64, 8).address();
            for (int k = 0; k < 20; k++) {
                RandomTables.key(entries, 100, key, random);
                lines.lookup(key);
                for (int row = 0; row < entries.size(); row++) {
                    int differing = RandomTables.differing(entries.get(row).pattern(), key);
                    assertEquals(254L * differing, lines.sum(row));
                }
            }
        }
    }

    @Test
    void shouldDrawTheThresholdWhereNoiseAndLeaksPutIt() {
        EmulatorConfig config = EmulatorConfig.LIGHTNING
                .withConverters(16, 2, 8, 8)
                .withOptics(0.8, TransferCurve.PREDISTORTED, 0.02, 0)
                .withNoise(new NoiseModel.Product(NoiseModel.LIGHTNING_SIGMA), 3);
        SeededRandom random = new SeededRandom(3);
        List<TableEntry> entries = RandomTables.entries(96, 4, 8, random);
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(config)) {
            MatchLines lines = on(device, arena);
            lines.load(entries);
            long key = arena.allocate(64, 8).address();
            // A matching rule of some 84 bits has more light than a single bit that differs.
            for (int k = 0; k < 500; k++) {
                RandomTables.key(entries, 96, key, random);
                assertEquals(RandomTables.lookup(entries, key), lines.lookup(key), "key=" + k);
            }
        }
    }

    @Test
    void shouldRefuseRailsInDifferentLanes() {
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(EmulatorConfig.LIGHTNING.withConverters(16, 3, 8, 8))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new MatchLines(device, Calibration.lossless(186, 109), MatchLevels.SUM_LIMIT, arena));
        }
    }

    @Test
    void shouldAllocateNothingForALookup() {
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(EmulatorConfig.LIGHTNING)) {
            MatchLines lines = on(device, arena);
            lines.load(RandomTables.entries(64, 8, 2, new SeededRandom(1)));
            long key = arena.allocate(64, 8).address();
            int[] sum = new int[1];
            assertEquals(0, Allocations.inSteadyState(() -> {
                for (int k = 0; k < 500; k++) {
                    sum[0] += lines.lookup(key);
                }
            }));
        }
    }
}
