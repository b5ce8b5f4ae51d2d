package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.fabric.FlowControl;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.fabric.Trimming;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.Units;
import io.heliograph.emulator.input.YamlFields;
import io.heliograph.emulator.input.YamlValue;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.rate.RateTableFile;
import io.heliograph.transport.rate.RateTableFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the modes of an experiment file: what decides when packets leave, and what switches do with those that find no room. */
final class ModeReader {
    /** The class of what work queues send unless told otherwise. */
    private static final int DATA_CLASS = 0;

    private static final long PS_PER_NS = 1000;
    private static final double MOST_LOST = 0.9;

    private final Path experiment;
    private final SwitchConfig switches;
    private final int mtuBytes;
    private final Map<String, Integer> hosts;

    /**
     * For the modes of a file; tables are relative to it.
     *
     * @param switches of modes that say nothing of them
     * @param hosts their numbers by their names
     */
    ModeReader(Path experiment, SwitchConfig switches, int mtuBytes, Map<String, Integer> hosts) {
        this.hosts = hosts;
        this.experiment = experiment;
        this.switches = switches;
        this.mtuBytes = mtuBytes;
    }

    List<Mode> modes(YamlValue value) {
        List<Mode> modes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlValue each : value.items()) {
            Mode mode = mode(each);
            if (!names.add(mode.name())) {
                throw each.error("two modes are called " + mode.name());
            }
            modes.add(mode);
        }
        return modes;
    }

    private Mode mode(YamlValue value) {
        YamlFields fields = value.fields();
        String kind = fields.require("kind").oneOf("table", "line-rate", "window", "controller");
        YamlValue name = fields.find("name");
        Mode.Pacing pacing = switch (kind) {
            case "table" -> table(fields);
            case "line-rate" -> new Mode.Line();
            case "controller" -> granted(fields);
            default -> window(fields);
        };
        SwitchConfig config = switches;
        YamlValue trimming = fields.find("trimming");
        YamlValue pfc = fields.find("pfc");
        try {
            config = trimming == null ? config : config.withTrimming(trimming(trimming, mtuBytes));
            config = pfc == null ? config : config.withFlowControl(flowControl(pfc));
        } catch (IllegalArgumentException e) {
            throw value.place().error(e);
        }
        YamlValue exchange = fields.find("exchange");
        boolean atOnce = exchange == null
                ? pacing instanceof Mode.Granted
                : exchange.oneOf("rotations", "at-once").equals("at-once");
        fields.end();
        return new Mode(name == null ? kind : name.text(), pacing, config, atOnce);
    }

    private Mode.Pacing table(YamlFields fields) {
        YamlValue file = fields.find("file");
        if (file == null) {
            return new Mode.Table(fields.number("headroom", 0.05, 0, 0.99));
        }
        YamlValue by = fields.find("by");
        boolean bySlot = by != null && by.oneOf("clock", "slot").equals("slot");
        Path path = experiment.resolveSibling(file.text());
        try {
            return new Mode.Planned(RateTableFile.read(path), bySlot);
        } catch (RateTableFormatException e) {
            throw new InputFileException(path.toString(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new InputFileException(file.where(), "table of rates cannot be read: " + e, e);
        }
    }

    private Mode.Granted granted(YamlFields fields) {
        YamlValue at = fields.require("at");
        Integer host = hosts.get(at.text());
        if (host == null) {
            throw at.error("no such host: " + at.text());
        }
        Set<String> groups = new LinkedHashSet<>();
        YamlValue named = fields.find("groups");
        if (named != null) {
            named.items().forEach(each -> groups.add(each.text()));
        }
        SlotSettings settings = new SlotSettings(
                host,
                fields.count("class", 1, 0, Tunables.CONTROL_TRAFFIC_CLASS - 1),
                fields.quantity("chunk", Units.BYTES, 256 << 10, 1),
                fields.quantity("guard", Units.TIMES_PS, 500_000, 0) / PS_PER_NS,
                fields.count("batch", 8, 1, 64),
                fields.count("lead", 3, 1, 1 << 14),
                fields.quantity("report", Units.TIMES_PS, 50_000_000, PS_PER_NS) / PS_PER_NS,
                fields.number("loss", 0, 0, MOST_LOST));
        YamlValue dead = fields.find("dead");
        long fromPs = EventQueue.NEVER;
        long untilPs = EventQueue.NEVER;
        if (dead != null) {
            YamlFields times = dead.fields();
            fromPs = times.require("from").quantity(Units.TIMES_PS, 0);
            untilPs = times.require("until").quantity(Units.TIMES_PS, 1);
            times.end();
            if (untilPs <= fromPs) {
                throw dead.error("not after it died");
            }
        }
        boolean isPlanned = fields.find("file") != null;
        return new Mode.Granted(settings, groups, isPlanned ? table(fields) : new Mode.Line(), fromPs, untilPs);
    }

    private static Mode.Window window(YamlFields fields) {
        long targetPs = fields.require("target").quantity(Units.TIMES_PS, 1000);
        double least = fields.number("min-window", 1e-3, 1e-3, 1e6);
        double most = fields.number("max-window", 1024, Math.max(1, least), 1e6);
        return new Mode.Window(
                targetPs / 1000,
                least,
                most,
                fields.number("initial-window", Math.clamp(10, least, most), least, most));
    }

    private static Trimming trimming(YamlValue value, int mtuBytes) {
        YamlFields fields = value.fields();
        long bytes = fields.quantity("bytes", Units.BYTES, Trimming.DEFAULT.bytes(), 1);
        if (bytes >= mtuBytes) {
            throw value.error("to " + bytes + " bytes leaves packets of " + mtuBytes + " as they are");
        }
        Trimming trimming = new Trimming(
                (int) bytes,
                fields.count("class", Trimming.DEFAULT.trafficClass(), 1, 7),
                fields.quantity("queue", Units.BYTES, Trimming.DEFAULT.queueBytes(), 0),
                true);
        fields.end();
        return trimming;
    }

    private static FlowControl flowControl(YamlValue value) {
        YamlFields fields = value.fields();
        long xoffBytes = fields.require("xoff").quantity(Units.BYTES, 1);
        FlowControl control = new FlowControl(
                1 << DATA_CLASS, xoffBytes, fields.require("xon").quantity(Units.BYTES, 0));
        fields.end();
        return control;
    }
}
