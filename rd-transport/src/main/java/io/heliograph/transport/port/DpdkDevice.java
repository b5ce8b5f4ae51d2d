package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DeviceInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/** What we know of DPDK's drivers that they do not say themselves. */
final class DpdkDevice {
    private static final Pattern PCI_ADDRESS =
            Pattern.compile("\\p{XDigit}{4}:\\p{XDigit}{2}:\\p{XDigit}{2}\\.[0-7](,.*)?");

    /** Whatever is sent reaches the one other end, whatever its Ethernet address. */
    private static final Set<String> POINT_TO_POINT = Set.of("net_null", "net_ring", "net_memif");

    /** Never deliver a packet in several buffers: net_ring as long as it stays in this process, the others by their code. */
    private static final Set<String> SINGLE_SEGMENT = Set.of("net_null", "net_ring", "net_af_packet", "net_af_xdp");

    private static final Set<String> UNDERSTATED = Set.of("net_memif", "net_af_packet");

    private static final int ETHERNET_BYTES = 18;
    private static final int XDP_HEADROOM_BYTES = 256;
    private static final int LEAST_ROOM_BYTES = 2048;
    /** TPACKET_V2 header and socket address in front of the data, rounded up (packet_mmap.rst). */
    private static final int TPACKET_HEADER_BYTES = 256;

    private static final int AF_PACKET_DEFAULT_FRAME_BYTES = 2048;
    private static final int MEMIF_DEFAULT_BUFFER_BYTES = 2048;

    private DpdkDevice() {}

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

    /** The device with the arguments that an MTU needs, where the user has not given them. */
    static String withArgumentsFor(String device, int mtuBytes) {
        int frameBytes = mtuBytes + ETHERNET_BYTES;
        if (device.startsWith("net_af_packet")
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
        if (device.startsWith("net_af_packet")) {
            return Math.max(frameBytes, argument(device, "framesz", AF_PACKET_DEFAULT_FRAME_BYTES));
        }
        return Math.max(
                LEAST_ROOM_BYTES, device.startsWith("net_af_xdp") ? frameBytes + XDP_HEADROOM_BYTES : frameBytes);
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
        for (String item : device.split(",", -1)) {
            if (item.startsWith("iface=")) {
                String name = item.substring("iface=".length());
                int below = interfaceMtuBytes(name);
                if (below < mtuBytes) {
                    throw new EnvironmentException("interface does not carry that MTU: interface=" + name + " mtuBytes="
                            + mtuBytes + " interfaceMtuBytes=" + below + "; ip link set " + name + " mtu " + mtuBytes);
                }
            }
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

    private static int argument(String device, String name, int otherwise) {
        for (String item : device.split(",", -1)) {
            if (item.startsWith(name + "=")) {
                try {
                    return Integer.parseInt(item.substring(name.length() + 1));
                } catch (NumberFormatException e) {
                    return otherwise; // the driver will say what it thinks of it
                }
            }
        }
        return otherwise;
    }
}
