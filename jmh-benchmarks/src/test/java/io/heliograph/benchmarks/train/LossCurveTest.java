package io.heliograph.benchmarks.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LossCurveTest {
    @Test
    void shouldTellWhereCurvesAreFarthestApart() {
        assertEquals(new LossCurve.Gap(1, 0.5), curve(2, 1, 0.5f).gap(curve(2, 1.5f, 0.25f)));
        assertEquals(new LossCurve.Gap(0, 0), curve(2, 1).gap(curve(2, 1)));
    }

    @Test
    void shouldBeInfinitelyFarFromWhatIsNotANumber() {
        double infinite = Double.POSITIVE_INFINITY;
        assertEquals(new LossCurve.Gap(1, infinite), curve(2, Float.NaN).gap(curve(2, 1)));
        assertEquals(new LossCurve.Gap(0, infinite), curve(Float.NaN).gap(curve(Float.NaN)));
    }

    @Test
    void shouldRefuseCurvesOfOtherLengths() {
        LossCurve two = curve(1, 2);
        LossCurve one = curve(1);
        assertThrows(IllegalArgumentException.class, () -> two.gap(one));
    }

    @Test
    void shouldLeaveFirstStepsOutOfMedians() {
        LossCurve curve = new LossCurve(4);
        long[] durations = {1000, 7, 9, 8};
        for (long ns : durations) {
            curve.add(1, ns, ns / 2);
        }
        assertEquals(8, curve.medianStepNs(1));
        assertEquals(4, curve.medianExchangeNs(1));
        assertEquals(8, curve.medianStepNs(9));
    }

    static LossCurve curve(float... losses) {
        LossCurve curve = new LossCurve(losses.length);
        for (float loss : losses) {
            curve.add(loss, 1, 0);
        }
        return curve;
    }
}
