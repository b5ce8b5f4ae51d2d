package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assumptions.abort;

import io.heliograph.bindings.EnvironmentException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Devices for tests, with names that are used once. Without DPDK the test is skipped; a device that does not open fails it. */
final class DpdkTesting {
    private static final AtomicInteger NUMBERS = new AtomicInteger(1);
    private static @Nullable String missing;
    private static boolean looked;

    private DpdkTesting() {}

    /** A number for a device's name. */
    static int number() {
        return NUMBERS.getAndIncrement();
    }

    static DpdkPort open(String device, int mtuBytes) {
        assumeDpdk();
        return DpdkPort.open(DpdkPortConfig.of(device, mtuBytes));
    }

    static List<Port> openQueues(String device, int mtuBytes, int queues) {
        assumeDpdk();
        return DpdkPort.openQueues(DpdkPortConfig.of(device, mtuBytes), queues);
    }

    /** The device that needs nothing tells whether there is DPDK. */
    static synchronized void assumeDpdk() {
        if (!looked) {
            looked = true;
            try {
                DpdkPort.open(DpdkPortConfig.of("net_null" + number(), 1500)).close();
            } catch (EnvironmentException e) {
                missing = e.getMessage();
            }
        }
        if (missing != null) {
            abort(missing);
        }
    }
}
