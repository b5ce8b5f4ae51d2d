package io.heliograph.offload.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.Pooling;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class QueryCostTest {

    private static DeviceDescription device(EnergyConstant only, double value) {
        Map<EnergyConstant, DeviceDescription.Entry> entries = new EnumMap<>(EnergyConstant.class);
        for (EnergyConstant constant : EnergyConstant.values()) {
            entries.put(constant, new DeviceDescription.Entry(constant == only ? value : 0, "test"));
        }
        entries.put(EnergyConstant.WAVELENGTH, new DeviceDescription.Entry(1550, "test"));
        entries.put(EnergyConstant.WALL_PLUG_EFFICIENCY, new DeviceDescription.Entry(50, "test"));
        entries.put(EnergyConstant.OPTICAL_LOSS, new DeviceDescription.Entry(10, "test"));
        return new DeviceDescription("test", entries);
    }

    /** 40 -> 5 -> 3 on 16 lanes: 3 x 5 + 10 words, 1 x 3 + 10 words. */
    private static QueryCost cost(EnergyConstant only, double value) {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = RandomNetworks.network(new SeededRandom(1), 100, arena, 40, 5, 3);
            return QueryCost.of(network, device(only, value), 16, 250_000_000, 100);
        }
    }

    @Test
    void shouldCountWordsCyclesAndMultiplications() {
        QueryCost cost = cost(EnergyConstant.ADC, 1);
        assertEquals(3, cost.layers().size());
        assertEquals(25, cost.layers().get(0).words());
        assertEquals(13, cost.layers().get(1).words());
        assertEquals(100 - 25 - 13, cost.layers().get(2).cycles(), "what is between");
        assertEquals(0, cost.layers().get(2).words());
        assertEquals(200, cost.layers().get(0).multiplications());
        assertEquals(215, cost.total().multiplications());
        assertEquals(100, cost.total().cycles());
        assertEquals(400, cost.nanoseconds(cost.total().cycles()), 1e-9);
        assertThrows(IllegalArgumentException.class, () -> {
            try (Arena arena = Arena.ofConfined()) {
                QuantizedNetwork network = RandomNetworks.network(new SeededRandom(1), 100, arena, 40, 5, 3);
                QueryCost.of(network, device(EnergyConstant.ADC, 1), 16, 250_000_000, 37);
            }
        });
    }

    @Test
    void shouldChargeEachPartByItsOwnConstant() {
        int samples = 38 * 16;
        assertOnly(Part.DACS, samples * 2e-12, cost(EnergyConstant.ACTIVATION_DAC, 2));
        assertOnly(Part.DACS, samples * 3e-12, cost(EnergyConstant.WEIGHT_DAC, 3));
        assertOnly(Part.MODULATORS, samples * 2 * 4e-15, cost(EnergyConstant.MODULATOR, 4));
        assertOnly(Part.ADC, 100 * 16 * 1e-12, cost(EnergyConstant.ADC, 1));
        assertOnly(Part.DETECTOR, 400e-9 * 5e-3, cost(EnergyConstant.DETECTOR, 5));
        assertOnly(Part.MEMORY, samples * 9 * 2e-12, cost(EnergyConstant.WEIGHT_MEMORY, 2));
        assertOnly(Part.MEMORY, samples * 8 * 2e-12, cost(EnergyConstant.ACTIVATION_MEMORY, 2));
        assertOnly(Part.LOGIC, (samples + 8) * 1e-12, cost(EnergyConstant.ADDER, 1));
        // A photon of 1550 nm has 1.2816e-19 J; ten times as many leave the laser, which takes twice their energy.
        assertOnly(Part.LASER, 100 * 16 * 1000 * 1.2816e-19 * 10 * 2, cost(EnergyConstant.PHOTONS, 1000));
    }

    /** 40 -> 5 -> 3 in groups of four: 10 or 11 of 16 lanes, so a word each; 1 x 5 + 10 words, 1 x 3 + 10 words. */
    @Test
    void shouldChargeModulatorsAndConvertersForEachWavelength() {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = RandomNetworks.network(new SeededRandom(1), 100, arena, 40, 5, 3);
            int lines = 28 * 16;
            assertOnly(Part.DACS, 4 * lines * 2e-12, four(network, EnergyConstant.ACTIVATION_DAC, 2));
            assertOnly(Part.MODULATORS, 4 * lines * 2 * 4e-15, four(network, EnergyConstant.MODULATOR, 4));
            assertOnly(Part.ADC, 100 * 16 * 1e-12, four(network, EnergyConstant.ADC, 1));
            assertOnly(Part.DETECTOR, 400e-9 * 5e-3, four(network, EnergyConstant.DETECTOR, 5));
            assertOnly(Part.MEMORY, 4 * lines * (9 + 16) * 2e-12, four(network, EnergyConstant.WEIGHT_MEMORY, 2));
            assertOnly(Part.LOGIC, (lines + 8) * 1e-12, four(network, EnergyConstant.ADDER, 1));
            assertOnly(
                    Part.LASER, 4 * 100 * 16 * 1000 * 1.2816e-19 * 10 * 2, four(network, EnergyConstant.PHOTONS, 1000));
        }
    }

    private static QueryCost four(QuantizedNetwork network, EnergyConstant only, double value) {
        return QueryCost.of(network, device(only, value), 16, 4, 250_000_000, 100);
    }

    @Test
    void shouldChargeBiases() {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = RandomNetworks.network(new SeededRandom(1), 100, arena, 40, 5, 3);
            List<DenseLayer> layers = new ArrayList<>(network.layers());
            layers.set(0, layers.getFirst().withBiases(arena, 1, 2, 3, 4, 5));
            QuantizedNetwork biased = new QuantizedNetwork("biased", layers, 255);
            DeviceDescription adder = device(EnergyConstant.ADDER, 1);
            assertOnly(Part.LOGIC, (38 * 16 + 8 + 5) * 1e-12, QueryCost.of(biased, adder, 16, 250_000_000, 100));
            DeviceDescription memory = device(EnergyConstant.WEIGHT_MEMORY, 1);
            assertOnly(Part.MEMORY, (38 * 16 * 9 + 5 * 32) * 1e-12, QueryCost.of(biased, memory, 16, 250_000_000, 100));
        }
    }

    /** 18 and 3 words and two preambles; 6 sums, which are pooled, and 3. */
    @Test
    void shouldChargePooling() {
        try (Arena arena = Arena.ofConfined()) {
            DenseLayer first = RandomNetworks.network(new SeededRandom(1), 100, arena, 40, 6)
                    .layers()
                    .getFirst();
            DenseLayer last = RandomNetworks.network(new SeededRandom(1), 100, arena, 2, 3)
                    .layers()
                    .getFirst();
            QuantizedNetwork pooled =
                    new QuantizedNetwork("pooled", List.of(first.withPooling(Pooling.mean(3, true)), last), 255);
            DeviceDescription adder = device(EnergyConstant.ADDER, 1);
            assertOnly(Part.LOGIC, (41 * 16 + 2 * 6 + 3) * 1e-12, QueryCost.of(pooled, adder, 16, 250_000_000, 100));
        }
    }

    private static void assertOnly(Part part, double joules, QueryCost cost) {
        assertEquals(joules, cost.total().joules(part), joules * 1e-4, part.title());
        assertEquals(joules, cost.total().totalJoules(), joules * 1e-4, "and nothing else");
    }
}
