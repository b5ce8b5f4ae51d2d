package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.EcnMarking;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.input.Units;
import io.heliograph.emulator.input.YamlFields;
import io.heliograph.emulator.input.YamlValue;
import org.jspecify.annotations.Nullable;

/** Reads from an experiment file what holds for all its fabric and all its switches. */
final class FabricReader {
    private FabricReader() {}

    static FabricConfig config(@Nullable YamlValue value) {
        FabricConfig config = FabricConfig.DEFAULT;
        if (value == null) {
            return config;
        }
        YamlFields fields = value.fields();
        try {
            config = config.withMtuBytes((int)
                            Math.min(Integer.MAX_VALUE, fields.quantity("mtu", Units.BYTES, config.mtuBytes(), 1)))
                    .withMaxFrames(fields.count("frames", config.maxFrames(), 1, Integer.MAX_VALUE))
                    .withSendRingFrames(fields.count("send-ring", config.sendRingFrames(), 1, 1 << 20))
                    .withReceiveRingFrames(fields.count("receive-ring", config.receiveRingFrames(), 1, 1 << 20));
        } catch (IllegalArgumentException e) {
            throw value.place().error(e);
        }
        fields.end();
        return config;
    }

    static SwitchConfig switches(@Nullable YamlValue value) {
        SwitchConfig none = SwitchConfig.of(Long.MAX_VALUE / 2);
        if (value == null) {
            return none;
        }
        YamlFields fields = value.fields();
        SwitchConfig config;
        try {
            config = none;
            YamlValue buffer = fields.find("buffer");
            if (buffer != null) {
                config = SwitchConfig.of(buffer.quantity(Units.BYTES, 1));
            }
            config = config.withQueueBytes(fields.quantity("queue", Units.BYTES, Long.MAX_VALUE, 0))
                    .withAlpha(fields.number("alpha", Double.POSITIVE_INFINITY, Math.ulp(1.0), 1e6));
            YamlValue ecn = fields.find("ecn");
            if (ecn != null) {
                config = config.withMarking(marking(ecn));
            }
        } catch (IllegalArgumentException e) {
            throw value.place().error(e);
        }
        fields.end();
        return config;
    }

    private static EcnMarking marking(YamlValue value) {
        YamlFields fields = value.fields();
        EcnMarking marking;
        try {
            marking = switch (fields.require("kind").oneOf("threshold", "red", "sharp")) {
                case "threshold" ->
                    new EcnMarking.Threshold(fields.require("at").quantity(Units.BYTES, 0));
                case "red" ->
                    new EcnMarking.Red(
                            fields.require("min").quantity(Units.BYTES, 0),
                            fields.require("max").quantity(Units.BYTES, 0),
                            fields.number("probability", 1, 0, 1));
                default ->
                    new EcnMarking.Sharp(
                            fields.require("instant").quantity(Units.TIMES_PS, 0),
                            fields.require("target").quantity(Units.TIMES_PS, 0),
                            fields.require("interval").quantity(Units.TIMES_PS, 1));
            };
        } catch (IllegalArgumentException e) {
            throw value.place().error(e);
        }
        fields.end();
        return marking;
    }
}
