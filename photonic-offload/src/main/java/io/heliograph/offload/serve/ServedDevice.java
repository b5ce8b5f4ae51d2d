package io.heliograph.offload.serve;

import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.energy.DeviceDescription;

/**
 * What devices models are served on: LIGHTNING's prototype, with so many wavelengths in a lane.
 *
 * @param description whose constants the energy of a query follows from
 * @param wavelengths products that meet in each lane, 1 to 64
 */
public record ServedDevice(DeviceDescription description, int wavelengths) {

    /** The most wavelengths that a datapath has. */
    public static final int MOST_WAVELENGTHS = 64;

    /** Refuses what no datapath has. */
    public ServedDevice {
        if (wavelengths < 1 || wavelengths > MOST_WAVELENGTHS) {
            throw new IllegalArgumentException(
                    "wavelengths must be 1 to " + MOST_WAVELENGTHS + ": wavelengths=" + wavelengths);
        }
    }

    /** The prototype: one wavelength, its own description. */
    public static ServedDevice prototype() {
        return new ServedDevice(DeviceDescription.prototype(), 1);
    }

    /** How its light and its converters are emulated. */
    EmulatorConfig optics() {
        return EmulatorConfig.LIGHTNING.withConverters(
                EmulatorConfig.LIGHTNING.lanes(), wavelengths, Byte.SIZE, Byte.SIZE);
    }
}
