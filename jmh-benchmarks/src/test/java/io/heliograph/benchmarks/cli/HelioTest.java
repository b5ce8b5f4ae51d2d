package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class HelioTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine helio = Helio.commandLine()
            .addSubcommand(new Raise())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));

    @Test
    void shouldPrintUsageWhenAskedForHelp() {
        assertEquals(0, helio.execute("--help"));
        assertTrue(out.toString().contains("Usage: helio"), out::toString);
    }

    @Test
    void shouldPrintTheBuildVersionWhenAsked() {
        assertEquals(0, helio.execute("--version"));
        assertTrue(out.toString().matches("(?s)helio \\d+\\.\\d+.*"), out::toString);
    }

    @Test
    void shouldExitWithUsageWhenCommandIsMissingOrUnknown() {
        assertAll(
                () -> assertEquals(2, helio.execute()),
                () -> assertEquals(2, helio.execute("no-such-command")),
                () -> assertEquals(2, helio.execute("--no-such-option")));
    }

    @Test
    void shouldSayOneSentenceWhenTheEnvironmentIsNotUsable() {
        assertEquals(Helio.ENVIRONMENT, helio.execute("raise", "environment"));
        assertEquals("helio: no huge pages: use normal ones" + System.lineSeparator(), err.toString());
    }

    @Test
    void shouldFailWithAStackTraceWhenACommandBreaks() {
        assertEquals(Helio.FAILED, helio.execute("raise", "anything else"));
        assertTrue(err.toString().contains("IllegalStateException: anything else"), err::toString);
    }

    @Command(name = "raise")
    private static final class Raise implements Runnable {

        @CommandLine.Parameters
        private String what = "";

        @Override
        public void run() {
            if (what.equals("environment")) {
                throw new EnvironmentException("no huge pages: use normal ones");
            }
            throw new IllegalStateException(what);
        }
    }
}
