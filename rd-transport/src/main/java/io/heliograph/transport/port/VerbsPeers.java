package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.AddressHandle;
import io.heliograph.bindings.verbs.AddressVector;
import io.heliograph.bindings.verbs.Gid;
import io.heliograph.bindings.verbs.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * Which queue pair at which GID has which Ethernet address, as far as it is known: learned from frames that arrive, as a bridge does.
 *
 * <p>A verbs port's Ethernet address is a hash of its GID and its queue pair's number ({@link #macOf}). What a frame calls its source is
 * therefore checked against where the datagram came from, and nobody can take another's address; frames from elsewhere that a peer hands on are
 * carried, but not learned from. One thread at a time; finding allocates nothing.
 */
final class VerbsPeers {
    /** The queue pair number of a multicast group (InfiniBand architecture, section 9.6.1.2). */
    static final int GROUP_QUEUE_PAIR = 0xff_ffff;

    /** Peers to remember. */
    static final int CAPACITY = 1024;

    private static final int SLOTS = 4 * CAPACITY;
    private static final long LOCALLY_ADMINISTERED = 0x0200_0000_0000L;
    private static final long HASH_BITS = 0x00ff_ffff_ffffL;

    private final ProtectionDomain domain;
    private final int port;
    private final int gidIndex;
    private final AddressHandle group;
    private final long[] macs = new long[SLOTS];
    private final int[] queuePairs = new int[SLOTS];
    private final AddressHandle[] handles;
    private int count;

    /**
     * @param port the own port
     * @param gidIndex the own GID
     * @param groupGid where to send to all
     * @throws EnvironmentException if the device cannot send there
     */
    VerbsPeers(ProtectionDomain domain, int port, int gidIndex, Gid groupGid) {
        this.domain = domain;
        this.port = port;
        this.gidIndex = gidIndex;
        this.group = domain.createAddressHandle(AddressVector.to(groupGid, port, gidIndex));
        this.handles = new AddressHandle[SLOTS];
    }

    /** The Ethernet address of a queue pair: locally administered (IEEE 802 section 8.4), 40 bits of a hash. */
    static long macOf(long gidHigh, long gidLow, int queuePair) {
        long mixed = mix(mix(mix(gidHigh) ^ gidLow) ^ queuePair);
        return LOCALLY_ADMINISTERED | mixed & HASH_BITS;
    }

    /** MurmurHash3's 64-bit finalizer, with an offset so that zero does not stay zero. */
    private static long mix(long value) {
        long mixed = value + 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ mixed >>> 33) * 0xff51_afd7_ed55_8ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ce_b9fe_1a85_ec53L;
        return mixed ^ mixed >>> 33;
    }

    /** The slot of an address, or that of everybody: negative if it is not known, or a group's. */
    int find(long mac) {
        int slot = (int) mac & SLOTS - 1;
        while (macs[slot] != 0) {
            if (macs[slot] == mac) {
                return slot;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        return -1;
    }

    /** The address handle of a slot. */
    long handle(int slot) {
        return slot < 0 ? group.address() : handles[slot].address();
    }

    /** The queue pair of a slot. */
    int queuePair(int slot) {
        return slot < 0 ? GROUP_QUEUE_PAIR : queuePairs[slot];
    }

    boolean isFull() {
        return count == CAPACITY;
    }

    /**
     * Remembers where a frame came from, if its source is who it says and there is room. At first sight this asks the device for an
     * address handle; if that fails, frames to the peer go to everybody.
     */
    void learn(long mac, long gidHigh, long gidLow, int queuePair) {
        if (isFull() || mac != macOf(gidHigh, gidLow, queuePair) || find(mac) >= 0) {
            return;
        }
        AddressHandle handle = handleTo(new Gid(gidHigh, gidLow));
        int slot = (int) mac & SLOTS - 1;
        while (macs[slot] != 0) {
            slot = slot + 1 & SLOTS - 1;
        }
        macs[slot] = mac;
        handles[slot] = handle == null ? group : handle;
        queuePairs[slot] = handle == null ? GROUP_QUEUE_PAIR : queuePair;
        count++;
    }

    private @Nullable AddressHandle handleTo(Gid gid) {
        try {
            return domain.createAddressHandle(AddressVector.to(gid, port, gidIndex));
        } catch (EnvironmentException e) {
            return null; // no way there now: the group's way is as good as any
        }
    }

    /** Forgets all; nothing sent to them is under way any more. */
    void clear() {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (macs[slot] != 0) {
                macs[slot] = 0;
                if (handles[slot] != group) {
                    handles[slot].close();
                }
            }
        }
        count = 0;
    }

    void close() {
        clear();
        group.close();
    }
}
