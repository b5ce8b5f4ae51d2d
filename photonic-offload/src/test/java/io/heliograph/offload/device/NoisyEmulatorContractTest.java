package io.heliograph.offload.device;

import io.heliograph.offload.noise.NoiseModel;

/** Few bits, little light, noise at every product. */
final class NoisyEmulatorContractTest extends PhotonicDeviceContract {

    @Override
    PhotonicDevice open() {
        return new PhotonicEmulator(EmulatorConfig.LIGHTNING
                .withConverters(32, 1, 8, 7)
                .withOptics(0.4, TransferCurve.PREDISTORTED, 0, 0)
                .withFlight(33, 401)
                .withNoise(new NoiseModel.Product(NoiseModel.LIGHTNING_SIGMA), 1));
    }

    @Override
    int tolerance() {
        return 12;
    }
}
