package io.heliograph.offload.optcam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.noise.NoiseModel;
import org.junit.jupiter.api.Test;

class MatchErrorsTest {

    private static MatchErrors.Point measure(
            NoiseModel noise, int width, int wavelengths, double crosstalk, double drift, int range) {
        return MatchErrors.measure(
                new MatchErrors.Setup(noise, width, wavelengths, crosstalk, drift, range, 20_000, 50, 11), _ -> {});
    }

    @Test
    void shouldBeRightAtTheStatedNoiseAndWrongFarBeyondIt() {
        NoiseModel stated = new NoiseModel.Product(NoiseModel.LIGHTNING_SIGMA);
        assertEquals(0, measure(stated, 64, 1, 0, 0, 1).errors());
        assertEquals(20_000, measure(stated, 64, 1, 0, 0, 1).lookups());
        MatchErrors.Point beyond = measure(new NoiseModel.Product(10), 384, 1, 0, 0, 1);
        assertEquals(50, beyond.errors(), "stops there");
        assertTrue(beyond.rate() > 0.05, () -> "rate=" + beyond.rate());
    }

    @Test
    void shouldBeWrongWhenTheReadoutHoldsMoreBitsThanNoiseLetsItTell() {
        NoiseModel output = new NoiseModel.Output(NoiseModel.LIGHTNING_SIGMA);
        assertEquals(0, measure(output, 128, 1, 0, 0, 2).errors());
        assertTrue(measure(output, 128, 1, 0, 0, 128).errors() > 0);
    }

    @Test
    void shouldBeWrongWithFewPhotons() {
        NoiseModel.Receiver netcast = NoiseModel.Receiver.NETCAST;
        assertEquals(0, measure(netcast, 128, 1, 0, 0, 1).errors());
        NoiseModel few = new NoiseModel.Receiver(20, netcast.capacitanceFarads(), netcast.temperatureKelvin());
        assertTrue(measure(few, 128, 1, 0, 0, 1).errors() > 0);
    }

    @Test
    void shouldStandCrosstalkThatItMeasuresAndNotDriftThatComesLater() {
        assertEquals(0, measure(new NoiseModel.None(), 256, 2, 0.01, 0, 1).errors());
        // Some 4 ms of emulated time go by: a third of a radian.
        assertTrue(measure(new NoiseModel.None(), 256, 1, 0, 100, 1).errors() > 0);
    }

    @Test
    void shouldReplayASeed() {
        NoiseModel noise = new NoiseModel.Product(10);
        assertEquals(measure(noise, 160, 1, 0, 0, 1), measure(noise, 160, 1, 0, 0, 1));
    }
}
