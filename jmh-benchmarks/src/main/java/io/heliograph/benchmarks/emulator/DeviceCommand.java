package io.heliograph.benchmarks.emulator;

import io.heliograph.emulator.device.layout.MapHeader;
import io.heliograph.emulator.device.layout.MapJson;
import io.heliograph.emulator.device.layout.MapMarkdown;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code helio device}: the registers, rings and tables of the device, in the form that somebody builds a driver or hardware from. */
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the register map and the formats of rings and tables of the AINIC device.",
            "",
            "As tables for people, or for a C compiler, or for a program; all three come from what the emulator itself uses.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio device --c-header > ainic_device.h",
            "  helio device --json | jq '.registers[]'"
        })
public final class DeviceCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @ArgGroup
    private Form form = new Form();

    /** At most one of them. */
    private static final class Form {
        @Option(names = "--c-header", description = "Prints a C header (C11, little-endian machines).")
        private boolean header;

        @Option(names = "--json", description = "Prints one JSON object.")
        private boolean json;
    }

    /** Made by the command line. */
    public DeviceCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(form.header ? MapHeader.text() : form.json ? MapJson.text() : MapMarkdown.text());
        out.flush();
        return 0;
    }
}
