package io.heliograph.collectives.planning.workload;

import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.collectives.planning.traffic.VolumeCounter;
import io.heliograph.collectives.planning.traffic.VolumeRow;
import io.heliograph.collectives.planning.traffic.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a communication log of AICB (github.com/aliyun/aicb): a line of ranks in brackets, a header, then an operation a line as comma-separated values; for each pipeline stage anew.
 *
 * <p>Operations whose stage begins with {@code init} are set-up. The others belong to the iteration that the next {@code epoch_end} ends; a log without any is one iteration. Iterations that differ have sections of their own. Computations are passed over.
 */
public final class AicbLog {
    private static final String HEADER = "comm_type";
    private static final String NONE = "None";
    private static final Map<String, Operation> OPERATIONS = Map.ofEntries(
            Map.entry("all_reduce", Operation.ALL_REDUCE),
            Map.entry("all_gather", Operation.ALL_GATHER),
            Map.entry("all_gather_into_tensor", Operation.ALL_GATHER),
            Map.entry("reduce_scatter", Operation.REDUCE_SCATTER),
            Map.entry("reduce_scatter_tensor", Operation.REDUCE_SCATTER),
            Map.entry("all_to_all", Operation.ALL_TO_ALL),
            Map.entry("broadcast", Operation.BROADCAST),
            Map.entry("reduce", Operation.REDUCE),
            Map.entry("isend", Operation.SEND),
            Map.entry("irecv", Operation.RECEIVE),
            Map.entry("barrier", Operation.BARRIER));
    private static final Map<String, String> GROUPS = Map.of(
            "tp_group", "tp",
            "dp_group", "dp",
            "pp_group", "pp",
            "ep_group", "ep",
            "ep_dp_group", "ep-dp",
            "ep_tp_group", "ep-tp",
            "embedding_group", "embedding",
            "all_nodes", "all",
            "all", "all");

    /** {@code [rank0 ~ rank127]}. */
    private static final Pattern RANGE = Pattern.compile("rank([0-9]{1,9})\\s*~\\s*rank([0-9]{1,9})");

    private final TextLines lines;
    private final VolumeCounter setUp = new VolumeCounter();
    private final List<String> notes = new ArrayList<>();
    /** Iterations by the ranks that they are of. */
    private final Map<String, List<List<VolumeRow>>> iterations = new LinkedHashMap<>();

    private final Map<String, Integer> columns = new HashMap<>();
    private String ranks = "";
    private VolumeCounter counter = new VolumeCounter();
    private long computations;
    private boolean anyEnd;
    private boolean isFirstOver;
    /** The first iteration as a sequence. */
    private final SequenceRanks sequence = new SequenceRanks();

    private AicbLog(TextLines lines) {
        this.lines = lines;
    }

    /** Whether a file that begins with these lines is meant to be such a log. */
    static boolean isMeant(String first, String second) {
        boolean ranks = first.strip().startsWith("[") && (first.contains("rank") || second.startsWith(HEADER + ","));
        return ranks || first.startsWith(HEADER + ",");
    }

    /**
     * Reads a log.
     *
     * @throws WorkloadFormatException if a line is wrong, with its number
     * @throws IOException if the file cannot be read
     */
    public static Volumes read(Path file) throws IOException {
        try (TextLines lines = new TextLines(file)) {
            return new AicbLog(lines).read();
        }
    }

    /**
     * Reads the first iteration of a log as what each rank does, all the same, each operation behind the one before it.
     *
     * @param ranks how many, if the log does not say; 0 if that is not known
     * @throws WorkloadFormatException if a line is wrong, with its number, or it cannot be known who takes part in what: logs of several stages
     * @throws IOException if the file cannot be read
     */
    static RecordedJob readJob(Path file, int ranks, int ranksPerHost) throws IOException {
        try (TextLines lines = new TextLines(file)) {
            AicbLog log = new AicbLog(lines);
            log.read();
            return log.job(ranks, ranksPerHost);
        }
    }

    private RecordedJob job(int given, int ranksPerHost) throws WorkloadFormatException {
        if (iterations.size() > 1) {
            throw lines.error("the log has ranks of " + iterations.size()
                    + " stages: which rank sends to which cannot be known here; a job file can say it");
        }
        String name = iterations.keySet().iterator().next();
        int count = count(name);
        if (count == 0 && given == 0) {
            throw lines.error("the log does not say how many ranks there are: say --ranks");
        }
        if (count > 0 && given > 0 && count != given) {
            throw lines.error("--ranks " + given + ": the log is of " + count + " ranks");
        }
        List<String> told = new ArrayList<>();
        told.add("the log has no times of computations (those that it lists: " + computations
                + "): none are in this schedule");
        List<List<VolumeRow>> each = iterations.getOrDefault(name, List.of());
        if (each.size() > 1) {
            told.add("the log has " + each.size() + " iterations: this schedule is of the first");
        }
        return sequence.job(count > 0 ? count : given, ranksPerHost, told);
    }

    /** How many ranks are meant; 0 if that is not said. */
    private static int count(String name) {
        Matcher range = RANGE.matcher(name);
        if (range.matches()) {
            long count = Long.parseLong(range.group(2)) - Long.parseLong(range.group(1)) + 1;
            return (int) Math.max(0, count);
        }
        return name.matches("rank[0-9]+(\\s*,\\s*rank[0-9]+)*") ? name.split(",", -1).length : 0;
    }

