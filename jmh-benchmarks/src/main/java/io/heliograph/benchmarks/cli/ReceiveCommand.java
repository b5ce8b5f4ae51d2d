package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.files.FileReceiver;
import io.heliograph.benchmarks.session.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio receive}: takes files from one {@code helio send}. */
@Command(
        name = "receive",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Waits for one 'helio send' and takes its files into a directory.",
            "",
            "A file is called NAME.helio.part until it is whole and its SHA-256 agrees with the sender's; if the sender goes or"
                    + " the check fails, it is removed. Names that lead out of the directory are refused.",
            ""
        },
        footer = {"%nExample, in two terminals:", "  helio receive /tmp/in", "  helio send 'a file' another localhost"})
final class ReceiveCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(paramLabel = "DIRECTORY", description = "Where the files go; it must exist.")
    private String directory = "";

    @Option(names = "--overwrite", description = "Replaces files that exist.")
    private boolean overwrite;

    @Option(
            names = "--listen",
            paramLabel = "HOST[:PORT]|unix:PATH",
            description =
                    "Where to listen (default: 127.0.0.1; 0.0.0.0 lets other hosts in, whoever they are; a socket file"
                            + " reaches across network namespaces).")
    @Nullable
    private String listen;

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() throws Exception {
        if (transport.isMemory()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--port memory has both ends in one process: use helio send --port memory FILE... DIRECTORY");
        }
        Path into = directory(spec, directory);
        return new TransportRun(spec, SendCommand.PROTOCOL, transport, EndpointKind.PACKET)
                .server(
                        listen,
                        banner -> banner.with("directory", into).with("overwrite", overwrite),
                        (session, output) -> receive(session, output, into, overwrite));
    }

    static boolean receive(Session session, Output output, Path directory, boolean overwrite) throws Exception {
        TransferRows rows = new TransferRows(output, true);
        new FileReceiver(session, directory, overwrite).run(rows::add);
        return rows.allIntact();
    }

    static Path directory(CommandSpec spec, String name) {
        Path directory = Path.of(name);
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(spec.commandLine(), name + " is not a directory");
        }
        if (!Files.isWritable(directory)) {
            throw new ParameterException(spec.commandLine(), name + " may not be written to");
        }
        return directory;
    }
}
