package io.heliograph.collectives.bootstrap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heliograph.collectives.CollectiveException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StringExchangeTest {
    @Test
    void shouldGiveEveryRanksBytesInOrder() {
        byte[] mine = {0, -1, 127, '\n'};
        StringExchange exchange = StringExchange.over(text -> new String[] {"", text, "AQI="});
        List<byte[]> all = exchange.allGather(mine);
        assertEquals(3, all.size());
        assertArrayEquals(new byte[0], all.get(0));
        assertArrayEquals(mine, all.get(1));
        assertArrayEquals(new byte[] {1, 2}, all.get(2));
    }

    @Test
    void shouldNameTheRankThatGaveSomethingElse() {
        StringExchange exchange = StringExchange.over(text -> new String[] {text, "not Base64!"});
        CollectiveException failure = assertThrows(CollectiveException.class, () -> exchange.allGather(new byte[8]));
        assertEquals(1, failure.rank());
    }
}
