package io.heliograph.offload.device;

/** LIGHTNING's prototype without noise. */
final class ExactEmulatorContractTest extends PhotonicDeviceContract {

    @Override
    PhotonicDevice open() {
        return new PhotonicEmulator(EmulatorConfig.LIGHTNING);
    }

    @Override
    int tolerance() {
        return 0;
    }
}
