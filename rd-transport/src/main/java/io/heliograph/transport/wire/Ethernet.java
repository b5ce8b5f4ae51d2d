package io.heliograph.transport.wire;

import io.heliograph.transport.MacAddress;
import java.lang.foreign.MemorySegment;

/**
 * An Ethernet II header, see {@link EthernetLayout}.
 *
 * @param destination who shall get it
 * @param source who sent it
 * @param type EtherType, 16 bits
 */
public record Ethernet(MacAddress destination, MacAddress source, int type) {
    /** Checks that every value fits its field. */
    public Ethernet {
        HeaderBytes.requireBits("type", type, 16);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static Ethernet parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, EthernetLayout.LENGTH, "Ethernet");
        return new Ethernet(
                mac(header, EthernetLayout.DESTINATION),
                mac(header, EthernetLayout.SOURCE),
                HeaderBytes.getShort(header, EthernetLayout.TYPE));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, EthernetLayout.LENGTH, "Ethernet");
        putMac(header, EthernetLayout.DESTINATION, destination);
        putMac(header, EthernetLayout.SOURCE, source);
        HeaderBytes.putShort(header, EthernetLayout.TYPE, type);
    }

    private static MacAddress mac(MemorySegment header, long offset) {
        return new MacAddress((long) HeaderBytes.getShort(header, offset) << 32
                | (HeaderBytes.getInt(header, offset + 2) & 0xFFFF_FFFFL));
    }

    private static void putMac(MemorySegment header, long offset, MacAddress address) {
        HeaderBytes.putShort(header, offset, (int) (address.value() >>> 32));
        HeaderBytes.putInt(header, offset + 2, (int) address.value());
    }
}
