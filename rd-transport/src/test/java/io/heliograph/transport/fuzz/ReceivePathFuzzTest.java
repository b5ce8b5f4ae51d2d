package io.heliograph.transport.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heliograph.testing.FuzzInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/**
 * Fuzz target: an endpoint whose network is an attacker's but for one legitimate peer. Whatever arrives, nothing throws, no byte outside what peers may
 * write to changes, what the attacker has no key for least of all, the endpoint comes to rest, gives every frame back, and the legitimate peer's next
 * WRITE is placed and acknowledged.
 *
 * <p>An endpoint costs more than an input does, so a fuzzer may have several inputs share one. What then fails is tried alone; if that does not fail, all
 * inputs since the endpoint was opened are written to a file that is itself an input.
 */
@Tag("fuzz")
final class ReceivePathFuzzTest {
    private static final int INPUTS_A_STAGE = Integer.getInteger("heliograph.fuzz.inputs-a-stage", 1);
    private static final int MOST_STEPS = 48;

    private static final List<byte[]> HISTORY = new ArrayList<>();
    private static @Nullable Stage stage;

    @FuzzTest
    void shouldServeLegitimatePeerWhenNetworkIsHostile(byte[] data) {
        if (InputList.isOne(data)) {
            playAll(InputList.read(data));
        } else if (INPUTS_A_STAGE == 1) {
            playAll(List.of(data));
        } else {
            playNext(data);
        }
    }

    private static void playAll(List<byte[]> inputs) {
        try (Stage fresh = open()) {
            inputs.forEach(input -> play(fresh, input));
        }
    }

    private static void playNext(byte[] data) {
        Stage current = stage;
        if (current == null || HISTORY.size() == INPUTS_A_STAGE) {
            if (current != null) {
                current.close();
            }
            HISTORY.clear();
            current = open();
            stage = current;
        }
        HISTORY.add(data);
        try {
            play(current, data);
        } catch (Throwable failure) {
            playAll(List.of(data)); // fails as well, or it took more than this input
            throw new AssertionError("failed only after the inputs before it: all of them are in " + save(), failure);
        }
    }

    private static Stage open() {
        Stage fresh = new Stage();
        fresh.legitimateWrite();
        return fresh;
    }

    private static void play(Stage on, byte[] data) {
        FuzzInput input = new FuzzInput(data);
        Attacker attacker = new Attacker(on, input);
        for (int step = 0; step < MOST_STEPS && !input.isEmpty(); step++) {
            attacker.act();
            on.run();
            on.checkMemory();
        }
        on.legitimateWrite();
        on.checkFrames();
    }

    private static Path save() {
        try {
            Path file = Files.createTempFile("receive-path-", ".input");
            return Files.write(file, InputList.write(HISTORY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
