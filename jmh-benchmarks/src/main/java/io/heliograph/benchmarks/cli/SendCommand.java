package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.files.FileNames;
import io.heliograph.benchmarks.files.FileSender;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.session.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio send}: moves files into the directory of a {@code helio receive}. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        customSynopsis = {
            "helio send [OPTIONS] FILE... HOST[:PORT]|unix:PATH",
            "helio send [OPTIONS] --port memory FILE... DIRECTORY",
            ""
        },
        description = {
            "Sends files by WRITE into the directory of a 'helio receive': the file is mapped here and there, and its bytes are"
                    + " placed straight into the other mapping.",
            "",
            "The last WRITE of a file carries an immediate that fires when all the others are placed; then both ends compute"
                    + " SHA-256 (the time is not counted) and the receiver gives the file its name if they agree.",
            ""
        },
        footer = {
            "%nExample, in two terminals:",
            "  helio receive /tmp/in",
            "  helio send 'a file' another localhost%n",
            "Or in one: helio send --port memory 'a file' another /tmp/in"
        })
final class SendCommand implements Callable<Integer> {

    static final String PROTOCOL = "files";

    private static final long MOST_CHUNK_BYTES = 1L << 30;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(
            arity = "2..*",
            paramLabel = "FILE... HOST[:PORT]|unix:PATH",
            description =
                    "The files, and where the receiver listens; with --port memory, the directory to receive into.")
    private List<String> arguments = new ArrayList<>();

    @Option(
            names = {"-s", "--size"},
            paramLabel = "BYTES",
            converter = ByteCount.class,
            description = "Length of a WRITE (default: 1m).")
    private long chunkBytes = 1 << 20;

    @Option(
            names = {"-t", "--tx-depth"},
            paramLabel = "COUNT",
            description = "WRITEs outstanding (default: ${DEFAULT-VALUE}).")
    private int depth = 16;

    @Option(names = "--overwrite", description = "With --port memory: replaces files that exist.")
    private boolean overwrite;

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() throws Exception {
        List<Path> files = files(arguments.subList(0, arguments.size() - 1));
        check(chunkBytes <= MOST_CHUNK_BYTES, "--size is at most 1g");
        check(depth >= 1 && depth <= 1_024, "--tx-depth must be from 1 to 1024");
        String destination = arguments.getLast();
        TransportRun run = new TransportRun(spec, PROTOCOL, transport, EndpointKind.PACKET);
        if (transport.isMemory()) {
            Path directory = ReceiveCommand.directory(spec, destination);
            return run.both(
                    this::describe,
                    (session, output) -> ReceiveCommand.receive(session, output, directory, overwrite),
                    (session, output) -> send(session, output, files));
        }
        check(!overwrite, "--overwrite is the receiver's to give");
        return run.client(destination, this::describe, (session, output) -> send(session, output, files));
    }

    private boolean send(Session session, Output output, List<Path> files) throws Exception {
        TransferRows rows = new TransferRows(output, false);
        new FileSender(session, chunkBytes, depth, TerminalProgress.ifTerminal()).run(files, rows::add);
        return rows.allIntact();
    }

    private void describe(Banner banner) {
        banner.with("files", arguments.size() - 1)
                .with("WRITE [bytes]", chunkBytes)
                .with("outstanding", depth);
    }

    /** Readable, with names that a receiver takes, and no name twice. */
    private List<Path> files(List<String> names) {
        List<Path> files = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            Path file = Path.of(name);
            check(Files.isRegularFile(file), name + " is not a file");
            check(Files.isReadable(file), name + " may not be read");
            String refusal = FileNames.refusal(file.getFileName().toString());
            check(refusal == null, name + " cannot be sent under its name: " + refusal);
            check(seen.add(file.getFileName().toString()), "two files would have the same name: " + file.getFileName());
            files.add(file);
        }
        return files;
    }

    private void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
