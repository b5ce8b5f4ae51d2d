package io.heliograph.offload.datapath;

import io.heliograph.offload.DeviceTime;
import io.heliograph.offload.device.PhotonicDevice;
import io.heliograph.offload.model.DenseLayer;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps a datapath cycle by cycle, against a photonic device: every count, every word and every register of the program, and nothing else, decides the answer and how many cycles it takes.
 *
 * <p>Cycles are counted from the one in which the parser has all of the query and starts ({@code start} is valid): before it they are below 0. Three numbers come out, as LIGHTNING's counters have
 * them: overall, up to the answer; compute, in which a stage had input and no output yet; datapath, the difference.
 *
 * <p>One thread at a time. A query allocates nothing and, on one wavelength, copies nothing of the payload but a last word that it does not fill. The device belongs to the machine while a query runs; machines of several
 * models may take turns on one device.
 */
public final class DatapathMachine {

    /** Answer to a query whose length is not the model's. */
    public static final int WRONG_SIZE = -1;

    /** Answer where the datapath comes to none: no preamble was found in the noise, or the program is wrong. */
    public static final int NO_ANSWER = -2;

    private static final int SPARE_CYCLES = 1_024;

    private final DatapathProgram program;
    private final Wiring wiring;
    private final Stage[] stages;
    private final Stage[] computing;
    private final StreamerStage.DeviceRings rings;
    private final PacketParserStage parser;
    private final ActivationReaderStage activations;
    private final StreamerStage streamer;
    private final PreambleDetectorStage detector;
    private final @Nullable SoftmaxStage softmax;
    private final AnswerStage answering;
    private final Signal start;
    private final Signal reply;
    private final long clockHz;
    private final long mostCycles;
    /** From the first word of the query to the start, if the program counts all words. */
    private final int parserCycles;

    private long cycle;
    private long startedAt = Signal.NONE;
    private long computeCycles;

    /**
     * Builds the datapath of a program.
     *
     * @param model resident in the device's weight memory
     * @param arena owns the buffers between the layers
     * @throws ProgramException if the program is not right
     * @throws IllegalArgumentException if program, model and device do not fit
     */
    public DatapathMachine(DatapathProgram program, ResidentModel model, PhotonicDevice device, Arena arena) {
        ProgramValidator.check(program.name(), program);
        checkFit(program, model, device);
        this.program = program;
        wiring = new Wiring(program);
        rings = new StreamerStage.DeviceRings(device);
        clockHz = device.capabilities().clockHz();
        StageFactory factory = new StageFactory(program, wiring, rings, model, arena);
        List<Stage> built = factory.stages();
        stages = built.toArray(Stage[]::new);
        List<Stage> watched = new ArrayList<>();
        SoftmaxStage probabilities = null;
        for (Stage stage : stages) {
            if (stage instanceof SoftmaxStage found) {
                probabilities = found;
            }
            if (stage instanceof AdderStage
                    || stage instanceof BiasAdderStage
                    || stage instanceof PoolStage
                    || stage instanceof ReluStage
                    || stage instanceof SoftmaxStage
                    || stage instanceof PriorityEncoderStage) {
                watched.add(stage);
            }
        }
        softmax = probabilities;
        computing = watched.toArray(Stage[]::new);
        parser = factory.only(PacketParserStage.class);
        activations = factory.only(ActivationReaderStage.class);
        streamer = factory.only(StreamerStage.class);
        detector = factory.only(PreambleDetectorStage.class);
        answering = factory.only(AnswerStage.class);
        start = wiring.named(parser.spec().name(), "start");
        reply = wiring.named(answering.spec().name(), "reply");
        mostCycles = mostCycles(program, device);
        int busBytes = parser.spec().setting("bus-bytes");
        parserCycles = (program.inputs().getFirst() + busBytes - 1) / busBytes + parser.latency - 1;
    }

    private static void checkFit(DatapathProgram program, ResidentModel model, PhotonicDevice device) {
        boolean fits = program.layers() == model.network().layers().size();
        for (int layer = 0; fits && layer < program.layers(); layer++) {
            DenseLayer of = model.network().layers().get(layer);
            fits = program.inputs().get(layer) == of.inputs()
                    && program.outputs().get(layer) == of.outputs()
                    && program.windows().get(layer) == of.pooling().window();
        }
        if (!fits) {
            throw new IllegalArgumentException("program is not of this model's shape: program=" + program.inputs()
                    + " -> " + program.outputs() + " windows=" + program.windows() + " model="
                    + model.network().name());
        }
        boolean adds = false;
        boolean pools = false;
        for (StageSpec stage : program.stages()) {
            adds |= stage.kind() == StageKind.BIAS_ADDER;
            pools |= stage.kind() == StageKind.POOL;
        }
        if (model.network().hasBiases() && !adds) {
            throw new IllegalArgumentException("the model has biases, the program has no stage that adds them: model="
                    + model.network().name() + " kind=" + StageKind.BIAS_ADDER);
        }
        if (model.network().pools() && !pools) {
            throw new IllegalArgumentException("the model pools, the program has no stage that does: model="
                    + model.network().name() + " kind=" + StageKind.POOL);
        }
        if (program.lanes() != device.capabilities().lanes()
                || device.capabilities().wavelengths() != program.wavelengths()) {
            throw new IllegalArgumentException("program is not for this device: program lanes=" + program.lanes()
                    + " wavelengths=" + program.wavelengths() + " device=" + device.capabilities());
        }
    }

