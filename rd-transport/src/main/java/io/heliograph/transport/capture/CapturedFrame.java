package io.heliograph.transport.capture;

import java.lang.foreign.MemorySegment;

/**
 * One frame of a capture file.
 *
 * @param number from 1, as Wireshark counts
 * @param timestampNs nanoseconds since 1970, 0 where the file tells none
 * @param interfaceIndex the interface within its section, from 0
 * @param linkType what the bytes are, {@link #LINKTYPE_ETHERNET} or another number of the LINKTYPE registry
 * @param data the bytes that were captured, valid while the reader is open
 * @param originalBytes how long the frame was; more than {@code data} holds if the capture cut it
 */
public record CapturedFrame(
        long number, long timestampNs, int interfaceIndex, int linkType, MemorySegment data, long originalBytes) {
    /** Ethernet (draft-ietf-opsawg-pcaplinktype). */
    public static final int LINKTYPE_ETHERNET = 1;

    /** Whether the capture holds less than there was. */
    public boolean isCut() {
        return data.byteSize() < originalBytes;
    }
}
