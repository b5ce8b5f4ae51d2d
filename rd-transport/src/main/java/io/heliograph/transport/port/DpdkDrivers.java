package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DeviceInfo;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What we know of DPDK's drivers that they do not say themselves. */
final class DpdkDrivers {
    private static final System.Logger LOGGER = System.getLogger(DpdkDrivers.class.getName());
    private static final String AF_PACKET = "net_af_packet";
    private static final String AF_XDP = "net_af_xdp";

    private static final Pattern PCI_ADDRESS =
            Pattern.compile("\\p{XDigit}{4}:\\p{XDigit}{2}:\\p{XDigit}{2}\\.[0-7](,.*)?");

    /** Whatever is sent reaches the one other end, whatever its Ethernet address. */
    private static final Set<String> POINT_TO_POINT = Set.of("net_null", "net_ring", "net_memif");

    /** Never deliver a packet in several buffers: net_ring as long as it stays in this process, the others by their code. */
    private static final Set<String> SINGLE_SEGMENT = Set.of("net_null", "net_ring", AF_PACKET, AF_XDP);

    private static final Set<String> UNDERSTATED = Set.of("net_memif", AF_PACKET);

    private static final int ETHERNET_BYTES = 18;
    private static final int XDP_HEADROOM_BYTES = 256;
    private static final int LEAST_ROOM_BYTES = 2048;
    /** TPACKET_V2 header and socket address in front of the data, rounded up (packet_mmap.rst). */
    private static final int TPACKET_HEADER_BYTES = 256;

    private static final int AF_PACKET_DEFAULT_FRAME_BYTES = 2048;
    private static final int MEMIF_DEFAULT_BUFFER_BYTES = 2048;

    private DpdkDrivers() {}

    static boolean isPciAddress(String device) {
        return PCI_ADDRESS.matcher(device).matches();
    }

    /** The device's name without its arguments. */
    static String nameOf(String device) {
        int comma = device.indexOf(',');
        return comma < 0 ? device : device.substring(0, comma);
    }

    static boolean resolvesNeighbours(String driver) {
        return !POINT_TO_POINT.contains(driver);
    }

    static boolean mayDeliverSegments(String driver) {
        return !SINGLE_SEGMENT.contains(driver);
    }

    /**
     * The devices that together have so many queue pairs, with the arguments that these and an MTU need, where the user has not given them.
     * Mostly that is one. Of AF_XDP it is one for each queue: its driver asks the kernel for combined channels, of which veth and others
     * have none, and takes no second queue from them (rte_eth_af_xdp.c, xdp_get_channels_info), but any one that it is given.
     *
     * @throws IllegalArgumentException if the user's arguments name another number of queues
     */
    static List<String> parts(String device, int mtuBytes, int queues) {
        String arguments = withArgumentsFor(device, mtuBytes);
        if (device.startsWith(AF_XDP)) {
            checkQueues(device, "queue_count", queues);
            return queues == 1 ? List.of(arguments) : xdpParts(arguments, queues);
        }
        if (device.startsWith(AF_PACKET)) {
            checkQueues(device, "qpairs", queues);
            return List.of(
                    queues > 1 && argument(device, "qpairs", -1) < 0 ? arguments + ",qpairs=" + queues : arguments);
        }
        return List.of(arguments);
    }

    private static List<String> xdpParts(String arguments, int queues) {
        int first = argument(arguments, "start_queue", 0);
        String name = nameOf(arguments);
        StringBuilder others = new StringBuilder();
        for (String item : arguments.substring(name.length()).split(",", -1)) {
            if (!item.isEmpty() && !item.startsWith("start_queue=") && !item.startsWith("queue_count=")) {
                others.append(',').append(item);
            }
        }
        List<String> parts = new ArrayList<>();
        for (int queue = first; queue < first + queues; queue++) {
            parts.add(name + "q" + queue + others + ",start_queue=" + queue);
        }
        return parts;
    }

    /** A queue that nobody polls loses what comes to it. */
    private static void checkQueues(String device, String name, int queues) {
        int given = argument(device, name, -1);
        if (given >= 0 && given != queues) {
            throw new IllegalArgumentException("device and caller want different numbers of queues: device=" + device
                    + " " + name + "=" + given + " queuePairs=" + queues + "; leave " + name + " out");
        }
    }

    /**
     * Compares what is asked for with the queues of the kernel's interface below an AF_XDP device, as far as the kernel tells.
     *
     * @throws EnvironmentException if it has fewer
     */
    static void checkInterfaceQueues(String device, int queues) {
        String name = device.startsWith(AF_XDP) ? interfaceOf(device) : "";
        int end = argument(device, "start_queue", 0) + queues;
        int present = name.isEmpty() ? 0 : interfaceQueues(name);
        if (present > 0 && present < end) {
            throw tooFewQueues(nameOf(device), "interface " + name, present, end);
        }
        if (present > end) {
            LOGGER.log(
                    Level.WARNING,
                    "frames of queues that nobody polls stay in the kernel: interface={0} queues={1} polled={2}; ethtool -L {0} combined {2}",
                    name,
                    present,
                    end);
        }
    }

