package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.DeviceCounter;
import java.util.Arrays;

/** What the device counted since it was reset. */
final class Counts {
    private final long[] values = new long[DeviceCounter.values().length];

    void increment(DeviceCounter counter) {
        add(counter, 1);
    }

    void add(DeviceCounter counter, long amount) {
        values[counter.index()] += amount;
    }

    long get(DeviceCounter counter) {
        return values[counter.index()];
    }

    void reset() {
        Arrays.fill(values, 0);
    }
}
