package io.heliograph.transport.security;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bounded table of nodes by address: open addressing, at most half full. Looking up allocates nothing. One thread at a time. */
final class SecurePeers {
    private final int maxPeers;
    private final int windowPackets;
    private final @Nullable SecurePeer[] slots;
    private final List<SecurePeer> all = new ArrayList<>();

    SecurePeers(int maxPeers, int windowPackets) {
        this.maxPeers = maxPeers;
        this.windowPackets = windowPackets;
        this.slots = new SecurePeer[Integer.highestOneBit(2 * maxPeers) << 1];
    }

    @Nullable
    SecurePeer find(long high, long low) {
        return slots[slotOf(high, low)];
    }

    /** Adds a node that is not there; null if the table is full. */
    @Nullable
    SecurePeer add(long high, long low) {
        if (all.size() == maxPeers) {
            return null;
        }
        SecurePeer peer = new SecurePeer(high, low, windowPackets);
        slots[slotOf(high, low)] = peer;
        all.add(peer);
        return peer;
    }

    private int slotOf(long high, long low) {
        int mask = slots.length - 1;
        // Fibonacci hashing (Knuth, volume 3, section 6.4).
        int slot = (int) ((high * 31 + low) * 0x9E37_79B9_7F4A_7C15L >>> 33) & mask;
        for (SecurePeer peer = slots[slot]; peer != null; peer = slots[slot]) {
            if (peer.addressLow == low && peer.addressHigh == high) {
                break;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    List<SecurePeer> all() {
        return all;
    }
}