    static EnvironmentException tooFewQueues(String device, String limitedBy, int most, int wanted) {
        return new EnvironmentException(
                "device has fewer queue pairs than asked for: device=" + device + " queuePairs=" + most + " wanted="
                        + wanted + " limitedBy=" + limitedBy + "; ask for " + most
                        + ", or give the interface or card more queues (ethtool -L IF combined N, ip link add numrxqueues N)");
    }

    private static int interfaceQueues(String name) {
        String[] present = new File("/sys/class/net/" + name + "/queues").list((_, queue) -> queue.startsWith("rx-"));
        return present == null ? 0 : present.length;
    }

    /** The device with the arguments that an MTU needs, where the user has not given them. */
    private static String withArgumentsFor(String device, int mtuBytes) {
        int frameBytes = mtuBytes + ETHERNET_BYTES;
        if (device.startsWith(AF_PACKET)
                && argument(device, "framesz", -1) < 0
                && frameBytes > AF_PACKET_DEFAULT_FRAME_BYTES - TPACKET_HEADER_BYTES) {
            int ringFrameBytes = Integer.highestOneBit(frameBytes + TPACKET_HEADER_BYTES) << 1;
            return device + ",blocksz=" + Math.max(4096, ringFrameBytes) + ",framesz=" + ringFrameBytes
                    + ",framecnt=512";
        }
        if (device.startsWith("net_memif")
                && argument(device, "bsize", -1) < 0
                && frameBytes > MEMIF_DEFAULT_BUFFER_BYTES) {
            return device + ",bsize=" + (frameBytes + 63 & ~63);
        }
        return device;
    }

    /**
     * Bytes that a pool's buffers must take. The af_packet driver copies what the kernel hands it, up to its own frame size, without a
     * look at the buffer (rte_eth_af_packet.c, eth_af_packet_rx): that much must fit whatever the MTU. The kernel keeps
     * XDP_PACKET_HEADROOM of an af_xdp buffer for itself.
     */
    static int roomBytes(String device, int mtuBytes) {
        int frameBytes = mtuBytes + ETHERNET_BYTES;
        if (device.startsWith(AF_PACKET)) {
            return Math.max(frameBytes, argument(device, "framesz", AF_PACKET_DEFAULT_FRAME_BYTES));
        }
        return Math.max(LEAST_ROOM_BYTES, device.startsWith(AF_XDP) ? frameBytes + XDP_HEADROOM_BYTES : frameBytes);
    }

    /**
     * Whether DPDK is to be left with its usual MTU: memif and af_packet claim to take no more than 1518 bytes a frame
     * (memif_dev_info, eth_dev_info in their sources), but carry what their buffers and the kernel's interface hold.
     */
    static boolean understatesMtu(DeviceInfo device, int mtuBytes) {
        return UNDERSTATED.contains(device.driver()) && mtuBytes + ETHERNET_BYTES > device.maxReceivePacketBytes();
    }

    /** The least MTU of what is below the device: the kernel's interface if it has one that is not set by the driver. */
    static void checkInterfaceBelow(String device, int mtuBytes) {
        String name = interfaceOf(device);
        int below = name.isEmpty() ? mtuBytes : interfaceMtuBytes(name);
        if (below < mtuBytes) {
            throw new EnvironmentException("interface does not carry that MTU: interface=" + name + " mtuBytes="
                    + mtuBytes + " interfaceMtuBytes=" + below + "; ip link set " + name + " mtu " + mtuBytes);
        }
    }

    private static int interfaceMtuBytes(String name) {
        try {
            return Integer.parseInt(
                    Files.readString(Path.of("/sys/class/net", name, "mtu")).strip());
        } catch (IOException | IllegalArgumentException e) {
            return Integer.MAX_VALUE; // no sysfs here: frames that are too long show as send drops
        }
    }

    /** The kernel's interface that the arguments name, or nothing. */
    private static String interfaceOf(String device) {
        return argument(device, "iface");
    }

    private static int argument(String device, String name, int otherwise) {
        try {
            return Integer.parseInt(argument(device, name));
        } catch (NumberFormatException e) {
            return otherwise; // not given, or the driver will say what it thinks of it
        }
    }

    private static String argument(String device, String name) {
        for (String item : device.split(",", -1)) {
            if (item.startsWith(name + "=")) {
                return item.substring(name.length() + 1);
            }
        }
        return "";
    }
}
