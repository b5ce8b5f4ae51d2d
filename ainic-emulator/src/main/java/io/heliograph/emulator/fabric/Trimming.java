package io.heliograph.emulator.fabric;

/**
 * What a switch does with a data packet for which its queue has no room, instead of dropping it (NDP, SIGCOMM 2017, section 3.1; PROTOCOL.md section 2.4): cuts it to its headers and sends
 * those on in another queue.
 *
 * @param bytes what is left of the frame, from its Ethernet header on
 * @param trafficClass of what is left, which also becomes its DSCP (class selector)
 * @param queueBytes how many bytes of that class may wait for a link, whole frames of the class included; then it is dropped after all
 * @param rewriteLengths whether IP and UDP lengths are made to fit, or left as they were
 */
public record Trimming(int bytes, int trafficClass, long queueBytes, boolean rewriteLengths) {
    /** What PROTOCOL.md has as the default: 128 bytes, with fitting lengths, in the class of control packets; up to 64 KiB of them. */
    public static final Trimming DEFAULT = new Trimming(128, 6, 65_536, true);

    /** Checks the ranges. */
    public Trimming {
        if (bytes < 64 || trafficClass < 0 || trafficClass > 7 || queueBytes < 0) {
            throw new IllegalArgumentException("trimming: bytes=" + bytes + " trafficClass=" + trafficClass
                    + " queueBytes=" + queueBytes + "; at least 64 bytes, a class from 0 to 7, a queue not negative");
        }
    }
}
