package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.FlowControl;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.fabric.Trimming;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.Units;
import io.heliograph.emulator.input.YamlFields;
import io.heliograph.emulator.input.YamlValue;
import io.heliograph.transport.rate.RateTableFile;
import io.heliograph.transport.rate.RateTableFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the modes of an experiment file: what decides when packets leave, and what switches do with those that find no room. */
final class ModeReader {
    /** The class of what work queues send unless told otherwise. */
    private static final int DATA_CLASS = 0;

    private final Path experiment;
    private final SwitchConfig switches;
    private final int mtuBytes;

    /**
     * For the modes of a file; tables are relative to it.
     *
     * @param switches of modes that say nothing of them
     */
    ModeReader(Path experiment, SwitchConfig switches, int mtuBytes) {
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
        String kind = fields.require("kind").oneOf("table", "line-rate", "window");
        YamlValue name = fields.find("name");
        Mode.Pacing pacing = switch (kind) {
            case "table" -> table(fields);
            case "line-rate" -> new Mode.Line();
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
        fields.end();
        return new Mode(name == null ? kind : name.text(), pacing, config);
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
