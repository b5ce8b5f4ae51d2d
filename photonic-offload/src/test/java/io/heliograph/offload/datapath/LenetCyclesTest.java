package io.heliograph.offload.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.offload.SharedData;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** LeNet-300-100 on LIGHTNING's prototype takes the cycles that its RTL was measured to take (DATAPATH.md, "Cycles"). */
final class LenetCyclesTest {

    private static final int IMAGES = 40;

    private static final Arena ARENA = Arena.ofConfined();
    private static QuantizedNetwork lenet;
    private static ImageSet images;

    @BeforeAll
    static void load() throws IOException {
        lenet = SharedData.lenet(ARENA);
        images = SharedData.mnist(ARENA);
    }

    @AfterAll
    static void close() {
        ARENA.close();
    }

    @Test
    void shouldTakeTheCyclesAndGiveTheSumsOfTheRtl() {
        try (Runs runs = new Runs(lenet, EmulatorConfig.LIGHTNING)) {
            IntegerInference straight = new IntegerInference(lenet, ARENA);
            for (int k = 0; k < IMAGES; k++) {
                int image = k * (images.count() / IMAGES);
                int answer = runs.machine.run(images.image(image), images.imageBytes());
                assertEquals(straight.infer(images.image(image)), answer, "image " + image);
                for (int output = 0; output < lenet.outputs(); output++) {
                    assertEquals(
                            straight.sum(output), runs.machine.sum(output), "image " + image + " output " + output);
                }
                assertEquals(16_825, runs.machine.overallCycles());
                assertEquals(16_696, runs.machine.computeCycles());
                assertEquals(129, runs.machine.datapathCycles());
            }
            assertEquals(66_387, runs.machine.overallTime().nanoseconds(), 1, "66.39 us at 253.44 MHz");
        }
    }

    @Test
    void shouldPassTheBoundariesOfEachLayer() {
        try (Runs runs = new Runs(lenet, EmulatorConfig.LIGHTNING)) {
            DatapathMachine machine = runs.machine;
            machine.begin(images.image(0), images.imageBytes());
            List<Long> operands = new ArrayList<>();
            List<Long> accepted = new ArrayList<>();
            boolean streamed = false;
            boolean passed = false;
            while (!machine.isDone()) {
                long cycle = machine.cycle();
                boolean passes = machine.isValid("detector", "data");
                machine.step();
                if (machine.isStreaming() != streamed) {
                    streamed = !streamed;
                    operands.add(cycle);
                }
                if (passes != passed) {
                    passed = passes;
                    accepted.add(cycle);
                }
            }
            assertEquals(List.of(5L, 14_715L, 14_751L, 16_661L, 16_697L, 16_777L), operands);
            assertEquals(List.of(37L, 14_749L, 14_783L, 16_695L, 16_729L, 16_810L), accepted);
            assertEquals(16_825, machine.cycle());
            assertEquals(13, machine.phase(), "221 samples of flight are 13 cycles and 13 lanes");
        }
    }
}
