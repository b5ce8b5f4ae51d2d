package io.heliograph.transport.simulation.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import io.heliograph.transport.simulation.ScenarioGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checkers of the simulation catch every deliberate bug, each within a part of what continuous integration runs, and nothing else. */
class MutationTest {
    private static final long BASE_SEED = 1;
    private static final int MAX_SCHEDULES = 8_000;
    private static final int SCHEDULES_WITHOUT_BUG = 200;

    @ParameterizedTest
    @EnumSource
    void shouldCatchBugWhenEngineHasOne(Mutation mutation) throws Exception {
        try (Runner runner = new Runner(mutation.edits())) {
            for (int i = 0; i < MAX_SCHEDULES; i++) {
                String failure = runner.run(ScenarioGenerator.seed(BASE_SEED, i));
                if (!failure.isEmpty()) {
                    System.out.println(mutation + " caught by schedule " + (i + 1) + ": " + failure);
                    return;
                }
            }
        }
        fail(mutation + " was not caught by " + MAX_SCHEDULES + " schedules");
    }

    @Test
    void shouldPassWhenLoadedClassesAreNotChanged() throws Exception {
        try (Runner runner = new Runner(List.of())) {
            for (int i = 0; i < SCHEDULES_WITHOUT_BUG; i++) {
                long seed = ScenarioGenerator.seed(BASE_SEED, i);
                assertEquals("", runner.run(seed), () -> "seed " + seed);
            }
        }
    }

    @Test
    void shouldLoadClassesOfItsOwn() throws Exception {
        try (Runner runner = new Runner(List.of())) {
            assertNotEquals(SeedRunner.class, runner.instance.getClass());
        }
    }

    @Test
    void shouldFailLoudlyWhenMutationFitsNothing() {
        Edit noMethod =
                Edit.body("io.heliograph.transport.engine.SendFlow", "noSuchMethod", builder -> builder.return_());
        Edit noCall = Edit.after(
                "io.heliograph.transport.engine.SendFlow",
                "windowOpen",
                Edit.callOf("noSuchCall"),
                builder -> builder.nop());
        Edit noClass = Edit.body("io.heliograph.transport.engine.NoSuchClass", "run", builder -> builder.return_());
        for (Edit edit : List.of(noMethod, noCall, noClass)) {
            assertThrows(IllegalStateException.class, () -> new MutatingLoader(List.of(edit)));
        }
    }

    /** A simulation that lives in a loader of its own. */
    private static final class Runner implements Closeable {
        private final LongFunction<?> instance;

        Runner(List<Edit> edits) throws ReflectiveOperationException {
            Class<?> type = new MutatingLoader(edits).loadClass(SeedRunner.class.getName());
            instance = (LongFunction<?>) type.getConstructor().newInstance();
        }

        String run(long seed) {
            return String.valueOf(instance.apply(seed));
        }

        @Override
        public void close() throws IOException {
            ((Closeable) instance).close();
        }
    }
}
