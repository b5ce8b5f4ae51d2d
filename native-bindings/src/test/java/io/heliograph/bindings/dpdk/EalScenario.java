package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.CpuAffinity;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.testing.Allocations;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.BitSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What a process can do with EAL only once; each is the main program of a JVM of its own. Says on standard output what it saw. */
final class EalScenario {
    private EalScenario() {}

    public static void main(String[] arguments) throws InterruptedException {
        Logger.getLogger("").setLevel(Level.OFF); // what comes out in spite of that was not logged
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

    /** EAL keeps what it parsed, so there is no second try in this process. */
    private static void refused(String... bad) {
        try {
            start(bad);
            say("not refused");
        } catch (EnvironmentException e) {
            say("refusal: " + e.getMessage());
        }
        try {
            start();
        } catch (IllegalStateException e) {
            say("second start: " + e.getMessage());
        }
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
        Mempool pool = eal.createMempool("allocation", 4095, 128, 2048);
        EthernetDevice device = eal.addDevice("net_null0");
        device.configure(DeviceConfiguration.defaults(), pool);
        device.start();
        long array = Arena.global().allocate(8 * 64, 64).address();
        try (DpdkThread thread = eal.registerThread()) {
            MempoolCache cache = thread.cacheOf(pool);
            RxQueue receive = device.receiveQueue(0);
            TxQueue transmit = device.transmitQueue(0);
            say("allocated " + Allocations.inSteadyState(() -> exercise(receive, transmit, cache, pool, array)));
        }
        device.stop();
        device.remove();
        eal.close();
    }

    private static void exercise(RxQueue receive, TxQueue transmit, MempoolCache cache, Mempool pool, long array) {
        for (int i = 0; i < 100_000; i++) {
            int received = receive.receiveBurst(array, 32);
            transmit.transmitBurst(array, received);
            if (cache.allocateBulk(array, 32) != 0 || pool.allocateBulk(array + 256, 32) != 0) {
                throw new IllegalStateException("pool empty");
            }
            long mbuf = NativeMemory.getLong(array);
            Mbuf.length(mbuf, i % 1500);
            NativeMemory.putLongBigEndian(Mbuf.dataAddress(mbuf), i);
            NativeMemory.copy(Mbuf.dataAddress(mbuf), Mbuf.dataAddress(mbuf) + 512, i % 512);
            NativeMemory.fill(Mbuf.dataAddress(mbuf), Mbuf.packetLength(mbuf), (byte) i);
            pool.freeBulk(array + 256, 32);
            cache.freeBulk(array, 32);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
