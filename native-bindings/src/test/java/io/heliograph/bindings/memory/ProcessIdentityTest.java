package io.heliograph.bindings.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
    @Test
    void shouldBeAliveWhenItIsThisProcess() {
        assertTrue(ProcessIdentity.current().isAlive());
        assertEquals(ProcessIdentity.current(), ProcessIdentity.current());
    }

    @Test
    void shouldBeDeadWhenTheNumberNowBelongsToAnother() {
        ProcessIdentity current = ProcessIdentity.current();
        assertFalse(new ProcessIdentity(current.pid(), current.startTicks() - 1).isAlive());
    }

    @Test
    void shouldBeDeadWhenTheProcessEnded() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sleep", "60").start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
        assertTrue(identity.isAlive());
        process.destroyForcibly().waitFor();
        assertFalse(identity.isAlive());
        assertTrue(ProcessIdentity.of(process.pid()).isEmpty());
    }
}
