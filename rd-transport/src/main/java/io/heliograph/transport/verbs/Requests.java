package io.heliograph.transport.verbs;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.verbs.SendRequests;
import io.heliograph.transport.CompletionStatus;
import java.lang.foreign.Arena;

/**
 * Writes posts as requests for the device: one each, more of those that are longer than a request may be, and one before such a one's
 * immediate that tells the whole length. Prebuilt; nothing is allocated. Thread of doWork.
 */
final class Requests {
    /** The most that one request moves: what Soft-RoCE says it can (max_msg_sz); NICs can at least as much. */
    static final long SEGMENT_BYTES = 8 << 20;

    /** Requests behind one doorbell at most. Soft-RoCE queues the packets of a longer chain, and a packet that is queued costs it more than one that it sends at once (VERBS.md). */
    private static final int CHAIN = 16;
    /** A chain takes no more requests once it moves so much, for the same reason: one doorbell for many saves something where they are small. A NIC of 400 Gbit/s needs 1.3 us for it. */
    private static final long CHAIN_BYTES = 64 << 10;

    private final Works works;
    private final VerbsRegions regions;
    private final SendRequests chain;
    private final long lengthsAddress;
    private final int lengthsKey;
    private long describedBytes;

    Requests(Arena arena, RdmaDevice device, VerbsRegions regions, Works works, int posts) {
        this.works = works;
        this.regions = regions;
        chain = new SendRequests(arena, CHAIN);
        lengthsAddress = arena.allocate((long) posts * Long.BYTES, Long.BYTES).address();
        lengthsKey =
                device.registerOwn(lengthsAddress, (long) posts * Long.BYTES).localKey();
    }

    SendRequests chain() {
        return chain;
    }

    /** Payload of the described requests. */
    long describedBytes() {
        return describedBytes;
    }

    /**
     * Describes as many requests of a lane's posts as fit the chain and the queue pair; the last one signals its completion. Posts that
     * cannot be sent are passed over, with their status.
     *
     * @param most requests that there is room for
     * @return how many
     */
    int describe(SendLane lane, int most) {
        int room = Math.min(CHAIN, most);
        int count = 0;
        describedBytes = 0;
        while (lane.unhanded != Works.NONE && count < room && describedBytes < CHAIN_BYTES) {
            int slot = lane.unhanded;
            long localKey = regions.localKey(works.key[slot]);
            if (works.status[slot] == CompletionStatus.SUCCESS && localKey == VerbsRegions.GONE) {
                works.status[slot] = CompletionStatus.REGION_GONE;
                works.flushFencedAfter(slot);
            }
            if (works.status[slot] != CompletionStatus.SUCCESS) {
                passOver(lane, slot, lane.requested + count);
                continue;
            }
            if (!works.begun[slot] && works.withImmediate[slot] && works.lengthBytes[slot] > SEGMENT_BYTES) {
                works.begun[slot] = true;
                announce(count, lane.requestId(lane.requested + count + 1), slot);
                count++;
                continue;
            }
            works.begun[slot] = true;
            count++;
            int number = lane.requested + count;
            if (segment(count - 1, lane.requestId(number), slot, (int) localKey)) {
                works.lastRequest[slot] = number;
                lane.unhanded = works.next[slot];
            }
        }
        if (count > 0) {
            chain.describe(count - 1, lane.requestId(lane.requested + count), true);
        }
        return count;
    }

    private void passOver(SendLane lane, int slot, int lastNumber) {
        works.lastRequest[slot] = lastNumber;
        lane.unhanded = works.next[slot];
    }

    private void announce(int index, long id, int slot) {
        long address = lengthsAddress + (long) slot * Long.BYTES;
        NativeMemory.putLongBigEndian(address, works.lengthBytes[slot]);
        chain.describe(index, id, false);
        chain.range(index, address, Long.BYTES, lengthsKey);
        chain.send(index);
    }

    /** Describes a post's next bytes; returns whether they are its last. */
    private boolean segment(int index, long id, int slot, int localKey) {
        long done = works.handed[slot];
        long lengthBytes = Math.min(works.lengthBytes[slot] - done, SEGMENT_BYTES);
        boolean isLast = done + lengthBytes == works.lengthBytes[slot];
        chain.describe(index, id, false);
        if (lengthBytes == 0) {
            chain.noRange(index);
        } else {
            chain.range(index, works.address[slot] + done, (int) lengthBytes, localKey);
        }
        long remoteAddress = works.remoteAddress[slot] + done;
        if (isLast && works.withImmediate[slot]) {
            chain.writeImmediate(index, remoteAddress, works.remoteKey[slot], works.immediate[slot]);
        } else {
            chain.write(index, remoteAddress, works.remoteKey[slot]);
        }
        works.handed[slot] = done + lengthBytes;
        describedBytes += lengthBytes;
        return isLast;
    }
}
