package io.heliograph.benchmarks.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.benchmarks.session.RunFailure;
import org.junit.jupiter.api.Test;

/** What is believed of testpmd's looks at its port. */
class TestpmdPairTest {

    private static String look(long packets, long bytes, long rate) {
        return """
                testpmd> show port stats 0
                  ######################## NIC statistics for port 0  ########################
                  RX-packets: %d      RX-missed: 0          RX-bytes:  %d
                  RX-errors: 0
                  TX-packets: 0          TX-errors: 0          TX-bytes:  0

                  Throughput (since last show)
                  Rx-pps:      %d          Rx-bps:     0
                """.formatted(packets, bytes, rate);
    }

    @Test
    void shouldCountWhatArrivedBetweenLooksWhenFramesAreWhole() {
        String output =
                look(1_000, 9_000_000, 0) + look(51_000, 459_000_000, 400_000) + look(101_000, 909_000_000, 600_000);
        TestpmdPair.Rate rate = TestpmdPair.rate(output, 9_000, 2, 0.2);
        assertEquals(0.5, rate.averageMpps(), 1e-9);
        assertEquals(0.6, rate.peakMpps(), 1e-9);
    }

    @Test
    void shouldTakeTheTimeOfTheLooksThatAreWhole() {
        StringBuilder output = new StringBuilder();
        for (int i = 0; i <= 20; i++) {
            output.append(i < 2 ? "RX-pack MEMIF: connected\n Rx-pps: 1\n" : look(1_000L * i, 1_500_000L * i, 1));
        }
        assertEquals(0.05, TestpmdPair.rate(output.toString(), 1_500, 20, 0.4).averageMpps(), 1e-9);
        assertThrows(RunFailure.class, () -> TestpmdPair.rate(output.toString(), 1_500, 22, 0.4));
    }

    @Test
    void shouldTakePacketsAndBytesOfDifferentMoments() {
        String output = look(0, 0, 0) + look(100_000, 150_048_000, 1_000_000);
        assertEquals(1, TestpmdPair.rate(output, 1_500, 1, 0.1).averageMpps(), 1e-9);
    }

    @Test
    void shouldRefuseWhenFramesAreOfAnotherLength() {
        String output = look(0, 0, 0) + look(100_000, 6_400_000, 1_000_000);
        RunFailure failure = assertThrows(RunFailure.class, () -> TestpmdPair.rate(output, 9_000, 1, 0.1));
        assertTrue(String.valueOf(failure.getMessage()).contains("receivedBytes=64.0"), failure::toString);
    }

    @Test
    void shouldRefuseWhenNothingArrived() {
        String output = look(7, 448, 0) + look(7, 448, 0);
        assertThrows(RunFailure.class, () -> TestpmdPair.rate(output, 64, 1, 0.1));
    }
}
