package io.heliograph.benchmarks.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.collectives.planning.rates.LinkCheck;
import io.heliograph.emulator.experiment.ExperimentFile;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code helio plan} says of links is true of the file that it writes. */
class WrittenTableTest {
    private static final int PASSED = 0;
    private static final int FAILED = 1;

    @TempDir
    private Path directory;

    private final StringWriter told = new StringWriter();

    private int plan(String job, String experiment, String... options) {
        told.getBuffer().setLength(0);
        CommandLine command = new CommandLine(new PlanCommand())
                .setOut(new PrintWriter(told, true))
                .setErr(new PrintWriter(told, true));
        String[] all = new String[options.length + 7];
        all[0] = Shipped.job(job).toString();
        all[1] = "--fabric";
        all[2] = Shipped.experiment(experiment).toString();
        all[3] = "--rates";
        all[4] = rates().toString();
        all[5] = "--json";
        all[6] = json().toString();
        System.arraycopy(options, 0, all, 7, options.length);
        return command.execute(all);
    }

    private Path rates() {
        return directory.resolve("rates.csv");
    }

    private Path json() {
        return directory.resolve("plan.json");
    }

    /** How full the fullest link is by the file. */
    private double fullest(String experiment) throws IOException {
        RateTable table = RateTableFile.read(rates());
        try (Fabric fabric = ExperimentFile.readFabric(Shipped.experiment(experiment))) {
            return LinkCheck.fullest(table, new EmulatedRoutes(fabric), HostAddresses::ipv4);
        }
    }

    @Test
    void shouldOversubscribeNothingUnlessItSaysSo() throws IOException {
        String name = "gpt-small-overlap";
        for (String experiment : new String[] {name, name + "+oversubscribed"}) {
            for (String method : new String[] {"max-min", "lp", "timeline"}) {
                int code = plan(name, experiment, "--method", method);
                assertEquals(PASSED, code, told::toString);
                assertTrue(fullest(experiment) <= 0.98 * (1 + 1e-9), told::toString);
                JsonNode report = new JsonMapper().readTree(json().toFile());
                assertEquals(fullest(experiment), report.path("fullest").asDouble(), 1e-12);
                assertTrue(report.path("passed").asBoolean()
                        && !report.path("oversubscribed").asBoolean(true));
            }
        }
    }

    @Test
    void shouldFailIfLateOnesMayAskLinksForMoreThanTheyCarry() throws IOException {
        String name = "gpt-small-overlap";
        int code = plan(name, name, "--late", "keep");
        assertEquals(FAILED, code, told::toString);
        assertTrue(fullest(name) > 1.5, told::toString);
        JsonNode report = new JsonMapper().readTree(json().toFile());
        assertEquals(fullest(name), report.path("fullest").asDouble(), 1e-12);
        assertTrue(!report.path("passed").asBoolean(true)
                && report.path("oversubscribed").asBoolean());
        assertEquals(0.98, report.path("fullestIfNothingIsLate").asDouble(), 1e-6);
        assertTrue(told.toString().contains(" %: OVERSUBSCRIBED"), told::toString);
        assertTrue(told.toString().contains("fullest link if nothing is late: 98.00 %"), told::toString);
        assertEquals(PASSED, plan(name, name, "--late", "wait"), told::toString);
        assertEquals(0.98, fullest(name), 1e-6);
    }
}
