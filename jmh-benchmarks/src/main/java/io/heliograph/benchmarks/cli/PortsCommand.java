package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.transport.wire.Crc32Provider;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code helio ports}: what can be given to {@code --port} on this machine. */
@Command(
        name = "ports",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Lists what this machine offers for --port, and what is missing for the rest. Changes nothing.",
            ""
        },
        footer = {"%nExample:", "  helio ports", "  helio ports --json ports.json"})
final class PortsCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the list as JSON as well.")
    @Nullable
    private Path json;

    @Override
    public Integer call() {
        List<PortOffer> offers = PortSurvey.take();
        Table table = new Table(
                spec.commandLine().getOut(),
                new Column("--port", "%s", -32),
                new Column("usable", "%s", -6),
                new Column("note", "%s", -1));
        table.printTitles();
        RunReport report = new RunReport(
                spec.name(), spec.root().commandLine().getParseResult().originalArgs());
        for (PortOffer offer : offers) {
            table.printRow(offer.port(), offer.usable() ? "yes" : "no", offer.note());
            report.addResult()
                    .put("port", offer.port())
                    .put("usable", offer.usable())
                    .put("note", offer.note());
        }
        String provider = Crc32Provider.best().title();
        spec.commandLine().getOut().println();
        spec.commandLine()
                .getOut()
                .println(" ICRCs are computed by " + provider
                        + (Crc32Provider.LIBDEFLATE.isAvailable()
                                ? ""
                                : "; libdeflate (Debian: libdeflate0) takes less time"));
        report.environment("icrcBy", provider);
        if (json != null) {
            report.passed(true).write(json);
        }
        return Helio.PASSED;
    }
}
