package io.heliograph.offload.device;

/** Four wavelengths that leak into each other. */
final class WavelengthsEmulatorContractTest extends PhotonicDeviceContract {

    @Override
    PhotonicDevice open() {
        return new PhotonicEmulator(EmulatorConfig.LIGHTNING
                .withConverters(8, 4, 8, 8)
                .withOptics(0.9, TransferCurve.PREDISTORTED, 0.01, 0)
                .withFlight(0, 5));
    }

    @Override
    int tolerance() {
        return 3;
    }
}
