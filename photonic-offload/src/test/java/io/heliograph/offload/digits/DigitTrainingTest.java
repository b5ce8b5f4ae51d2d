package io.heliograph.offload.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.SharedData;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.NetworkFile;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.modelfile.ModelFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DigitTrainingTest {

    private static final int HELD_OUT_RIGHT = 9_883;
    private static final int MNIST_RIGHT = 8_532;

    @Test
    void shouldMakeTheSameModelFromTheSameSeed() {
        DigitTraining small = new DigitTraining(3, 2_000, 3, 0.02, List.of(20));
        try (Arena arena = Arena.ofConfined()) {
            List<DigitTraining.Epoch> epochs = new ArrayList<>();
            DigitTraining.Outcome first = small.run(1_000, epochs::add, arena);
            DigitTraining.Outcome second = small.run(1_000, _ -> {}, arena);
            assertArrayEquals(NetworkFile.write(first.network()), NetworkFile.write(second.network()));
            assertEquals(
                    List.of(1, 2, 3),
                    epochs.stream().map(DigitTraining.Epoch::number).toList());
            assertEquals(epochs.getLast().floatRight(), first.floatRight());
            assertTrue(first.floatRight() > 850, () -> "it learns: " + first.floatRight() + " of 1000");
            assertTrue(
                    Math.abs(first.integerRight() - first.floatRight()) < 30,
                    () -> first.integerRight() + " in integers, " + first.floatRight() + " in float");
            assertEquals("digits-784-20-10", first.network().name());
        }
    }

    @Test
    void shouldRefuseWhatTrainsNothing() {
        assertThrows(IllegalArgumentException.class, () -> new DigitTraining(1, 0, 1, 0.1, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new DigitTraining(1, 1, 1, 0, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new DigitTraining(1, 1, 1, 0.1, List.of(0)));
    }

    @Test
    void shouldShipAModelThatKnowsDigitsThatItHasNotSeen() {
        try (Arena arena = Arena.ofConfined()) {
            QuantizedNetwork network = ModelFile.builtIn(arena);
            assertEquals(GeneratedDigits.IMAGE_BYTES, network.inputs());
            assertEquals(GeneratedDigits.CLASSES, network.outputs());
            ImageSet exam = DigitTraining.heldOut(10_000, DigitTraining.DEFAULT.seed(), arena);
            assertEquals(HELD_OUT_RIGHT, DigitTraining.right(network, exam), "MODELS.md has it");
        }
    }

    @Test
    void shouldReadHandwritingToo() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(
                    MNIST_RIGHT,
                    DigitTraining.right(ModelFile.builtIn(arena), SharedData.mnist(arena)),
                    "MODELS.md has it");
        }
    }

    @Test
    @Tag("slow")
    void shouldShipWhatTheTrainingMakes() {
        try (Arena arena = Arena.ofConfined()) {
            DigitTraining.Outcome outcome = DigitTraining.DEFAULT.run(1_000, _ -> {}, arena);
            assertArrayEquals(ModelFile.builtInBytes(), NetworkFile.write(outcome.network()));
        }
    }
}
