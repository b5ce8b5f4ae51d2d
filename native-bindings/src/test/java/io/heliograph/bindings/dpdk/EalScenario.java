package io.heliograph.bindings.dpdk;

import com.sun.management.ThreadMXBean;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.CpuAffinity;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.BitSet;

/** What a process can do with EAL only once; each is the main program of a JVM of its own. Says on standard output what it saw. */
final class EalScenario {
    private EalScenario() {}

    public static void main(String[] arguments) throws InterruptedException {
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (arguments[0]) {
            case "start" -> startAndStop(rest);
            case "wait" -> waitToBeKilled();
            case "exit" -> say("started in " + start().runtimeDirectory());
            case "refused" -> refused(rest);
            case "device" -> device(rest[0]);
            case "allocation" -> allocation();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static Eal start(String... more) {
        return Eal.start(EalArguments.defaults().withMemoryMegabytes(128).with(more));
    }

    private static void startAndStop(String... more) {
        BitSet before = CpuAffinity.get();
        Eal eal = start(more);
        say("started in " + eal.runtimeDirectory());
        say("version " + eal.version());
        say("affinity kept " + before.equals(CpuAffinity.get()));
        say("log has " + eal.recentLog().contains("EAL: "));
        eal.close();
        try {
            start();
        } catch (IllegalStateException e) {
            say("second start: " + e.getMessage());
        }
        say("stopped");
    }

    private static void waitToBeKilled() throws InterruptedException {
        say("started in " + start().runtimeDirectory());
        say("ready");
        Thread.sleep(60_000);
    }

    /** A refused start can be corrected and tried again. */
    private static void refused(String... bad) {
        try {
            start(bad);
            say("not refused");
        } catch (EnvironmentException e) {
            say("refusal: " + e.getMessage());
        }
        start().close();
        say("started then");
    }

    private static void device(String device) {
        try (Eal eal = start()) {
            eal.addDevice(device).remove();
            say("added");
        } catch (EnvironmentException e) {
            say("refusal: " + e.getMessage());
        }
    }

    private static void allocation() {
        Eal eal = start();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Mempool pool = eal.createMempool("allocation", 4095, 128, 2048);
        EthernetDevice device = eal.addDevice("net_null0");
        device.configure(DeviceConfiguration.defaults(), pool);
        device.start();
        long array = Arena.global().allocate(8 * 32, 64).address();
        try (DpdkThread thread = eal.registerThread()) {
            MempoolCache cache = thread.cacheOf(pool);
            RxQueue receive = device.receiveQueue(0);
            TxQueue transmit = device.transmitQueue(0);
            exercise(receive, transmit, cache, pool, array);
            long before = threads.getCurrentThreadAllocatedBytes();
            exercise(receive, transmit, cache, pool, array);
            say("allocated " + (threads.getCurrentThreadAllocatedBytes() - before));
        }
        device.stop();
        device.remove();
        eal.close();
    }

    private static void exercise(RxQueue receive, TxQueue transmit, MempoolCache cache, Mempool pool, long array) {
        for (int i = 0; i < 100_000; i++) {
            int received = receive.receiveBurst(array, 32);
            transmit.transmitBurst(array, received);
            if (cache.allocateBulk(array, 32) != 0 || pool.allocateBulk(array + 128, 16) != 0) {
                throw new IllegalStateException("pool empty");
            }
            pool.freeBulk(array + 128, 16);
            cache.freeBulk(array, 16);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
