package io.heliograph.collectives.planning.workload;

import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.collectives.planning.traffic.VolumeCounter;
import io.heliograph.collectives.planning.traffic.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text workload of SimAI and ASTRA-sim 1: a line with the parallelism, the number of layers, then a line for each layer. An operation of the forward pass or of the gradient of the input is one of the tensor-parallel group, one of the gradient of the weights of the data-parallel
 * group, unless it ends in {@code _EP} or {@code _DP_EP} (SimAI, Workload.cc).
 *
 * <p>Each operation that is listed counts once in an iteration; gradient accumulation is written out in the file, as lines.
 */
public final class SimaiWorkload {
    private static final String TENSOR = "model_parallel_NPU_group";
    private static final Set<String> POLICIES =
            Set.of("HYBRID_TRANSFORMER_FWD_IN_BCKWD", "HYBRID_TRANSFORMER", "DATA", "MODEL", "MICRO");
    private static final Set<String> SETTINGS = Set.of(
            TENSOR,
            "ep",
            "expert_parallel_npu_group",
            "pp",
            "vpp",
            "ga",
            "all_gpus",
            "checkpoints",
            "checkpoint_initiates",
            "pp_comm");
    private static final Map<String, Operation> OPERATIONS = Map.of(
            "ALLREDUCE", Operation.ALL_REDUCE,
            "ALLGATHER", Operation.ALL_GATHER,
            "REDUCESCATTER", Operation.REDUCE_SCATTER,
            "ALLTOALL", Operation.ALL_TO_ALL,
            "BROADCAST", Operation.BROADCAST);
    private static final String NONE = "NONE";
    private static final String OF_EXPERTS = "_EP";
    private static final String OF_EXPERTS_DATA = "_DP_EP";
    private static final int FIELDS = 12;
    private static final int PASSES = 3;
    private static final int FORWARD = 0;
    private static final int INPUT = 1;
    private static final int WEIGHTS = 2;
    private static final int FIRST_TIME = 2;
    private static final int FIELDS_OF_A_PASS = 3;
    private static final int UPDATE_TIME = 11;

    private final TextLines lines;
    private final Map<String, Long> settings = new LinkedHashMap<>();
    private final VolumeCounter counter = new VolumeCounter();
    private final List<String> notes = new ArrayList<>();

    /** What layers do, in the order of the file. */
    private final List<Layer> layers = new ArrayList<>();

    private String policy = "";

    /**
     * A layer of the file: forward pass, gradient of the input, gradient of the weights.
     *
     * @param operations null where nothing is sent
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Layer(long[] ns, @Nullable Operation[] operations, Group[] groups, long[] bytes, String where) {
        Layer(String where) {
            this(new long[PASSES], new Operation[PASSES], new Group[PASSES], new long[PASSES], where);
        }
    }

    private SimaiWorkload(TextLines lines) {
        this.lines = lines;
    }

    /** Whether a file that begins with these lines is meant to be such a workload. */
    static boolean isMeant(String first, String second) {
        String word = first.strip().split("\\s+", 2)[0];
        return POLICIES.contains(word)
                || word.startsWith("HYBRID_")
                || second.strip().matches("[0-9]+");
    }

    /**
     * Reads a workload.
     *
     * @throws WorkloadFormatException if a line is wrong, with its number
     * @throws IOException if the file cannot be read
     */
    public static Volumes read(Path file) throws IOException {
        try (TextLines lines = new TextLines(file)) {
            return new SimaiWorkload(lines).read();
        }
    }

    /**
     * Reads a workload as what each rank does, all the same, in the order in which SimAI and ASTRA-sim go through it: all layers forward, where ranks wait for what they send; then back through them, where they wait for what the gradient of the input needs and for nothing that the gradient of the weights does. Times are nanoseconds, as they take them.
     *
     * @param ranks how many, if the file does not say; 0 if that is not known
     * @throws WorkloadFormatException if a line is wrong, with its number, or it cannot be known who takes part in what
     * @throws IOException if the file cannot be read
     */
    static RecordedJob readJob(Path file, int ranks, int ranksPerHost) throws IOException {
        try (TextLines lines = new TextLines(file)) {
            SimaiWorkload workload = new SimaiWorkload(lines);
            workload.read();
            return workload.job(ranks, ranksPerHost);
        }
    }

