package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.Tuning;
import io.heliograph.collectives.algorithm.Hosts;
import io.heliograph.collectives.algorithm.MscclProgram;
import io.heliograph.collectives.algorithm.Schedule;
import io.heliograph.collectives.algorithm.Schedules;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.collectives.cost.CostFile;
import io.heliograph.collectives.cost.CostModel;
import io.heliograph.collectives.cost.Costs;
import io.heliograph.transport.Clock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which algorithm is for which call, alike at all ranks: what they must agree on they tell each other when they meet. */
final class Choice {
    private static final int VERSION = 1;
    private static final int DIGEST_BYTES = 32;
    private static final int FIXED_BYTES = 1 + DIGEST_BYTES;
    /** Measured: from there on a ring moves less in place, and takes as long out of place; see COLLECTIVES.md. */
    private static final long LEVEL_BYTES = 256 << 10;

    /** Measured: from there on two ranks that share memory are faster by halves, which each writes to both outputs. */
    private static final long LEAST_BY_HALVES = 16 << 10;

    /** Ranks from which on a barrier takes fewer rounds than another rank is told after the other in one: 3 for 5 to 8, instead of 4 to 7. */
    private static final int MOST_TOLD_AT_ONCE = 4;

    private static final byte BY_THRESHOLD = 0;
    private static final byte BY_COSTS = 1;
    private static final byte BY_MEASUREMENT = 2;
    /** A short while for people, long enough for the compiler. */
    private static final long MEASUREMENT_NS = TimeUnit.SECONDS.toNanos(1);

    /** It may take six times as long where much else runs, and those who wait must not give up. */
    private static final int MEASUREMENT_SHARE = 16;

    private final CommunicatorConfig config;
    /** Whether all ranks can read each other's memory. */
    private final boolean isShared;

    private final int leastLentBytes;

    private final Hosts hosts;
    private final String key;
    private boolean measures;
    private @Nullable CostModel model;
    private String origin = "by thresholds";

    private Choice(CommunicatorConfig config, boolean isShared, int leastLentBytes, Hosts hosts, String key) {
        this.config = config;
        this.isShared = isShared;
        this.leastLentBytes = leastLentBytes;
        this.hosts = hosts;
        this.key = key;
    }

    /**
     * Tells the others this rank's host and program, and learns theirs; then has rank 0's costs.
     *
     * @throws CollectiveException if ranks have different programs
     */
    static Choice agree(CommunicatorConfig config, Transport transport, int rank, int size, Exchange exchange) {
        List<byte[]> cards = exchange.allGather(card(config.tuning()));
        if (cards.size() != size) {
            throw new CollectiveException(
                    CollectiveException.UNKNOWN_RANK,
                    "the rendezvous has another size: size=" + size + " rendezvous=" + cards.size());
        }
        List<String> names = new ArrayList<>();
        for (int other = 0; other < size; other++) {
            byte[] card = cards.get(other);
            if (card.length <= FIXED_BYTES || card[0] != VERSION) {
                throw new CollectiveException(
                        other, "rank " + other + " runs another version: bytes=" + card.length + "; use one version");
            }
            if (!Arrays.equals(card, 1, FIXED_BYTES, cards.get(rank), 1, FIXED_BYTES)) {
                throw new CollectiveException(
                        other,
                        "rank " + other + " has another MSCCL program than rank " + rank + "; give all the same");
            }
            names.add(new String(card, FIXED_BYTES, card.length - FIXED_BYTES, StandardCharsets.UTF_8));
        }
        Hosts hosts = Hosts.of(names);
        int leastLentBytes = transport.isReadable() ? config.tuning().leastLentBytes() : Tuning.NEVER_LENT;
        String key = key(config, transport, leastLentBytes, hosts);
        Choice choice = new Choice(config, transport.isShared(), leastLentBytes, hosts, key);
        choice.learn(
                exchange.allGather(rank == 0 ? choice.offer() : new byte[0]).getFirst(), rank);
        return choice;
    }

    /** The same choice among some of the ranks, who need not tell each other anything again. */
    Choice among(List<Integer> ranks) {
        Hosts some = Hosts.of(ranks.stream().map(hosts.hostOfRank()::get).toList());
        Choice choice = new Choice(config, isShared, leastLentBytes, some, key);
        choice.model = model == null ? null : new CostModel(model.costs(), some, config.slotBytes());
        choice.origin = origin;
        return choice;
    }

    private static byte[] card(Tuning tuning) {
        byte[] host =
                (tuning.host() == null ? HostIdentity.ofThisMachine() : tuning.host()).getBytes(StandardCharsets.UTF_8);
        MscclProgram program = tuning.program();
        return ByteBuffer.allocate(FIXED_BYTES + host.length)
                .put((byte) VERSION)
                .put(program == null ? new byte[DIGEST_BYTES] : program.digest())
                .put(host)
                .array();
    }

    /** What measured costs hold for. */
    private static String key(CommunicatorConfig config, Transport transport, int leastLentBytes, Hosts hosts) {
        int processors = Runtime.getRuntime().availableProcessors();
        return "machine=" + HostIdentity.processor() + " processors=" + processors + " ranksPerProcessor="
                + (hosts.ranks() + processors - 1) / processors + " hosts=" + (hosts.count() > 1 ? "several" : "one")
                + " transport=" + transport.kind() + " pieces=" + config.slotBytes()
                + "x" + config.slots() + " eager=" + config.eagerBytes() + " lent=" + leastLentBytes
                + " java="
                + Runtime.version().feature();
    }

