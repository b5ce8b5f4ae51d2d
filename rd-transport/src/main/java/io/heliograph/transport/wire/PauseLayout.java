package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of a priority pause frame are: a MAC control frame that asks the neighbour on the link not to send packets of some classes for a time.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |        Opcode 0x0101          |       Class enable vector     |
 *  +-------------------------------+-------------------------------+
 *  |        Time of class 0        |  ... to the time of class 7   |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Source: IEEE 802.1Q-2018 section 36.2 and figure 36-3; MAC control frames: IEEE 802.3-2018 annex 31B. Addresses are those of the Ethernet header.
 */
public final class PauseLayout {
    /** The address that no bridge forwards. */
    public static final long DESTINATION = 0x0180_C200_0001L;
    /** Bytes of the whole frame, padded to the least that Ethernet knows, without FCS. */
    public static final int FRAME_BYTES = 60;
    /** Bits on the line for which one unit of time lasts. */
    public static final int QUANTUM_BITS = 512;
    /** The longest time. */
    public static final int MAX_QUANTA = 0xFFFF;

    static final int OPCODE_PRIORITY_PAUSE = 0x0101;

    private static final int OPCODE = EthernetLayout.LENGTH;
    private static final int ENABLE = OPCODE + 2;
    private static final int TIMES = ENABLE + 2;
    private static final int CLASSES = 8;

    /** Up to here every pause frame reaches. */
    static final int LENGTH = TIMES + 2 * CLASSES;

    private PauseLayout() {}

    static int opcode(long ethernet) {
        return NativeMemory.getUnsignedShortBigEndian(ethernet + OPCODE);
    }

    /** A bit for each class whose time counts. */
    public static int enabledClasses(long ethernet) {
        return NativeMemory.getUnsignedShortBigEndian(ethernet + ENABLE) & 0xFF;
    }

    /** The time of a class, in units of {@link #QUANTUM_BITS}; 0 ends a pause. */
    public static int quanta(long ethernet, int trafficClass) {
        return NativeMemory.getUnsignedShortBigEndian(ethernet + TIMES + 2L * trafficClass);
    }

    /**
     * Writes a whole frame.
     *
     * @param classes a bit for each class
     * @param quanta the time of all of them
     */
    public static void put(long ethernet, long sourceMac, int classes, int quanta) {
        for (int i = 0; i < FRAME_BYTES; i += 4) {
            NativeMemory.putInt(ethernet + i, 0);
        }
        EthernetLayout.put(ethernet, DESTINATION, sourceMac, EthernetLayout.TYPE_MAC_CONTROL);
        NativeMemory.putShortBigEndian(ethernet + OPCODE, (short) OPCODE_PRIORITY_PAUSE);
        NativeMemory.putShortBigEndian(ethernet + ENABLE, (short) classes);
        for (int i = 0; i < CLASSES; i++) {
            boolean enabled = (classes & 1 << i) != 0;
            NativeMemory.putShortBigEndian(ethernet + TIMES + 2L * i, (short) (enabled ? quanta : 0));
        }
    }
}
