package io.heliograph.benchmarks.emulator;

import io.heliograph.emulator.conformance.TestVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio vectors}: test vectors for hardware. */
@Command(
        name = "vectors",
        mixinStandardHelpOptions = true,
        description = {
            "Writes test vectors for RTL: packets in and out, and memory before and after, for each scripted conformance scenario.",
            "",
            "As JSON with every step, as a line of hexadecimal bytes for each frame, and as pcapng; index.json lists them with their rules.",
            ""
        },
        footer = {"%nExample:", "  helio vectors vectors && jq '.vectors[].rules' vectors/index.json"})
public final class VectorsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "Where they go; made if it is not there.")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Path directory;

    /** Made by the command line. */
    public VectorsCommand() {}

    @Override
    public Integer call() throws IOException {
        int count = TestVectors.write(directory);
        spec.commandLine().getOut().println(count + " vectors in " + directory + ", listed in index.json");
        spec.commandLine().getOut().flush();
        return 0;
    }
}
