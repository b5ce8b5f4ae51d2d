package io.heliograph.benchmarks.files;

/**
 * One file, as an end of the transfer saw it.
 *
 * @param name the file's
 * @param bytes its length
 * @param elapsedNs from the first post to the last completion, or from the first sign of the file to its immediate
 * @param packets data packets sent or accepted, with retransmissions
 * @param retransmitted data packets sent again; 0 at the receiver
 * @param heapBytesPerPacket of this end's polling thread, after the first tenth
 * @param peerHeapBytesPerPacket of the other end's; 0 at the receiver
 * @param sha256 of what arrived
 * @param intact whether that is what was sent
 */
public record TransferResult(
        String name,
        long bytes,
        long elapsedNs,
        long packets,
        long retransmitted,
        double heapBytesPerPacket,
        double peerHeapBytesPerPacket,
        String sha256,
        boolean intact) {

    private static final double BITS_PER_BYTE = 8;

    /** Payload bits, in units of 10^9 a second. */
    public double gbitPerSecond() {
        return bytes * BITS_PER_BYTE / elapsedNs;
    }

    /** Data packets, in units of 10^6 a second. */
    public double packetsMpps() {
        return packets * 1e3 / elapsedNs;
    }
}
