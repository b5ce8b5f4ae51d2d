package io.heliograph.collectives.planning.workload;

import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.traffic.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Kinds of input that say what a job sends, told apart by their content. */
public enum WorkloadKind {
    /** A log of AICB. */
    AICB("AICB communication log", AicbLog::read, AicbLog::readJob),
    /** A workload of SimAI. */
    SIMAI("SimAI workload", SimaiWorkload::read, SimaiWorkload::readJob),
    /** A folder of Chakra traces. */
    CHAKRA("folder of Chakra traces", ChakraTraces::read, ChakraTraces::readJob);

    private final String label;
    private final Reader reader;

    private final JobReader jobReader;

    private interface Reader {
        Volumes read(Path input) throws IOException;
    }

    private interface JobReader {
        RecordedJob read(Path input, int ranks, int ranksPerHost) throws IOException;
    }

    WorkloadKind(String label, Reader reader, JobReader jobReader) {
        this.label = label;
        this.reader = reader;
        this.jobReader = jobReader;
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
     * Reads what each rank does in an iteration, so that it can be scheduled.
     *
     * @param ranks how many there are, if the input does not say; 0 if that is not known
     * @param ranksPerHost ranks at each host, from rank 0 at host 0 on
     * @throws WorkloadFormatException if the input is wrong, or does not say who sends to whom, with file and line
     * @throws IOException if it cannot be read
     */
    public RecordedJob readJob(Path input, int ranks, int ranksPerHost) throws IOException {
        return jobReader.read(input, ranks, ranksPerHost);
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
