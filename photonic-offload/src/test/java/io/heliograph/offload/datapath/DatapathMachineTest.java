package io.heliograph.offload.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.CalibrationWave;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.device.TransferCurve;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DatapathMachineTest {

    private static final int NETWORKS = 60;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldGiveTheIntegerSemanticsForRandomNetworksOnRandomDevices() {
        for (long seed = 1; seed <= NETWORKS; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int[] widths = new int[2 + random.nextInt(4)];
            for (int k = 0; k < widths.length; k++) {
                widths[k] = 1 + random.nextInt(70);
            }
            QuantizedNetwork network = RandomNetworks.network(random, 10 + random.nextInt(91), arena, widths);
            int lanes = 4 << random.nextInt(4);
            EmulatorConfig config = EmulatorConfig.LIGHTNING
                    .withConverters(lanes, 1, 8, 8)
                    .withFlight(random.nextInt(40 * lanes), random.nextInt(40 * lanes));
            IntegerInference straight = new IntegerInference(network, arena);
            try (Runs runs = new Runs(network, config)) {
                for (int query = 0; query < 3; query++) {
                    long input = RandomNetworks.input(random, network.inputs(), arena);
                    String what = "seed=" + seed + " query=" + query + " lanes=" + lanes;
                    assertEquals(straight.infer(input), runs.machine.run(input, network.inputs()), what);
                    for (int output = 0; output < network.outputs(); output++) {
                        assertEquals(straight.sum(output), runs.machine.sum(output), what + " output=" + output);
                    }
                }
            }
        }
    }

    @Test
    void shouldWrapSumsAt16Bits() {
        SeededRandom random = new SeededRandom(3);
        QuantizedNetwork network = RandomNetworks.network(random, 0, arena, 300, 1);
        long weights = network.layers().getFirst().address();
        for (int k = 0; k < 300; k++) {
            NativeMemory.putShort(weights + 2L * k, (short) 255);
        }
        long input = arena.allocate(300).fill((byte) 255).address();
        IntegerInference straight = new IntegerInference(network, arena);
        straight.infer(input);
        assertEquals((short) (300 * 254), straight.sum(0), "254 a product, 76200 in all");
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            runs.machine.run(input, 300);
            assertEquals((short) (300 * 254), runs.machine.sum(0));
        }
    }

    @Test
    void shouldFindEveryPhaseOfTheLight() {
        SeededRandom random = new SeededRandom(7);
        QuantizedNetwork network = RandomNetworks.network(random, 60, arena, 40, 20, 10);
        long input = RandomNetworks.input(random, 40, arena);
        IntegerInference straight = new IntegerInference(network, arena);
        straight.infer(input);
        for (int flight = 100; flight < 116; flight++) {
            EmulatorConfig config = EmulatorConfig.LIGHTNING.withFlight(186, flight);
            try (Runs runs = new Runs(network, config)) {
                runs.machine.run(input, 40);
                assertEquals(flight % 16, runs.machine.phase(), "the weight arm is delayed by whole cycles only");
                for (int output = 0; output < 10; output++) {
                    assertEquals(straight.sum(output), runs.machine.sum(output), "flight=" + flight);
                }
            }
        }
    }

    @Test
    void shouldRunOnADeviceThatOnlyCalibrationKnows() {
        SeededRandom random = new SeededRandom(11);
        QuantizedNetwork network = RandomNetworks.network(random, 60, arena, 40, 20, 10);
        long input = RandomNetworks.input(random, 40, arena);
        IntegerInference straight = new IntegerInference(network, arena);
        straight.infer(input);
        for (int round = 0; round < 20; round++) {
            EmulatorConfig config = EmulatorConfig.LIGHTNING.withFlight(random.nextInt(700), random.nextInt(700));
            try (PhotonicEmulator device = new PhotonicEmulator(config)) {
                Calibration calibration = Calibration.measure(device, CalibrationWave.SQUARE, 10);
                ResidentModel model = ResidentModel.load(network, device, 0, arena);
                DatapathProgram program = DatapathCompiler.compile(network, device.capabilities(), calibration);
                DatapathMachine machine = new DatapathMachine(program, model, device, arena);
                machine.run(input, 40);
                for (int output = 0; output < 10; output++) {
                    assertEquals(straight.sum(output), machine.sum(output), config.toString());
                }
            }
        }
    }

    @Test
    void shouldMakeUpForHalfOfTheLight() {
        QuantizedNetwork network = RandomNetworks.network(new SeededRandom(5), 100, arena, 64, 10);
        long input = arena.allocate(64).fill((byte) 200).address();
        IntegerInference straight = new IntegerInference(network, arena);
        straight.infer(input);
        EmulatorConfig config = EmulatorConfig.LIGHTNING.withOptics(0.5, TransferCurve.PREDISTORTED, 0, 0);
        try (PhotonicEmulator device = new PhotonicEmulator(config)) {
            Calibration calibration = Calibration.measure(device, CalibrationWave.SINE, 10);
            assertEquals(2, calibration.lossMultiplier());
            try (Runs runs = new Runs(network, config, calibration)) {
                runs.machine.run(input, 64);
                for (int output = 0; output < 10; output++) {
                    // The ADC loses one bit of each of 64 products.
                    assertEquals(straight.sum(output), runs.machine.sum(output), 64, "output " + output);
                    assertTrue(Math.abs(runs.machine.sum(output)) % 2 == 0, "every product is doubled");
                }
            }
        }
    }

    @Test
    void shouldTakeTheSameCyclesWhateverTheDataAre() {
        SeededRandom random = new SeededRandom(13);
        QuantizedNetwork network = RandomNetworks.network(random, 50, arena, 33, 17, 18);
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            runs.machine.run(RandomNetworks.input(random, 33, arena), 33);
            long overall = runs.machine.overallCycles();
            long compute = runs.machine.computeCycles();
            for (int query = 0; query < 20; query++) {
                runs.machine.run(RandomNetworks.input(random, 33, arena), 33);
                assertEquals(overall, runs.machine.overallCycles());
                assertEquals(compute, runs.machine.computeCycles());
            }
        }
    }

    @Test
    void shouldKeepSeveralModelsResident() {
        SeededRandom random = new SeededRandom(17);
        QuantizedNetwork one = RandomNetworks.network(random, 50, arena, 33, 17, 10);
        QuantizedNetwork other = RandomNetworks.network(random, 50, arena, 20, 5);
        EmulatorConfig config = EmulatorConfig.LIGHTNING;
        Calibration calibration = Calibration.lossless(config.activationFlight(), config.weightFlight());
        try (PhotonicEmulator device = new PhotonicEmulator(config)) {
            ResidentModel first = ResidentModel.load(one, device, 0, arena);
            ResidentModel second = ResidentModel.load(other, device, first.words(), arena);
            DatapathMachine ofOne = new DatapathMachine(
                    DatapathCompiler.compile(one, device.capabilities(), calibration), first, device, arena);
            DatapathMachine ofOther = new DatapathMachine(
                    DatapathCompiler.compile(other, device.capabilities(), calibration), second, device, arena);
            IntegerInference straightOne = new IntegerInference(one, arena);
            IntegerInference straightOther = new IntegerInference(other, arena);
            for (int query = 0; query < 10; query++) {
                long input = RandomNetworks.input(random, 33, arena);
                straightOne.infer(input);
                straightOther.infer(input);
                ofOne.run(input, 33);
                ofOther.run(input, 20);
                assertEquals(straightOne.sum(query), ofOne.sum(query));
                assertEquals(straightOther.sum(query % 5), ofOther.sum(query % 5));
            }
        }
    }

    @Test
    void shouldRefuseAQueryOfAnotherSize() {
        QuantizedNetwork network = RandomNetworks.network(new SeededRandom(19), 50, arena, 20, 5);
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            long input = arena.allocate(32).address();
            assertEquals(DatapathMachine.WRONG_SIZE, runs.machine.run(input, 19));
            assertEquals(DatapathMachine.WRONG_SIZE, runs.machine.run(input, 21));
        }
    }

    @Test
    void shouldSayWhereItHangsWhenNoPreambleComes() {
        QuantizedNetwork network = RandomNetworks.network(new SeededRandom(23), 50, arena, 20, 5);
        EmulatorConfig config = EmulatorConfig.LIGHTNING;
        // The arms are eight lanes apart from where the datapath believes them.
        Calibration wrong = Calibration.lossless(config.activationFlight() + 8, config.weightFlight());
        long input = arena.allocate(20).fill((byte) 9).address();
        try (Runs runs = new Runs(network, config.withFlight(186, 1_000), wrong)) {
            assertEquals(DatapathMachine.NO_ANSWER, runs.machine.run(input, 20));
            assertTrue(runs.machine.describe().contains("detector=[closed"), runs.machine.describe());
        }
    }

    @Test
    void shouldAllocateNothingPerQuery() {
        SeededRandom random = new SeededRandom(29);
        QuantizedNetwork network = RandomNetworks.network(random, 50, arena, 33, 17, 10);
        long input = RandomNetworks.input(random, 33, arena);
        IntegerInference straight = new IntegerInference(network, arena);
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            assertEquals(0, Allocations.inSteadyState(() -> {
                for (int query = 0; query < 50; query++) {
                    runs.machine.run(input, 33);
                    straight.infer(input);
                }
            }));
        }
    }

    @Test
    void shouldGiveLogProbabilities() {
        QuantizedNetwork network = RandomNetworks.network(new SeededRandom(31), 100, arena, 16, 3);
        long weights = network.layers().getFirst().address();
        for (int k = 0; k < 48; k++) {
            NativeMemory.putShort(weights + 2L * k, (short) (k == 0 ? 14 : k == 16 ? 10 : 0));
        }
        long input = arena.allocate(16).fill((byte) 255).address();
        try (Runs runs = new Runs(network, EmulatorConfig.LIGHTNING)) {
            assertEquals(0, runs.machine.run(input, 16));
            assertEquals(13, runs.machine.sum(0));
            assertEquals(9, runs.machine.sum(1));
            // 13, 9 and 0: e^0 / (e^0 + e^-4 + e^-13) and so on.
            assertEquals(0, runs.machine.logProbability(0));
            assertEquals(-4, runs.machine.logProbability(1));
            assertEquals(-13, runs.machine.logProbability(2));
        }
    }
}
