package io.heliograph.transport.port;

import io.heliograph.bindings.dpdk.EthernetDevice;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the two ends of a memif from hanging up at once: the driver of DPDK 22.11 then frees its control channel both in the thread that
 * closes and in its interrupt thread, and the process dies ({@code memif_disconnect} in rte_eth_memif.c). So the client goes first, and
 * whoever finds the link down lets the interrupt thread finish.
 */
final class MemifGoodbye {
    private static final String DRIVER = "net_memif";
    private static final long CLIENT_GOES_FIRST_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long FINISH_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private MemifGoodbye() {}

    /** Waits, if the device is a memif, until it may be closed. */
    static void await(EthernetDevice device, String driver, boolean server) {
        if (!driver.equals(DRIVER)) {
            return;
        }
        long startNs = System.nanoTime();
        while (server && device.link().up() && System.nanoTime() - startNs < CLIENT_GOES_FIRST_NS) {
            LockSupport.parkNanos(PAUSE_NS);
        }
        if (!device.link().up()) {
            LockSupport.parkNanos(FINISH_NS);
        }
    }
}
