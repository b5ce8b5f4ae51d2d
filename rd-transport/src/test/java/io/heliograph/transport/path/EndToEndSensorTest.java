package io.heliograph.transport.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;

final class EndToEndSensorTest {
    private static final long RTT_NS = 50_000;
    private static final int PATHS = 16;

    private final EndToEndSensor sensor = new EndToEndSensor(PATHS);

    private void everyPath(int times, long rttNs) {
        for (int i = 0; i < times * PATHS; i++) {
            sensor.acknowledged(i % PATHS, rttNs);
        }
    }

    @Test
    void shouldCallAPathSlowOnlyAgainstTheOthers() {
        everyPath(20, RTT_NS);
        everyPath(50, 10 * RTT_NS);
        assertFalse(sensor.isSlow(3), "all of them are");
        for (int i = 0; i < 50; i++) {
            sensor.acknowledged(3, 30 * RTT_NS);
            everyPathBut3(10 * RTT_NS);
        }
        assertTrue(sensor.isSlow(3));
        assertFalse(sensor.isSlow(4));
        assertTrue(Math.abs(sensor.smoothedRttNs(3) - 30 * RTT_NS) < RTT_NS);
    }

    private void everyPathBut3(long rttNs) {
        for (int path = 0; path < PATHS; path++) {
            if (path != 3) {
                sensor.acknowledged(path, rttNs);
            }
        }
    }

    @Test
    void shouldCallAPathLossyOnlyAgainstTheOthers() {
        SeededRandom random = new SeededRandom(1);
        everyPath(1, RTT_NS);
        for (int i = 0; i < 100_000; i++) {
            packet(random, i % PATHS, 30);
            assertFalse(sensor.isLossy(i % PATHS), "all of them are");
        }
        for (int i = 0; i < 100_000; i++) {
            packet(random, i % PATHS, i % PATHS == 3 ? 30 : 1);
        }
        assertTrue(sensor.isLossy(3));
        assertFalse(sensor.isLossy(4));
        sensor.forgiveLosses(3);
        assertFalse(sensor.isLossy(3));
    }

    @Test
    void shouldNotCallAPathLossyForOneLossInAHundredAtRandom() {
        long seed = 7;
        SeededRandom random = new SeededRandom(seed);
        everyPath(1, RTT_NS);
        for (int i = 0; i < 3_000_000; i++) {
            packet(random, i % PATHS, 1);
            assertFalse(sensor.isLossy(i % PATHS), "seed=" + seed + " packet=" + i);
        }
    }

    private void packet(SeededRandom random, int path, int lossPercent) {
        if (random.nextInt(100) < lossPercent) {
            sensor.lost(path, 2 * RTT_NS);
        } else {
            sensor.acknowledged(path, RTT_NS);
        }
    }

    @Test
    void shouldNotCountWhatMayBeMerelyLate() {
        everyPath(20, RTT_NS);
        for (int i = 0; i < 50; i++) {
            sensor.lost(3, RTT_NS - 1);
        }
        assertFalse(sensor.isLossy(3));
        for (int i = 0; i < 50; i++) {
            sensor.lost(3, RTT_NS);
        }
        assertTrue(sensor.isLossy(3));
    }

    @Test
    void shouldWaitLongerForProbesOfSlowerPathsWithinBounds() {
        assertEquals(PathTimers.INITIAL_PROBE_TIMEOUT_NS, sensor.probeTimeoutNs(0));
        everyPath(1, 1);
        assertEquals(PathTimers.MIN_PROBE_TIMEOUT_NS, sensor.probeTimeoutNs(0));
        everyPath(100, 1_000_000);
        assertTrue(Math.abs(sensor.probeTimeoutNs(0) - 2_000_000) < 20_000);
        everyPathBut3(1_000_000);
        sensor.acknowledged(3, 9_000_000);
        everyPathBut3(1_000_000);
        everyPathBut3(1_000_000);
        assertEquals(2 * sensor.smoothedRttNs(3), sensor.probeTimeoutNs(3));
        assertTrue(sensor.probeTimeoutNs(3) > sensor.probeTimeoutNs(4));
        everyPath(100, 10_000_000_000L);
        assertEquals(PathTimers.MAX_PROBE_INTERVAL_NS, sensor.probeTimeoutNs(0));
    }
}
