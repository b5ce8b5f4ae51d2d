package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.LinkFault;
import io.heliograph.emulator.input.Units;
import io.heliograph.emulator.input.YamlFields;
import io.heliograph.emulator.input.YamlValue;
import java.util.List;
import java.util.TreeMap;

/** Reads the faults of an experiment file, and refuses those of cables that are not there. */
final class FaultReader {
    private static final double MOST_LOST = 0.999_999;

    private FaultReader() {}

    static FaultLine fault(YamlValue value, Fabric fabric) {
        YamlFields fields = value.fields();
        YamlValue cable = fields.require("link");
        List<YamlValue> ends = cable.items();
        if (ends.size() != 2) {
            throw cable.error("two names of nodes belong here: [one, other]");
        }
        String one = ends.get(0).text();
        String other = ends.get(1).text();
        requireLink(cable, one, other, fabric);
        String kind = fields.require("kind").oneOf("down", "lossy", "slow", "black-hole", "flapping");
        LinkFault fault = switch (kind) {
            case "lossy" -> new LinkFault.Lossy(fields.require("probability").number(0, MOST_LOST));
            case "slow" -> new LinkFault.Slow(fields.require("factor").number(1e-6, 1));
            case "black-hole" -> new LinkFault.BlackHole();
            default -> new LinkFault.Down();
        };
        boolean flaps = kind.equals("flapping");
        long fromPs = fields.quantity("from", Units.TIMES_PS, 0, 0);
        YamlValue until = flaps ? fields.require("until") : fields.find("until");
        long untilPs = until == null ? EventQueue.NEVER : until.quantity(Units.TIMES_PS, 1);
        if (until != null && untilPs <= fromPs) {
            throw until.error("not after the fault began");
        }
        YamlValue bothWays = flaps ? null : fields.find("both-ways");
        FaultLine line = new FaultLine(
                one,
                other,
                bothWays == null || bothWays.flag(),
                fault,
                fromPs,
                untilPs,
                flaps ? fields.require("down").quantity(Units.TIMES_PS, 1) : 0,
                flaps ? fields.require("up").quantity(Units.TIMES_PS, 1) : 0);
        fields.end();
        return line;
    }

    private static void requireLink(YamlValue cable, String one, String other, Fabric fabric) {
        TreeMap<String, Boolean> names = new TreeMap<>();
        boolean found = false;
        for (Link link : fabric.links()) {
            names.put(link.from().name(), true);
            found |= link.from().name().equals(one) && link.to().name().equals(other);
        }
        for (String name : List.of(one, other)) {
            if (!names.containsKey(name)) {
                throw cable.error("no such node: " + name);
            }
        }
        if (!found) {
            throw cable.error("no cable between " + one + " and " + other);
        }
    }
}
