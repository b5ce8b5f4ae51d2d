package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.Eal;
import io.heliograph.bindings.dpdk.EalArguments;
import io.heliograph.bindings.dpdk.EthernetDevice;
import org.jspecify.annotations.Nullable;

/**
 * DPDK in this process. It starts with the first port and cannot start twice, so it stays until the process ends, which removes its
 * files. The first port decides on memory and on whether PCI devices are looked for.
 */
final class DpdkEnvironment {
    private static @Nullable Eal eal;
    private static boolean knowsPci;
    private static int pools;

    private DpdkEnvironment() {}

    static synchronized Eal eal(DpdkPortConfig config) {
        Eal running = eal;
        if (running == null) {
            boolean pci = DpdkDrivers.isPciAddress(config.device());
            EalArguments arguments = EalArguments.defaults().withMemoryMegabytes(config.memoryMegabytes());
            running = Eal.start(pci ? arguments.withPciDevice(config.device()).withHugePages() : arguments);
            eal = running;
            knowsPci = pci;
        }
        return running;
    }

    /** Plugs the device in, or finds it where EAL has done so while starting. */
    static synchronized EthernetDevice attach(Eal running, String device) {
        String name = DpdkDrivers.nameOf(device);
        EthernetDevice present = find(running, name);
        if (DpdkDrivers.isPciAddress(device)) {
            if (!knowsPci) {
                throw new EnvironmentException("DPDK runs without PCI in this process: device=" + device
                        + "; open the PCI device before any other, or in a process of its own");
            }
        } else if (present != null) {
            throw new EnvironmentException("device is open in this process: device=" + name
                    + "; close its port, give another number, or ask for several queues at once");
        }
        return present == null ? running.addDevice(device) : present;
    }

    private static @Nullable EthernetDevice find(Eal running, String name) {
        for (EthernetDevice present : running.devices()) {
            if (present.name().equals(name)) {
                return present;
            }
        }
        return null;
    }

    static synchronized String newPoolName() {
        return "heliograph_" + pools++;
    }
}
