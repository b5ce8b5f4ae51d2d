package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultConfigTest {
    @Test
    void shouldParseEveryItem() {
        assertEquals(
                new FaultConfig(0.01, 0.001, 0.02, 0.003, 0.04, 128, 0.05, 50_000, 7),
                FaultConfig.parse("loss=0.01,dup=0.001,reorder=0.02,corrupt=0.003,trim=0.04,delay=50us:0.05,seed=7"));
    }

    @Test
    void shouldTakeASizeForTrimAndADelayForEveryFrame() {
        FaultConfig config = FaultConfig.parse("trim=200:0.5, delay=1.5ms");
        assertEquals(200, config.trimBytes());
        assertEquals(0.5, config.trim());
        assertEquals(1_500_000, config.delayNs());
        assertEquals(1, config.delay());
        assertEquals(0, config.loss());
    }

    @Test
    void shouldParseItsOwnText() {
        FaultConfig config = FaultConfig.parse("loss=0.3,trim=90:0.25,delay=12345ns:0.5,seed=-9");
        assertEquals(config, FaultConfig.parse(config.toString()));
        assertEquals(FaultConfig.NONE, FaultConfig.parse(FaultConfig.NONE.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "loss",
                "loss=",
                "loss=x",
                "loss=1.01",
                "loss=-0.1",
                "loss=NaN",
                "loss=0.1f",
                "loss=0.1:0.2",
                "lose=0.1",
                "loss=0.1,",
                "=0.1",
                "trim=20:0.1",
                "trim=:0.1",
                "delay=50:0.1",
                "delay=50us:2",
                "delay=us",
                "delay=-1us",
                "delay=0.5ns",
                "delay=99999999999999s",
                "seed=1.5",
                "seed=1:2"
            })
    void shouldNameTheItemWhenItIsWrong(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> FaultConfig.parse(text))
                .toString();
        assertTrue(message.contains("give ") || message.contains("negative"), message);
    }
}
