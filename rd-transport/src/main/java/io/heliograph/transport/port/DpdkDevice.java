package io.heliograph.transport.port;

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

    private static final int ETHERNET_BYTES = 18;
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
            return device + ",blocksz=" + Math.max(4096, ringFrameBytes) + ",framesz=" + ringFrameBytes + ",framecnt=512";
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
     * look at the buffer (rte_eth_af_packet.c, eth_af_packet_rx): that much must fit whatever the MTU.
     */
    static int roomBytes(String device, int mtuBytes) {
        int roomBytes = Math.max(LEAST_ROOM_BYTES, mtuBytes + ETHERNET_BYTES + 63 & ~63);
        return device.startsWith("net_af_packet")
                ? Math.max(roomBytes, argument(device, "framesz", AF_PACKET_DEFAULT_FRAME_BYTES))
                : roomBytes;
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
