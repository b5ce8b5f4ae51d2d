package io.heliograph.transport.capture;

import io.heliograph.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;

/**
 * The three blocks of a pcapng file that we write, in the machine's byte order, which the section header tells.
 *
 * <pre>
 *   every block:      type (32) | total length (32) | body, padded to 32 bits | total length (32)
 *   enhanced packet:  interface (32) | time high, low (32 each) | captured, original length (32 each) | data, padded | options
 *   option:           code (16) | length (16) | value, padded to 32 bits
 * </pre>
 *
 * <p>Source: draft-ietf-opsawg-pcapng, sections 3 and 4. Every method writes at an address and returns the bytes of the block; the
 * caller has made room.
 */
final class PcapngBlocks {
    /** {@code epb_flags}, bits 0 and 1. */
    static final int INBOUND = 1;

    static final int OUTBOUND = 2;

    private static final int SECTION_HEADER = 0x0a0d_0d0a;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int OPTION_END = 0;
    private static final int SHB_USERAPPL = 4;
    private static final int IF_NAME = 2;
    private static final int IF_TSRESOL = 9;
    private static final int EPB_FLAGS = 2;
    private static final int NANOSECONDS = 9;

    private static final int PACKET_DATA = 28;
    // Behind the data: flags option 8, end of options 4, total length 4.
    private static final int PACKET_TRAILER_BYTES = 16;

    private PcapngBlocks() {}

    static int packetBlockBytes(int lengthBytes) {
        return PACKET_DATA + padded(lengthBytes) + PACKET_TRAILER_BYTES;
    }

    static int sectionHeader(long block) {
        NativeMemory.putInt(block + 8, BYTE_ORDER_MAGIC);
        NativeMemory.putShort(block + 12, (short) 1);
        NativeMemory.putShort(block + 14, (short) 0);
        NativeMemory.putLong(block + 16, -1); // section length: not given
        long end = option(block + 24, SHB_USERAPPL, "heliograph".getBytes(StandardCharsets.UTF_8));
        return finish(block, SECTION_HEADER, end);
    }

    static int interfaceDescription(long block, String name) {
        NativeMemory.putShort(block + 8, (short) LINKTYPE_ETHERNET);
        NativeMemory.putShort(block + 10, (short) 0);
        NativeMemory.putInt(block + 12, 0); // snap length: no limit
        long end = option(block + 16, IF_NAME, name.getBytes(StandardCharsets.UTF_8));
        end = option(end, IF_TSRESOL, new byte[] {NANOSECONDS});
        return finish(block, INTERFACE_DESCRIPTION, end);
    }

    static int packet(long block, int interfaceId, long epochNs, int direction, long dataAddress, int lengthBytes) {
        NativeMemory.putInt(block + 8, interfaceId);
        NativeMemory.putInt(block + 12, (int) (epochNs >>> 32));
        NativeMemory.putInt(block + 16, (int) epochNs);
        NativeMemory.putInt(block + 20, lengthBytes);
        NativeMemory.putInt(block + 24, lengthBytes);
        int paddedBytes = padded(lengthBytes);
        if (paddedBytes > 0) {
            NativeMemory.putInt(block + PACKET_DATA + paddedBytes - 4, 0);
        }
        NativeMemory.copy(dataAddress, block + PACKET_DATA, lengthBytes);
        long options = block + PACKET_DATA + paddedBytes;
        NativeMemory.putShort(options, (short) EPB_FLAGS);
        NativeMemory.putShort(options + 2, (short) 4);
        NativeMemory.putInt(options + 4, direction);
        return finish(block, ENHANCED_PACKET, options + 8);
    }

    private static long option(long at, int code, byte[] value) {
        NativeMemory.putShort(at, (short) code);
        NativeMemory.putShort(at + 2, (short) value.length);
        int paddedBytes = padded(value.length);
        NativeMemory.fill(at + 4, paddedBytes, (byte) 0);
        for (int i = 0; i < value.length; i++) {
            NativeMemory.putByte(at + 4 + i, value[i]);
        }
        return at + 4 + paddedBytes;
    }

    /** Ends the options at {@code end} and writes the type and both lengths. */
    private static int finish(long block, int type, long end) {
        NativeMemory.putInt(end, OPTION_END);
        int blockBytes = (int) (end + 8 - block);
        NativeMemory.putInt(block, type);
        NativeMemory.putInt(block + 4, blockBytes);
        NativeMemory.putInt(end + 4, blockBytes);
        return blockBytes;
    }

    private static int padded(int lengthBytes) {
        return lengthBytes + 3 & ~3;
    }
}
