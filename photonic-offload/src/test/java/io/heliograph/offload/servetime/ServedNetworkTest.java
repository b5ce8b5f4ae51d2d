package io.heliograph.offload.servetime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ServedNetworkTest {

    @Test
    void shouldHaveTheMultiplicationsOfThePublishedStudy() {
        assertEquals(266_200, ServedNetwork.lenet().multiplications());
        Map<String, Long> published = Map.of(
                "AlexNet", 714_188_480L,
                "ResNet-18", 1_814_073_344L,
                "VGG-16", 15_470_264_320L,
                "VGG-19", 19_632_062_464L,
                "BERT", 167_533_477_888L,
                "GPT-2", 1_753_433_832_000L,
                "DLRM", 2_505_926_848L);
        Map<String, Long> counted = new HashMap<>();
        for (ServedNetwork network : ServedNetwork.mixed()) {
            counted.put(network.name(), network.multiplications());
        }
        assertEquals(published, counted);
    }

    @Test
    void shouldPutShortProductsTogether() {
        ServedNetwork.Layer layer = new ServedNetwork.Layer(9, 1_000, List.of());
        assertEquals(new ServedNetwork.Layer(2_048, 5, List.of()), layer.atLeast(2_048));
        assertEquals(layer, layer.atLeast(9));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ServedNetwork("x", 1, List.of(new ServedNetwork.Layer(1, 1, List.of(0)))));
    }
}
