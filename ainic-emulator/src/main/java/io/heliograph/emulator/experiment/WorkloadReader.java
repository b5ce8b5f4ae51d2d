package io.heliograph.emulator.experiment;

import io.heliograph.emulator.experiment.TrainingTraffic.Foresight;
import io.heliograph.emulator.experiment.TrainingTraffic.Parallelism;
import io.heliograph.emulator.experiment.TrainingTraffic.Popularity;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.input.Units;
import io.heliograph.emulator.input.YamlFields;
import io.heliograph.emulator.input.YamlValue;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.PacketSize;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the workload of an experiment file. */
final class WorkloadReader {
    private static final int MOST = 1 << 14;
    private static final int MOST_ROUNDS = 100_000;
    private static final double MIN_VOLUME = 0.01;

    private final Path experiment;
    private final Fabric fabric;
    private final long longestBytes;

    /** For the workload of a file; trace files are relative to it. */
    WorkloadReader(Path experiment, Fabric fabric) {
        this.experiment = experiment;
        this.fabric = fabric;
        longestBytes = (long) AinicLayout.MAX_MESSAGE_PACKETS
                * PacketSize.maxPayload(fabric.config().mtuBytes(), true);
    }

    Workload read(YamlValue value) {
        YamlFields fields = value.fields();
        String kind = fields.require("kind")
                .oneOf("incast", "permutation", "all-to-all", "all-reduce", "training", "trace", "steps");
        Workload workload = switch (kind) {
            case "incast" -> incast(fields);
            case "permutation" -> new Patterns.Permutation(hosts(fields), bytes(fields));
            case "all-to-all" -> new Patterns.AllToAll(hosts(fields), bytes(fields));
            case "all-reduce" -> allReduce(fields);
            case "training" -> training(fields);
            case "steps" -> steps(fields);
            default -> new TraceFile(fields.require("file"), experiment, fabric, longestBytes).read();
        };
        fields.end();
        return workload;
    }

    private Workload steps(YamlFields fields) {
        StepsFile file = new StepsFile(fields.require("file"), experiment, fabric, longestBytes);
        YamlValue skew = fields.find("skew");
        GivenSteps.Changes changes = new GivenSteps.Changes(
                fields.number("jitter", 0, 0, 1),
                fields.number("volume", 1, MIN_VOLUME, 1 / MIN_VOLUME),
                popularity(fields));
        GivenSteps given = file.read(changes);
        if (skew != null && new ExpertTraffic(given.foreseen()).isEmpty()) {
            throw skew.error(
                    "the steps have no messages of a group " + ExpertTraffic.GROUP + ", whose experts these are");
        }
        return given;
    }

    private int hosts(YamlFields fields) {
        YamlValue hosts = fields.find("hosts");
        int count = hosts == null ? fabric.hosts() : hosts.count(2, MOST);
        if (count < 2) {
            throw fields.place().error("workload: needs two hosts, the topology has " + count);
        }
        return count;
    }

    private long bytes(YamlFields fields) {
        YamlValue value = fields.require("bytes");
        long bytes = value.quantity(Units.BYTES, 1);
        if (bytes > longestBytes) {
            throw value.error("a message has at most " + longestBytes + " bytes");
        }
        return bytes;
    }

    private Workload incast(YamlFields fields) {
        YamlValue receiver = fields.require("receiver");
        int host = -1;
        for (int i = 0; i < fabric.hosts(); i++) {
            host = fabric.port(i).name().equals(receiver.text()) ? i : host;
        }
        if (host < 0) {
            throw receiver.error("no such host: " + receiver.text());
        }
        return new Patterns.Incast(fields.require("senders").count(1, MOST), host, bytes(fields));
    }

    private Workload allReduce(YamlFields fields) {
        int hosts = hosts(fields);
        return new Patterns.AllReduce(hosts, bytes(fields), algorithm(fields, hosts));
    }

    private static Algorithm algorithm(YamlFields fields, int ranks) {
        YamlValue value = fields.find("algorithm");
        if (value == null) {
            return Algorithm.RING;
        }
        Algorithm algorithm = value.oneOf(Algorithm.RING.word(), Algorithm.HALVING_DOUBLING.word())
                        .equals(Algorithm.RING.word())
                ? Algorithm.RING
                : Algorithm.HALVING_DOUBLING;
        if (!algorithm.takes(ranks)) {
            throw value.error(algorithm.word() + " takes a power of two, not " + ranks + " ranks");
        }
        return algorithm;
    }

    private Workload training(YamlFields fields) {
        Parallelism parallelism = Parallelism.valueOf(fields.require("parallelism")
                .oneOf("data", "tensor", "pipeline", "sequence", "expert")
                .toUpperCase(Locale.ROOT));
        int groups = fields.count("groups", 1, 1, MOST);
        int ranks = fields.require("ranks").count(2, MOST);
        @Nullable YamlValue placed = fields.find("placement");
        boolean strided = placed != null
                && placed.oneOf(Placement.PACKED.word(), Placement.STRIDED.word())
                        .equals(Placement.STRIDED.word());
        boolean reduces = parallelism == Parallelism.DATA || parallelism == Parallelism.TENSOR;
        boolean isExpert = parallelism == Parallelism.EXPERT;
        return new TrainingTraffic(
                parallelism,
                groups,
                ranks,
                strided ? Placement.STRIDED : Placement.PACKED,
                bytes(fields),
                fields.require("rounds").count(1, MOST_ROUNDS),
                fields.require("compute").quantity(Units.TIMES_PS, 0),
                reduces ? algorithm(fields, ranks) : Algorithm.RING,
                isExpert ? popularity(fields) : Popularity.EVEN,
                foresight(fields, parallelism));
    }

    private static Popularity popularity(YamlFields fields) {
        YamlValue value = fields.find("popularity");
        boolean isOwn = value != null && value.oneOf("common", "own").equals("own");
        return new Popularity(fields.number("skew", 0, 0, 10), isOwn);
    }

    private static Foresight foresight(YamlFields fields, Parallelism parallelism) {
        Foresight possible = switch (parallelism) {
            case EXPERT -> Foresight.MEAN;
            case PIPELINE -> Foresight.APART;
            default -> Foresight.BYTES;
        };
        YamlValue value = possible == Foresight.BYTES ? null : fields.find("foresight");
        return value == null
                        || value.oneOf("bytes", possible.name().toLowerCase(Locale.ROOT))
                                .equals("bytes")
                ? Foresight.BYTES
                : possible;
    }
}
