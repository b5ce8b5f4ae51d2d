package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Exchange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a communicator of one host does before it is one; its collectives are other tests'. */
class HostCommunicatorTest {
    @Test
    void shouldNameARankOfAnotherHost() {
        Exchange exchange = mine -> {
            byte[] theirs = mine.clone();
            theirs[15] ^= 1; // the last byte of the host's number
            return List.of(mine, theirs);
        };
        CollectiveException failure = assertThrows(
                CollectiveException.class,
                () -> HostCommunicator.open(0, 2, exchange, CommunicatorConfig.DEFAULT)
                        .close());
        assertEquals(1, failure.rank());
        assertTrue(String.valueOf(failure.getMessage()).contains("another host"), failure::getMessage);
    }

    @Test
    void shouldNameARankOfAnotherVersion() {
        Exchange exchange = mine -> List.of(mine, new byte[8]);
        CollectiveException failure = assertThrows(
                CollectiveException.class,
                () -> HostCommunicator.open(0, 2, exchange, CommunicatorConfig.DEFAULT)
                        .close());
        assertEquals(1, failure.rank());
    }
}
