package io.heliograph.transport.verbs;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.verbs.ReceiveRequests;
import java.lang.foreign.Arena;

/** Eight bytes for each receive that can be posted: a write's immediate needs none, an announced length does. */
final class ReceiveSlots {
    private static final int BYTES = Long.BYTES;

    private final long address;
    private final int localKey;
    private final int slotsOfLane;

    ReceiveSlots(Arena arena, RdmaDevice device) {
        slotsOfLane = device.receives();
        long lengthBytes = (long) device.receivers() * slotsOfLane * BYTES;
        address = arena.allocate(lengthBytes, BYTES).address();
        localKey = device.registerOwn(address, lengthBytes).localKey();
    }

    int slotsOfLane() {
        return slotsOfLane;
    }

    /** Makes a slot the receive at {@code request}. */
    void describe(ReceiveRequests requests, int request, int lane, int slot) {
        requests.receive(request, (long) lane << 32 | slot, at(lane, slot), BYTES, localKey);
    }

    static int laneOf(long id) {
        return (int) (id >>> 32);
    }

    /** What was received into the slot of a completion. */
    long received(long id) {
        return NativeMemory.getLongBigEndian(at(laneOf(id), (int) id));
    }

    private long at(int lane, int slot) {
        return address + ((long) lane * slotsOfLane + slot) * BYTES;
    }
}