    private RecordedJob job(int given, int ranksPerHost) throws WorkloadFormatException {
        long all = setting("all_gpus");
        if (all == 0 && given == 0) {
            throw lines.error("the file does not say how many ranks there are (all_gpus): say --ranks");
        }
        if (all > 0 && given > 0 && all != given) {
            throw lines.error("--ranks " + given + ": the file is of all_gpus=" + all);
        }
        if (settings.getOrDefault("pp", 1L) > 1) {
            throw lines.error("pp=" + setting("pp")
                    + ": which layers are of which stage cannot be known here; a job file can say it");
        }
        SequenceRanks sequence = new SequenceRanks();
        for (Layer layer : layers) {
            sequence.compute(layer.ns[FORWARD], layer.where);
            then(sequence, layer, FORWARD);
        }
        for (Layer layer : layers.reversed()) {
            if (policy.equals("DATA") || policy.equals("MICRO")) {
                sequence.compute(layer.ns[WEIGHTS], layer.where);
                begin(sequence, layer, WEIGHTS);
                sequence.compute(layer.ns[INPUT], layer.where);
                then(sequence, layer, INPUT);
            } else {
                // What the input's gradient sends is under way while that of the weights is computed.
                sequence.compute(layer.ns[INPUT], layer.where);
                int sent = begin(sequence, layer, INPUT);
                sequence.compute(layer.ns[WEIGHTS], layer.where);
                begin(sequence, layer, WEIGHTS);
                if (sent >= 0) {
                    sequence.waitFor(sent);
                }
            }
        }
        return sequence.job((int) Math.max(all, given), ranksPerHost, notes);
    }

    private static void then(SequenceRanks sequence, Layer layer, int pass) {
        Operation operation = layer.operations[pass];
        if (operation != null) {
            sequence.then(operation, layer.groups[pass], layer.bytes[pass], 1, layer.where);
        }
    }

    /** The number of the entry; -1 if nothing is sent. */
    private static int begin(SequenceRanks sequence, Layer layer, int pass) {
        Operation operation = layer.operations[pass];
        if (operation == null) {
            return -1;
        }
        sequence.begin(operation, layer.groups[pass], layer.bytes[pass], layer.where);
        return sequence.lastEntry();
    }

