package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.memory.ProcessIdentity;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DPDK's environment abstraction layer, running in this process: the way to devices, pools and threads. It starts at most once in the
 * life of a process. Cold path; any thread, one at a time.
 */
public final class Eal implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Eal.class.getName());

    private static boolean startedOnce;

    private final DpdkLibrary library;
    private final EalLog log;
    private final Path runtimeDirectory;
    private final Thread removeFilesAtExit;
    private boolean stopped;

    private Eal(DpdkLibrary library, EalLog log) {
        this.library = library;
        this.log = log;
        this.runtimeDirectory = Path.of(dpdk_h.rte_eal_get_runtime_dir().getString(0));
        this.removeFilesAtExit = new Thread(() -> EalFiles.remove(runtimeDirectory), "heliograph-eal-files");
    }

    /**
     * Starts it. EAL pins the thread that starts it, which is why that is one of its own, and lets threads started later inherit that.
     *
     * @throws EnvironmentException where DPDK is absent or EAL refuses; the message has EAL's own last words
     * @throws IllegalStateException where it was started before
     */
    public static synchronized Eal start(EalArguments arguments) {
        if (startedOnce) {
            throw new IllegalStateException("EAL was started before in this process; start another process");
        }
        DpdkLibrary library = DpdkLibrary.load();
        EalLog log = new EalLog();
        startedOnce = true; // refused or not: EAL keeps what it parsed
        List<String> line = arguments.toCommandLine(ProcessIdentity.current());
        String refusal = onThreadOfItsOwn(() -> initialise(library, line));
        if (refusal != null) {
            String words = log.recentLines();
            log.close();
            throw new EnvironmentException("EAL did not start: arguments=" + line + " error=" + refusal + " log=["
                    + words + "]; correct the arguments, or grant what the log says is missing");
        }
        Eal eal = new Eal(library, log);
        Runtime.getRuntime().addShutdownHook(eal.removeFilesAtExit);
        int stale = EalFiles.removeStale(eal.runtimeDirectory.resolveSibling(""));
        LOGGER.log(
                Level.DEBUG,
                "EAL started: version={0} arguments={1} staleDirectoriesRemoved={2}",
                library.version(),
                line,
                stale);
        return eal;
    }

    /** What DPDK calls itself, {@code DPDK 22.11.11}. */
    public String version() {
        return library.version();
    }

    /** The binary interface in use. */
    public DpdkAbi abi() {
        return library.abi();
    }

    /** Where EAL keeps its files; gone after {@link #close}. */
    public Path runtimeDirectory() {
        return runtimeDirectory;
    }

    /** Every Ethernet device there is. */
    public List<EthernetDevice> devices() {
        checkRunning();
        List<EthernetDevice> devices = new ArrayList<>();
        int port = 0;
        for (int left = Short.toUnsignedInt(dpdk_h.rte_eth_dev_count_avail()); left > 0; left--) {
            port = Short.toUnsignedInt(dpdk_h.rte_eth_find_next((short) port));
            devices.add(new EthernetDevice(library, log, port));
            port++;
        }
        return devices;
    }

    /**
     * The device of that name, {@code net_null0} or {@code 0000:01:00.0}.
     *
     * @throws EnvironmentException where there is none
     */
    public EthernetDevice device(String name) {
        checkRunning();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment port = arena.allocate(ValueLayout.JAVA_SHORT);
            int result = dpdk_h.rte_eth_dev_get_port_by_name(arena.allocateFrom(name), port);
            if (result != 0) {
                throw new EnvironmentException("Ethernet device not found: name=" + name + " present="
                        + devices().stream().map(EthernetDevice::name).toList()
                        + "; add it, or name one that is present");
            }
            return new EthernetDevice(library, log, Short.toUnsignedInt(port.get(ValueLayout.JAVA_SHORT, 0)));
        }
    }

    /**
     * Adds a device while running.
     *
     * @param device name and arguments as DPDK's drivers document them, {@code net_null0,size=64}, {@code net_af_packet0,iface=eth1}, or
     *     a PCI address
     * @throws EnvironmentException where no driver takes it; the message has the driver's own last words
     */
    public EthernetDevice addDevice(String device) {
        checkRunning();
        log.forgetLines();
        try (Arena arena = Arena.ofConfined()) {
            int result = dpdk_h.rte_dev_probe(arena.allocateFrom(device));
            if (result != 0) {
                throw new EnvironmentException(
                        "device not added: device=" + device + " error=" + DpdkLibrary.describe(result)
                                + " log=[" + log.recentLines()
                                + "]; check its name and arguments, and that the process may use it (CAP_NET_RAW, CAP_NET_ADMIN, vfio)");
            }
        }
        int comma = device.indexOf(',');
        return device(comma < 0 ? device : device.substring(0, comma));
    }

    /** Creates a pool: see {@link Mempool} for who may use it, {@link Mempool#footprintBytes} for what it takes. */
    public Mempool createMempool(String name, int mbufs, int cacheSize, int roomBytes) {
        checkRunning();
        return Mempool.create(library, name, mbufs, cacheSize, roomBytes);
    }

    /** Registers the calling thread, which then polls and has caches. */
    public DpdkThread registerThread() {
        checkRunning();
        return DpdkThread.register(library);
    }

    /** The last lines that DPDK printed, in one. */
    public String recentLog() {
        return log.recentLines();
    }

    /** Stops it and removes its runtime files. Devices are closed, pools freed and threads unregistered before, by the caller. */
    @Override
    public synchronized void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        int result = dpdk_h.rte_eal_cleanup();
        if (result != 0) {
            LOGGER.log(Level.WARNING, "EAL did not stop cleanly: error={0}", DpdkLibrary.describe(result));
        }
        log.close();
        EalFiles.remove(runtimeDirectory);
        try {
            Runtime.getRuntime().removeShutdownHook(removeFilesAtExit);
        } catch (IllegalStateException e) {
            // shutting down: the hook finds nothing to do
        }
    }

    private void checkRunning() {
        if (stopped) {
            throw new IllegalStateException("EAL is stopped; start another process");
        }
    }

    /** Null on success, else the error in words. EAL keeps pointers into its arguments. */
    private static @Nullable String initialise(DpdkLibrary library, List<String> line) {
        Arena forever = Arena.global();
        MemorySegment argv = forever.allocate(ValueLayout.ADDRESS, line.size() + 2L);
        argv.setAtIndex(ValueLayout.ADDRESS, 0, forever.allocateFrom("heliograph"));
        for (int i = 0; i < line.size(); i++) {
            argv.setAtIndex(ValueLayout.ADDRESS, i + 1L, forever.allocateFrom(line.get(i)));
        }
        int result = dpdk_h.rte_eal_init(line.size() + 1, argv);
        return result < 0 ? DpdkLibrary.describe(library.errorNumber()) : null;
    }

    private static @Nullable String onThreadOfItsOwn(Start start) {
        @Nullable String[] result = new @Nullable String[] {"interrupted"};
        Thread thread = new Thread(() -> result[0] = start.run(), "heliograph-eal-start");
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return result[0];
    }

    @FunctionalInterface
    private interface Start {
        @Nullable
        String run();
    }
}