    /** More than any program takes that comes to an end. */
    private static long mostCycles(DatapathProgram program, PhotonicDevice device) {
        long most = (long) SPARE_CYCLES + device.capabilities().latencyCycles();
        for (int layer = 0; layer < program.layers(); layer++) {
            long words = ((long) program.inputs().get(layer) + program.lanes() - 1) / program.lanes();
            most += words * program.outputs().get(layer)
                    + SPARE_CYCLES
                    + device.capabilities().latencyCycles();
        }
        return most + program.inputs().getFirst();
    }

    /**
     * Runs one query to its answer.
     *
     * @param payload address of the activations, a byte each
     * @return the class, {@link #WRONG_SIZE} or {@link #NO_ANSWER}
     */
    public int run(long payload, int lengthBytes) {
        if (begin(payload, lengthBytes) != PhotonicDevice.OK) {
            return WRONG_SIZE;
        }
        while (!isDone()) {
            if (isHung()) {
                return NO_ANSWER;
            }
            step();
        }
        return answer();
    }

    /**
     * Presents a query to the parser; {@link #step} does the rest.
     *
     * @return {@link PhotonicDevice#OK} or {@link #WRONG_SIZE}
     */
    public int begin(long payload, int lengthBytes) {
        if (lengthBytes != program.inputs().getFirst()) {
            return WRONG_SIZE;
        }
        wiring.clear();
        for (Stage stage : stages) {
            stage.reset();
        }
        rings.begin();
        cycle = 0;
        startedAt = Signal.NONE;
        computeCycles = 0;
        parser.arrive(payload, lengthBytes);
        activations.arrive(payload);
        return PhotonicDevice.OK;
    }

    /** One cycle of every stage. */
    public void step() {
        if (startedAt == Signal.NONE && start.isValid(cycle)) {
            startedAt = cycle;
        }
        for (Stage stage : stages) {
            stage.step(cycle);
        }
        if (startedAt != Signal.NONE) {
            boolean busy = false;
            for (Stage stage : computing) {
                busy |= stage.isComputing(cycle);
            }
            computeCycles += busy ? 1 : 0;
        }
        cycle++;
    }

    /** Whether the answer is there in this cycle. */
    public boolean isDone() {
        return reply.isValid(cycle);
    }

    /** Whether it has gone on for longer than any query takes. */
    public boolean isHung() {
        return cycle > mostCycles;
    }

    /** The class, or what the priority encoder gives; once done. */
    public int answer() {
        return (int) reply.get(cycle);
    }

    /** The sum of one output of the last layer; once done. */
    public int sum(int output) {
        return answering.sum(output);
    }

    /**
     * The rounded logarithm of a class's probability; once done.
     *
     * @throws IllegalStateException if the program has no log-softmax
     */
    public int logProbability(int output) {
        if (softmax == null) {
            throw new IllegalStateException("no log-softmax in this datapath: program=" + program.name());
        }
        return softmax.logProbability(output);
    }

    /** The cycle that is next, from the start on; below 0 before it. */
    public long cycle() {
        return startedAt == Signal.NONE ? cycle - parserCycles : cycle - startedAt;
    }

    /** Cycles from the start to the answer; once done. */
    public long overallCycles() {
        return cycle - startedAt;
    }

    /** Those in which a stage had input and no output yet. */
    public long computeCycles() {
        return computeCycles;
    }

    /** The others. */
    public long datapathCycles() {
        return overallCycles() - computeCycles;
    }

    /** Emulated time from the start to the answer; once done. Allocates. */
    public DeviceTime overallTime() {
        return new DeviceTime(overallCycles(), clockHz);
    }

    /** What it runs. */
    public DatapathProgram program() {
        return program;
    }

    /** Whether the streamer had both operands in the last cycle. */
    boolean isStreaming() {
        return streamer.isSending();
    }

    /** Whether a signal is valid in the cycle that is next. */
    boolean isValid(String stage, String output) {
        return wiring.named(stage, output).isValid(cycle);
    }

    /** The lane phase that the preamble was found in. */
    public int phase() {
        return detector.phase();
    }

    /** State, counts and targets of a stage after the last step, for people. */
    public String describe(int stage) {
        return stages[stage].describe();
    }

    /** State, counts and targets of all stages after the last step, for people. */
    public String describe() {
        StringBuilder text = new StringBuilder("cycle=").append(cycle);
        for (Stage stage : stages) {
            text.append(' ')
                    .append(stage.spec().name())
                    .append("=[")
                    .append(stage.describe())
                    .append(']');
        }
        return text.toString();
    }
}