    private Volumes read() throws IOException {
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isBlank()) {
                continue;
            }
            if (line.strip().startsWith("[")) {
                endOfRanks();
                ranks = name(line.strip());
            } else if (line.startsWith(HEADER + ",")) {
                takeHeader(line);
            } else {
                takeRow(line);
            }
        }
        endOfRanks();
        if (iterations.isEmpty()) {
            throw lines.error("no operation of an iteration is in the log");
        }
        if (computations > 0) {
            notes.add(computations + " computations were passed over");
        }
        return new Volumes(sections(), setUp.rows(), notes);
    }

    /** {@code [ pp_stage0: [rank0, ...] ]} as {@code pp_stage0}; {@code [rank0 ~ rank127]} as its inside. */
    private String name(String line) throws WorkloadFormatException {
        if (!line.endsWith("]")) {
            throw lines.error("ranks that end without a bracket: " + TextLines.shown(line));
        }
        String inside = line.substring(1, line.length() - 1).strip();
        int colon = inside.indexOf(':');
        String name = colon < 0 ? inside : inside.substring(0, colon);
        if (name.isBlank() || iterations.containsKey(name)) {
            throw lines.error("ranks without a name, or with one that was there already: " + TextLines.shown(line));
        }
        columns.clear();
        return name;
    }

    private void takeHeader(String line) throws WorkloadFormatException {
        columns.clear();
        String[] names = line.split(",", -1);
        for (int i = 0; i < names.length; i++) {
            if (columns.put(names[i].strip(), i) != null) {
                throw lines.error("column is there twice: " + TextLines.shown(names[i]));
            }
        }
        for (String needed : List.of(HEADER, "comm_group", "msg_size", "stage")) {
            if (!columns.containsKey(needed)) {
                throw lines.error("column is missing: " + needed);
            }
        }
    }

    private void takeRow(String line) throws WorkloadFormatException {
        if (columns.isEmpty()) {
            throw lines.error("a header that begins with " + HEADER + " belongs in front of " + TextLines.shown(line));
        }
        String[] fields = line.split(",", -1);
        String type = fields[0].strip().replaceFirst("^CommType\\.", "");
        if (type.equals("computation")) {
            // Its size is the shapes of matrices, with commas inside.
            computations++;
            return;
        }
        if (fields.length != columns.size()) {
            throw lines.error("fields=" + fields.length + "; the header has " + columns.size());
        }
        if (type.equals("epoch_end")) {
            endOfIteration();
            anyEnd = true;
            return;
        }
        Operation operation = OPERATIONS.get(type);
        if (operation == null) {
            throw lines.error("unknown operation: " + TextLines.shown(fields[0]));
        }
        boolean isSetUp = field(fields, "stage").startsWith("init");
        long bytes = operation == Operation.BARRIER ? 0 : lines.number("msg_size", field(fields, "msg_size"));
        long count = columns.containsKey("count") ? lines.number("count", field(fields, "count")) : 1;
        if (count == 0) {
            throw lines.error("count=0");
        }
        Group group = group(fields);
        if (!isSetUp && !isFirstOver) {
            sequence.then(operation, group, bytes, count, lines.where());
        }
        try {
            (isSetUp ? setUp : counter).add(operation, group, bytes, count);
        } catch (ArithmeticException e) {
            throw lines.error("bytes of such operations are more than 63 bits: msg_size=" + bytes + " count=" + count);
        }
    }

    private String field(String[] fields, String column) {
        Integer index = columns.get(column);
        return index == null ? NONE : fields[index].strip();
    }

    private Group group(String[] fields) throws WorkloadFormatException {
        String text = field(fields, "comm_group").replaceFirst("^CommGroup\\.", "");
        String name = GROUPS.get(text);
        if (name == null) {
            throw lines.error("unknown group: " + TextLines.shown(text));
        }
        String size = field(fields, "comm_group_size");
        if (size.equals(NONE) || size.isEmpty()) {
            return new Group(name, Group.UNKNOWN_SIZE);
        }
        int ranksOfGroup = lines.count("comm_group_size", size);
        if (ranksOfGroup == 0) {
            throw lines.error("comm_group_size=0; at least 1");
        }
        return new Group(name, ranksOfGroup);
    }

    private void endOfIteration() {
        if (!counter.isEmpty()) {
            isFirstOver = true;
            iterations.computeIfAbsent(ranks, key -> new ArrayList<>()).add(counter.rows());
            counter = new VolumeCounter();
        }
    }

    private void endOfRanks() throws WorkloadFormatException {
        if (!counter.isEmpty() && anyEnd) {
            throw lines.error("the log ends within an iteration: no epoch_end behind its last operations");
        }
        endOfIteration();
        anyEnd = false;
    }

    private List<Volumes.Section> sections() {
        List<Volumes.Section> sections = new ArrayList<>();
        Map<List<Volumes.Section>, List<String>> equal = new LinkedHashMap<>();
        iterations.forEach(
                (name, each) -> equal.computeIfAbsent(Volumes.join("iteration", each), key -> new ArrayList<>())
                        .add(name.isEmpty() ? "every rank" : name));
        equal.forEach((each, names) -> {
            for (Volumes.Section section : each) {
                String label = String.join(", ", names) + (each.size() == 1 ? "" : ", " + section.label());
                sections.add(new Volumes.Section(label, section.rows()));
            }
        });
        return sections;
    }
}
