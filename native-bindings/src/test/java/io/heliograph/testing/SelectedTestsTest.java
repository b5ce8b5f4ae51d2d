package io.heliograph.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A run of selected tests ends, whatever a test does. */
class SelectedTestsTest {
    /** Its second test waits for ever. */
    static final class Hanging {
        @Test
        void first() {
            assertFalse(Thread.currentThread().isInterrupted());
        }

        @Test
        void second() throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    /** Each takes longer than half the limit. */
    static final class Slow {
        @Test
        void first() throws InterruptedException {
            assertFalse(new CountDownLatch(1).await(1_200, TimeUnit.MILLISECONDS));
        }

        @Test
        void second() throws InterruptedException {
            assertFalse(new CountDownLatch(1).await(1_200, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void shouldNameATestThatHangsAndWhatItWaitsFor() throws IOException, InterruptedException {
        try (ChildJvm run = ChildJvm.start(SelectedTests.class, "2", Hanging.class.getName())) {
            String said = new String(run.process().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(1, run.process().waitFor(), said);
            assertTrue(said.contains("FAILED SelectedTestsTest$Hanging.second() hung: not done after 2 s"), said);
            assertTrue(said.contains("SelectedTestsTest$Hanging.second(SelectedTestsTest.java:"), said);
        }
    }

    @Test
    void shouldLetEachTestHaveItsTime() {
        String said = ChildJvm.run(SelectedTests.class, "2", Slow.class.getName());
        assertTrue(said.contains("passed=2 failed=0"), said);
    }
}
