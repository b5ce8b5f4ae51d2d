package io.heliograph.emulator.device.layout;

import io.heliograph.transport.EndpointCounter;

/** Where the counters are in the BAR: 8 bytes each, read only, from 0 at every reset. */
public final class Statistics {
    /** The protocol's counters, in the order of {@link EndpointCounter}. */
    public static final int PROTOCOL_OFFSET = 0x1000;
    /** The device's, in the order of {@link DeviceCounter}. */
    public static final int DEVICE_OFFSET = 0x1800;

    private Statistics() {}

    /** Offset of a counter of the protocol. */
    public static int offset(EndpointCounter counter) {
        return PROTOCOL_OFFSET + Long.BYTES * counter.index();
    }

    /** Offset of a counter of the device. */
    public static int offset(DeviceCounter counter) {
        return DEVICE_OFFSET + Long.BYTES * counter.index();
    }
}