    /** Rank 0's: costs that it was given or finds in the file, or that they are to be measured. */
    private byte[] offer() {
        Tuning tuning = config.tuning();
        Costs costs = tuning.costs();
        Path file = tuning.costFile();
        origin = costs == null ? origin : "as given";
        if (costs == null && file != null) {
            CostFile.Found found = new CostFile(file).read(key);
            costs = found.costs();
            origin = costs != null || isChosen() ? found.note() : "the algorithm is given";
        }
        if (costs == null) {
            boolean wanted = file != null && hosts.ranks() > 1 && isChosen();
            return new byte[] {wanted ? BY_MEASUREMENT : BY_THRESHOLD};
        }
        ByteBuffer offer = ByteBuffer.allocate(1 + Costs.BYTES).put(BY_COSTS);
        costs.put(offer);
        return offer.array();
    }

    /** Whether there is anything to choose: what is forced is not worth a measurement. */
    private boolean isChosen() {
        return config.algorithm() == null || config.algorithm() == Algorithm.MSCCL;
    }

    private void learn(byte[] offer, int rank) {
        ByteBuffer bytes = ByteBuffer.wrap(offer);
        byte what = offer.length == 0 ? BY_THRESHOLD : bytes.get();
        measures = what == BY_MEASUREMENT;
        if (what == BY_COSTS) {
            origin = rank == 0 ? origin : "rank 0's";
            model = new CostModel(Costs.get(bytes), hosts, config.slotBytes());
        }
    }

    /** Measures costs if rank 0 has none; called by all ranks. */
    void measure(Communicator communicator, Clock clock) {
        if (!measures) {
            return;
        }
        long budgetNs = Math.min(MEASUREMENT_NS, config.timeoutNs() / MEASUREMENT_SHARE);
        Costs costs = new Calibration(communicator, hosts, clock, budgetNs, config.slotBytes(), leastLentBytes).run();
        model = new CostModel(costs, hosts, config.slotBytes());
        Path file = config.tuning().costFile();
        origin = communicator.rank() == 0 && file != null
                ? "measured now (" + origin + "), " + new CostFile(file).write(key, costs)
                : "rank 0's";
    }

    /** For people. */
    @Override
    public String toString() {
        return (model == null ? "" : model.costs() + ", ") + origin + "; ranks by host: " + hosts;
    }

    /** Scratch chunks that the schedules of this communicator need at most. */
    int mostScratchChunks(int builtIn) {
        MscclProgram program = config.tuning().program();
        return program == null ? builtIn : Math.max(builtIn, program.schedule().scratchChunks());
    }

    /** The algorithm for a call with buffers of so many bytes, those of one rank's part. Does not allocate, but when a size is new. */
    Algorithm algorithm(Collective collective, long bytes, boolean inPlace) {
        Algorithm forced = config.algorithm();
        MscclProgram program = config.tuning().program();
        if (forced == Algorithm.MSCCL && program != null) {
            if (program.isFor(collective, hosts.ranks(), bytes, inPlace)) {
                return Algorithm.MSCCL;
            }
        } else if (forced != null) {
            return forced;
        }
        if (collective == Collective.ALL_REDUCE && isPair() && bytes >= LEAST_BY_HALVES) {
            return Algorithm.RING;
        }
        return model == null ? byThreshold(collective, bytes) : model.choose(collective, bytes);
    }

    /** Whether there are two ranks that write to each other's outputs, which no costs know about. */
    private boolean isPair() {
        return isShared && hosts.ranks() == 2 && config.tuning().leastLentBytes() <= LEAST_BY_HALVES / 2;
    }

    private Algorithm byThreshold(Collective collective, long bytes) {
        boolean isShort = bytes <= config.directBytes();
        return switch (collective) {
            case ALL_REDUCE, REDUCE_SCATTER, ALL_GATHER ->
                isShort || hosts.ranks() <= 2 && (collective != Collective.ALL_REDUCE || isLevel(bytes))
                        ? Algorithm.DIRECT
                        : Algorithm.RING;
            case BROADCAST, REDUCE -> isShort ? Algorithm.TREE : Algorithm.RING;
            case BARRIER -> hosts.ranks() > MOST_TOLD_AT_ONCE ? Algorithm.HALVING_DOUBLING : Algorithm.DIRECT;
            default -> Algorithm.DIRECT;
        };
    }

    /** Whether two ranks that read each other's memory add up everything as fast as each a half. */
    private boolean isLevel(long bytes) {
        return isShared && bytes <= LEVEL_BYTES;
    }

    /** The schedule; {@link Algorithm#DIRECT} where a forced algorithm does not do the collective. */
    Schedule schedule(Collective collective, Algorithm algorithm, int root) {
        MscclProgram program = config.tuning().program();
        if (algorithm == Algorithm.MSCCL && program != null) {
            return program.schedule();
        }
        Optional<Schedule> schedule = Schedules.of(collective, algorithm, hosts, root);
        return schedule.or(() -> Schedules.of(collective, Algorithm.DIRECT, hosts, root))
                .orElseThrow();
    }
}
