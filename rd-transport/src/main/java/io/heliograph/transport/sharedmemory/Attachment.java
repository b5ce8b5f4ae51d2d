package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;

/**
 * Who writes through a slot: 32 bytes, written by the writer that holds the slot's lock.
 *
 * <pre>
 *  0  state (32)        0 free, 1 attached, 2 detached; the owner makes it free again
 *  4  incarnation (32)  of the writer
 *  8  address (128)     of the writer
 * </pre>
 */
final class Attachment {
    static final int BYTES = 32;

    static final int FREE = 0;
    static final int ATTACHED = 1;
    static final int DETACHED = 2;

    /** Roles in a segment's file: the owner's is 0, 2 is taken by those who remove names, a writer's is its slot and this. */
    static final int FIRST_ROLE = 16;

    private static final int STATE = 0;
    private static final int INCARNATION = 4;
    private static final int ADDRESS_HIGH = 8;
    private static final int ADDRESS_LOW = 16;

    private Attachment() {}

    static int role(int slot) {
        return FIRST_ROLE + slot;
    }

    static int stateAcquire(long attachment) {
        return NativeMemory.getIntAcquire(attachment + STATE);
    }

    /** The writer's first look at the region table comes later, after the fence of its {@link Lane}. */
    static void attach(long attachment, IpAddress address, int incarnation) {
        NativeMemory.putInt(attachment + INCARNATION, incarnation);
        NativeMemory.putLong(attachment + ADDRESS_HIGH, address.high());
        NativeMemory.putLong(attachment + ADDRESS_LOW, address.low());
        NativeMemory.putIntRelease(attachment + STATE, ATTACHED);
    }

    static void stateRelease(long attachment, int state) {
        NativeMemory.putIntRelease(attachment + STATE, state);
    }

    static int incarnation(long attachment) {
        return NativeMemory.getInt(attachment + INCARNATION);
    }

    static IpAddress address(long attachment) {
        return new IpAddress(
                NativeMemory.getLong(attachment + ADDRESS_HIGH), NativeMemory.getLong(attachment + ADDRESS_LOW));
    }
}
