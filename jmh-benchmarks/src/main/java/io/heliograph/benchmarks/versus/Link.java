package io.heliograph.benchmarks.versus;

import io.heliograph.benchmarks.tour.NetworkNamespaces;
import java.nio.file.Path;
import java.util.List;

/**
 * Two ends that a DPDK device joins, the same for all that is compared.
 *
 * @param name for tables
 * @param receiverVdev device of the end that starts first
 * @param senderVdev device of the other
 * @param receiverPrefix what its processes are started with, may be empty
 * @param senderPrefix what its processes are started with, may be empty
 * @param receiverCpu where they run
 * @param senderCpu where they run
 */
public record Link(
        String name,
        String receiverVdev,
        String senderVdev,
        List<String> receiverPrefix,
        List<String> senderPrefix,
        int receiverCpu,
        int senderCpu) {

    /** log2 of memif's ring: 2048, as {@code DpdkPort} asks of other devices. */
    private static final int MEMIF_RING_EXPONENT = 11;

    private static final int FCS_AND_TAG_BYTES = 8;
    private static final int CACHE_LINE = 64;

    /** A memif whose socket is in a directory. */
    public static Link memif(Path directory, int frameBytes, int receiverCpu, int senderCpu) {
        int bufferBytes = Math.max(2_048, frameBytes + FCS_AND_TAG_BYTES + CACHE_LINE - 1 & -CACHE_LINE);
        String device = "net_memif0,id=0,socket=" + directory.resolve("memif") + ",socket-abstract=no,rsize="
                + MEMIF_RING_EXPONENT + ",bsize=" + bufferBytes;
        return new Link(
                "memif",
                device + ",role=server",
                device + ",role=client",
                List.of(),
                List.of(),
                receiverCpu,
                senderCpu);
    }

    /** AF_XDP at both ends of a veth pair. */
    public static Link xdp(NetworkNamespaces namespaces, int receiverCpu, int senderCpu) {
        String device = "net_af_xdp0,iface=" + NetworkNamespaces.INTERFACE;
        return new Link("AF_XDP", device, device, namespaces.enter(0), namespaces.enter(1), receiverCpu, senderCpu);
    }
}
