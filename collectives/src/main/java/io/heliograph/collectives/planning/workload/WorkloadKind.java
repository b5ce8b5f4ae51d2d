package io.heliograph.collectives.planning.workload;

import io.heliograph.collectives.planning.traffic.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Kinds of input that say what a job sends, told apart by their content. */
public enum WorkloadKind {
    /** A log of AICB. */
    AICB("AICB communication log", AicbLog::read),
    /** A workload of SimAI. */
    SIMAI("SimAI workload", SimaiWorkload::read),
    /** A folder of Chakra traces. */
    CHAKRA("folder of Chakra traces", ChakraTraces::read);

    private final String label;
    private final Reader reader;

    private interface Reader {
        Volumes read(Path input) throws IOException;
    }

    WorkloadKind(String label, Reader reader) {
        this.label = label;
        this.reader = reader;
    }

    /** What people call it. */
    public String label() {
        return label;
    }

    /**
     * Reads what it sends.
     *
     * @throws WorkloadFormatException if the input is wrong, with file and line
     * @throws IOException if it cannot be read
     */
    public Volumes read(Path input) throws IOException {
        return reader.read(input);
    }

    /**
     * What an input is meant to be, whether or not it is right; nothing if it is none of them, such as a job file. A folder is always meant to have traces.
     *
     * @throws IOException if it cannot be read
     */
    public static Optional<WorkloadKind> of(Path input) throws IOException {
        if (Files.isDirectory(input)) {
            return Optional.of(CHAKRA);
        }
        try (TextLines lines = new TextLines(input)) {
            String first = lines.next();
            if (first == null) {
                throw new WorkloadFormatException(input.toString() + ":1", "the file is empty");
            }
            String second = lines.next();
            second = second == null ? "" : second;
            if (AicbLog.isMeant(first, second)) {
                return Optional.of(AICB);
            }
            return SimaiWorkload.isMeant(first, second) ? Optional.of(SIMAI) : Optional.empty();
        }
    }
}
