package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * An 802.1Q tag, see {@link VlanLayout}.
 *
 * @param priority PCP, 3 bits
 * @param dropEligible DEI
 * @param vlanId VLAN ID, 12 bits
 * @param type EtherType of what follows, 16 bits
 */
public record VlanTag(int priority, boolean dropEligible, int vlanId, int type) {
    /** Checks that every value fits its field. */
    public VlanTag {
        HeaderBytes.requireBits("priority", priority, 3);
        HeaderBytes.requireBits("vlanId", vlanId, 12);
        HeaderBytes.requireBits("type", type, 16);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static VlanTag parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, VlanLayout.LENGTH, "VlanTag");
        int control = HeaderBytes.getShort(header, VlanLayout.CONTROL);
        return new VlanTag(
                control >>> 13,
                (control & 0x1000) != 0,
                control & 0xFFF,
                HeaderBytes.getShort(header, VlanLayout.TYPE));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, VlanLayout.LENGTH, "VlanTag");
        HeaderBytes.putShort(header, VlanLayout.CONTROL, priority << 13 | (dropEligible ? 0x1000 : 0) | vlanId);
        HeaderBytes.putShort(header, VlanLayout.TYPE, type);
    }
}
