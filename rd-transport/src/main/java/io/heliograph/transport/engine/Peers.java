package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.wire.PeerHeader;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All nodes that this one knows, by number and by address. Adding takes a lock and replaces an immutable snapshot; looking up takes none.
 */
public final class Peers {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Snapshot(Peer[] byNumber, @Nullable Peer[] byAddress) {}

    private final EndpointConfig config;
    private final Arena arena;
    private final Home home;
    private final MessagePool pool;
    private final DutyCycle[] cycles;
    private final Counters[] counters;
    private final long[] ownMacs;
    private volatile Snapshot snapshot = new Snapshot(new Peer[0], new Peer[2]);

    /**
     * No nodes yet.
     *
     * @param cycles what each engine does
     * @param counters each engine's
     * @param ownMacs Ethernet address of each engine's port
     */
    Peers(
            EndpointConfig config,
            Arena arena,
            Home home,
            MessagePool pool,
            DutyCycle[] cycles,
            Counters[] counters,
            long[] ownMacs) {
        this.config = config;
        this.arena = arena;
        this.home = home;
        this.pool = pool;
        this.cycles = cycles;
        this.counters = counters;
        this.ownMacs = ownMacs;
    }

    /** How many there are; their numbers are 0 and up. */
    public int size() {
        return snapshot.byNumber.length;
    }

    /** The peer with a number that {@link #add} gave. */
    public Peer get(int number) {
        return snapshot.byNumber[number];
    }

    /** The peer with an address, or null. */
    @Nullable
    Peer find(long high, long low) {
        @Nullable Peer[] table = snapshot.byAddress;
        for (int i = hash(high, low) & table.length - 1; ; i = i + 1 & table.length - 1) {
            Peer peer = table[i];
            if (peer == null || peer.address().low() == low && peer.address().high() == high) {
                return peer;
            }
        }
    }

    /**
     * The number of the peer with an address, new or not; any thread.
     *
     * @param mac where it is, or null if that is to be found out; not looked at if the peer is known
     * @return the number, or -1 if there is no room for another
     * @throws IllegalArgumentException if the address is of another family than this node's
     */
    public synchronized int add(IpAddress address, @Nullable MacAddress mac) {
        Peer known = find(address.high(), address.low());
        if (known != null) {
            return known.number();
        }
        Peer[] old = snapshot.byNumber;
        if (old.length == config.maxPeers()) {
            return -1;
        }
        Peer peer = newPeer(old.length, address);
        if (mac != null) {
            for (int i = 0; i < ownMacs.length; i++) {
                peer.lane(i).alwaysAt(ownMacs[i], mac.value());
            }
        }
        Peer[] byNumber = Arrays.copyOf(old, old.length + 1);
        byNumber[old.length] = peer;
        // At most half full, so that probing ends soon.
        Peer[] byAddress = new Peer[Integer.highestOneBit(byNumber.length) * 4];
        for (Peer each : byNumber) {
            int i = hash(each.address().high(), each.address().low()) & byAddress.length - 1;
            while (byAddress[i] != null) {
                i = i + 1 & byAddress.length - 1;
            }
            byAddress[i] = each;
        }
        snapshot = new Snapshot(byNumber, byAddress);
        return peer.number();
    }

    private Peer newPeer(int number, IpAddress address) {
        PeerHeader[] headers = new PeerHeader[cycles.length];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = new PeerHeader(arena, config.address(), address, config.udpPort());
        }
        return new Peer(
                number,
                address,
                config.incarnation(),
                config.workQueues(),
                config.windowPackets(),
                home,
                pool,
                cycles,
                counters,
                headers);
    }

    private static int hash(long high, long low) {
        // Fibonacci hashing; the top bits are the mixed ones.
        return (int) ((high * 31 + low) * 0x9E37_79B9_7F4A_7C15L >>> 40);
    }
}