    private Volumes read() throws IOException {
        takeHeader(require("the parallelism"));
        int count =
                lines.count("number of layers", require("the number of layers").strip());
        for (int i = 0; i < count; i++) {
            takeLayer(require("layer " + (i + 1) + " of " + count));
        }
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (!line.isBlank()) {
                throw lines.error("a line behind the last of " + count + " layers: " + TextLines.shown(line));
            }
        }
        if (counter.isEmpty()) {
            throw lines.error("no layer sends anything");
        }
        return new Volumes(List.of(new Volumes.Section("every rank", counter.rows())), List.of(), notes);
    }

    private String require(String what) throws IOException {
        String line = lines.next();
        if (line == null || line.isBlank()) {
            throw lines.error((line == null ? "the file ends" : "an empty line") + " where " + what + " belongs");
        }
        return line;
    }

    private void takeHeader(String line) throws WorkloadFormatException {
        String[] words = line.strip().split("\\s+", -1);
        if (!POLICIES.contains(words[0])) {
            throw lines.error("unknown parallelism: " + TextLines.shown(words[0]));
        }
        for (int i = 1; i < words.length; i += 2) {
            String key = words[i].replaceFirst(":$", "");
            if (!SETTINGS.contains(key)) {
                throw lines.error("unknown setting: " + TextLines.shown(words[i]));
            }
            if (i + 1 == words.length) {
                throw lines.error("setting without a value: " + key);
            }
            long value = lines.number(key, words[i + 1]);
            if (settings.put(key, value) != null) {
                throw lines.error("setting is there twice: " + key);
            }
            if (key.startsWith("checkpoint") && value > 0) {
                throw lines.error(key + "=" + value + "; what recomputation would send again is not known here");
            }
        }
        if (words[0].startsWith("HYBRID_") && !settings.containsKey(TENSOR)) {
            throw lines.error(TENSOR + " is missing");
        }
        policy = words[0];
        checkDegrees();
        if (setting("pp_comm") > 0) {
            notes.add("pp_comm=" + setting("pp_comm")
                    + " bytes go from stage to stage for each micro-batch; not counted, for the file lists no"
                    + " such operation");
        }
    }

    private void checkDegrees() throws WorkloadFormatException {
        for (String degree : List.of(TENSOR, "ep", "expert_parallel_npu_group", "pp", "all_gpus")) {
            long value = settings.getOrDefault(degree, 1L);
            if (value < 1 || value > Integer.MAX_VALUE) {
                throw lines.error(degree + "=" + value + "; from 1 to " + Integer.MAX_VALUE + " is possible");
            }
        }
        long all = setting("all_gpus");
        if (all > 0 && settings.containsKey(TENSOR)) {
            long ofAReplica = setting(TENSOR) * settings.getOrDefault("pp", 1L);
            if (all % ofAReplica != 0) {
                throw lines.error("all_gpus=" + all + " is no multiple of " + TENSOR + " * pp = " + ofAReplica);
            }
            long data = all / ofAReplica;
            if (data % Math.max(1, expert()) != 0) {
                throw lines.error("ep=" + expert() + " does not divide the " + data + " data-parallel ranks");
            }
        }
    }

    private long setting(String key) {
        return settings.getOrDefault(key, 0L);
    }

    private long expert() {
        return Math.max(setting("ep"), setting("expert_parallel_npu_group"));
    }

    private void takeLayer(String line) throws WorkloadFormatException {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length != FIELDS) {
            throw lines.error("fields=" + fields.length + "; a layer has " + FIELDS
                    + ": name, dependency, then time, operation and bytes of forward pass, gradient of the"
                    + " input and gradient of the weights, update time");
        }
        if (!fields[1].matches("-?[0-9]{1,9}")) {
            throw lines.error("dependency=" + TextLines.shown(fields[1]) + " is not a whole number");
        }
        Layer layer = new Layer(lines.where());
        layers.add(layer);
        for (int pass = 0; pass < PASSES; pass++) {
            int at = FIRST_TIME + pass * FIELDS_OF_A_PASS;
            layer.ns[pass] = lines.number("time", fields[at]);
            layer.bytes[pass] = lines.number("bytes", fields[at + 2]);
            take(fields[at + 1], pass == WEIGHTS ? data() : tensor(), layer, pass);
        }
        long _ = lines.number("update time", fields[UPDATE_TIME]);
    }

    private void take(String word, Group group, Layer layer, int pass) throws WorkloadFormatException {
        if (word.equals(NONE)) {
            // Some generators leave a size behind; nothing is sent.
            return;
        }
        String plain = word;
        Group of = group;
        if (word.endsWith(OF_EXPERTS_DATA)) {
            plain = word.substring(0, word.length() - OF_EXPERTS_DATA.length());
            long data = data().size();
            of = new Group("ep-dp", expert() > 0 ? (int) (data / expert()) : Group.UNKNOWN_SIZE);
        } else if (word.endsWith(OF_EXPERTS)) {
            plain = word.substring(0, word.length() - OF_EXPERTS.length());
            of = new Group("ep", (int) expert());
        }
        Operation operation = OPERATIONS.get(plain);
        if (operation == null) {
            throw lines.error("unknown operation: " + TextLines.shown(word));
        }
        layer.operations[pass] = operation;
        layer.groups[pass] = of;
        try {
            counter.add(operation, of, layer.bytes[pass], 1);
        } catch (ArithmeticException e) {
            throw lines.error("bytes of such operations are more than 63 bits: " + layer.bytes[pass]);
        }
    }

    private Group tensor() {
        return new Group("tp", (int) setting(TENSOR));
    }

    private Group data() {
        long all = setting("all_gpus");
        long ofAReplica = Math.max(1, setting(TENSOR)) * settings.getOrDefault("pp", 1L);
        return new Group("dp", (int) (all / ofAReplica));
    }
}
