package io.heliograph.emulator.waveform;

import io.heliograph.emulator.device.Device;
import io.heliograph.emulator.device.StageMeter;
import java.util.IdentityHashMap;

/** The signals of one device in a waveform, in a scope of its name: of every step its state (0 idle, 1 busy, 2 stalled), how much waits in front of it, and the PSN that it took last. */
public final class DeviceWaveform {
    private static final int STATE_BITS = 2;
    private static final int DEPTH_BITS = 16;
    private static final int PSN_BITS = 24;

    private record Signals(int state, int depth, int psn) {}

    private final VcdWriter writer;
    private final IdentityHashMap<StageMeter, Signals> signals = new IdentityHashMap<>();

    private DeviceWaveform(VcdWriter writer) {
        this.writer = writer;
    }

    /** Declares the signals of a device and follows them from now on; its name has letters, digits and underscores alone. All devices are added before time runs. */
    public static DeviceWaveform of(Device device, VcdWriter writer) {
        DeviceWaveform waveform = new DeviceWaveform(writer);
        writer.scope(device.name());
        for (StageMeter each : device.stages()) {
            waveform.signals.put(
                    each,
                    new Signals(
                            writer.signal(each.name() + "_state", STATE_BITS),
                            writer.signal(each.name() + "_depth", DEPTH_BITS),
                            writer.signal(each.name() + "_psn", PSN_BITS)));
        }
        for (StageMeter each : device.stages()) {
            each.observe(waveform::changed);
        }
        return waveform;
    }

    private void changed(StageMeter stage, long nowPs) {
        Signals known = signals.get(stage);
        if (known != null) {
            writer.set(known.state(), stage.state().value(), nowPs);
            writer.set(known.depth(), stage.depth(), nowPs);
            writer.set(known.psn(), stage.psn(), nowPs);
        }
    }
}
