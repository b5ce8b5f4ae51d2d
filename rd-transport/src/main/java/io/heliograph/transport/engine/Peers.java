package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.path.PermittedPaths;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.wire.PeerHeader;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All nodes that this one knows, by number and by address. Adding takes a lock and, when the tables are full or a peer gives way, replaces them by copies; looking up takes none.
 *
 * <p>Their number is bounded. Strangers, who were not added by the application, give way when they are idle and there is no room (R1.10); from the
 * first time that happens, strangers are challenged (R1.9), for what was forgotten could be replayed.
 */
public final class Peers {
    /**
     * The tables.
     *
     * @param bySlot the peers, in the first {@code size} places
     * @param byAddress the same by hash; at most half full, so that probing ends soon. A later snapshot may share it: its places are read by {@link #PLACE} alone
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Snapshot(
            int size, @Nullable Peer[] bySlot, @Nullable Peer[] byAddress) {}

    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Peer[].class);
    /** A number is a slot and, above it, how often the slot was given away: old numbers mean nobody. */
    private static final int SLOT_BITS = 21;

    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    /** Slots looked at for one to give away. */
    private static final int EVICTION_TRIES = 16;

    private final EndpointConfig config;
    /** Where the peers' headers are. */
    private final Arena headers;

    private final Home home;
    private final MessagePool pool;
    private final DutyCycle[] cycles;
    private final Counters[] counters;
    private final RatePolicy[] rates;
    private final long[] ownMacs;
    private final long[] pathSeeds;
    /** What the operator permits to begin with. */
    private final PermittedPaths permitted;

    private volatile Snapshot snapshot = new Snapshot(0, new Peer[8], new Peer[16]);
    private volatile int incarnation;
    private volatile boolean challenging;
    private int evictionCursor;

    /**
     * No nodes yet.
     *
     * @param cycles what each engine does
     * @param counters each engine's
     * @param rates each engine's
     * @param ownMacs Ethernet address of each engine's port
     * @param pathSeeds chance for each engine's path policies, of which each peer has its own
     */
    Peers(
            EndpointConfig config,
            Arena arena,
            Home home,
            MessagePool pool,
            DutyCycle[] cycles,
            Counters[] counters,
            RatePolicy[] rates,
            long[] ownMacs,
            long[] pathSeeds) {
        this.config = config;
        incarnation = config.incarnation();
        headers = new SlabArena(arena);
        this.home = home;
        this.pool = pool;
        this.cycles = cycles;
        this.counters = counters;
        this.rates = rates;
        this.ownMacs = ownMacs;
        this.pathSeeds = pathSeeds;
        permitted = PermittedPaths.of(config.paths());
    }

    /** The place in the table that a number names. */
    static int slot(int number) {
        return number & SLOT_MASK;
    }

    /** How many there are. */
    public int size() {
        return snapshot.size;
    }

    /** The peer with a number that {@link #add} gave, or null if it gave way to another. */
    public @Nullable Peer get(int number) {
        Snapshot now = snapshot;
        int slot = slot(number);
        Peer peer = number >= 0 && slot < now.size ? now.bySlot[slot] : null;
        return peer != null && peer.number() == number ? peer : null;
    }

    /** Whether several engines meet in them. */
    boolean isShared() {
        return cycles.length > 1;
    }

    /** What this node's next relation with somebody unknown begins with. */
    int incarnation() {
        return incarnation;
    }

    /** Whether a PSN is in the window that a relation begins with. */
    boolean mayBegin(int psn) {
        return Psn.isWithin(psn, config.sequenceOrigin().psn(), config.windowPackets());
    }

    /** Whether strangers must show that they can be reached (R1.9): few places are left, or some were given away. */
    boolean isChallenging() {
        return challenging || size() > config.maxPeers() - config.maxPeers() / 4;
    }

    /** The peer with an address, or null. */
    @Nullable
    Peer find(long high, long low) {
        @Nullable Peer[] table = snapshot.byAddress;
        for (int i = hash(high, low) & table.length - 1; ; i = i + 1 & table.length - 1) {
            Peer peer = (Peer) PLACE.getAcquire(table, i);
            if (peer == null || peer.address().low() == low && peer.address().high() == high) {
                return peer;
            }
        }
    }

    /**
     * The number of the peer with an address, new or not, which the application wants to last; any thread.
     *
     * @param mac where it is, or null if that is to be found out; not looked at if the peer is known
     * @return the number, or -1 if there is no room for another
     * @throws IllegalArgumentException if the address is of another family than this node's
     */
    public synchronized int add(IpAddress address, @Nullable MacAddress mac) {
        Peer known = find(address.high(), address.low());
        Peer peer = known != null ? known : putLasting(address, mac);
        if (peer == null) {
            return -1;
        }
        peer.lock();
        peer.last();
        peer.unlock();
        return peer.number();
    }

    /** R1.3: the peer with an address that sent something, new or not, or null if there is no room for another. */
    synchronized @Nullable Peer addStranger(long high, long low, long nowNs) {
        Peer known = find(high, low);
        return known != null ? known : putStranger(new IpAddress(high, low), nowNs);
    }

    /** Nobody gives way here: the application's thread must not touch what belongs to the engines. */
    private @Nullable Peer putLasting(IpAddress address, @Nullable MacAddress mac) {
        int slots = size();
        return slots == config.peerPlaces() ? null : put(newPeer(slots, address, incarnation), mac);
    }

    private @Nullable Peer putStranger(IpAddress address, long nowNs) {
        // Who was challenged knows this one, even if somebody gives way now.
        int begins = incarnation;
        if (size() < config.maxPeers()) {
            return put(newPeer(size(), address, begins), null);
        }
        Peer evicted = evict(nowNs);
        return evicted == null ? null : put(successor(evicted, address, begins), null);
    }

    private Peer put(Peer peer, @Nullable MacAddress mac) {
        for (int i = 0; mac != null && i < ownMacs.length; i++) {
            peer.lane(i).alwaysAt(ownMacs[i], mac.value());
        }
        Snapshot old = snapshot;
        int slot = peer.slot();
        int capacity = old.bySlot.length;
        int size = Math.max(old.size, slot + 1);
        if (slot == old.size && slot < capacity) {
            old.bySlot[slot] = peer;
            snapshot = new Snapshot(size, old.bySlot, old.byAddress);
            // Last: whoever finds it by its address must find it by its number.
            place(old.byAddress, peer);
            return peer;
        }
        @Nullable Peer[] bySlot = Arrays.copyOf(old.bySlot, slot < capacity ? capacity : capacity * 2);
        bySlot[slot] = peer;
        @Nullable Peer[] byAddress = new Peer[bySlot.length * 2];
        for (int i = 0; i < size; i++) {
            place(byAddress, Objects.requireNonNull(bySlot[i]));
        }
        snapshot = new Snapshot(size, bySlot, byAddress);
        return peer;
    }

    private static void place(@Nullable Peer[] byAddress, Peer peer) {
        int i = hash(peer.address().high(), peer.address().low()) & byAddress.length - 1;
        while (byAddress[i] != null) {
            i = i + 1 & byAddress.length - 1;
        }
        PLACE.setRelease(byAddress, i, peer);
    }

    /** R1.10: a stranger that is idle, found by going round, now forgotten; or null. */
    private @Nullable Peer evict(long nowNs) {
        Snapshot now = snapshot;
        for (int i = 0; i < Math.min(EVICTION_TRIES, now.size); i++) {
            evictionCursor = evictionCursor + 1 < now.size ? evictionCursor + 1 : 0;
            Peer peer = Objects.requireNonNull(now.bySlot[evictionCursor]);
            peer.lock();
            boolean evicted = peer.evictIfIdle(nowNs, config.peerTimeoutNs());
            peer.unlock();
            if (evicted) {
                // What it was told of this node's incarnation must not count any more.
                boolean told = peer.localIncarnation() - incarnation >= 0;
                incarnation = told ? Peer.after(peer.localIncarnation()) : incarnation;
                challenging = true;
                return peer;
            }
        }
        return null;
    }

    private Peer successor(Peer evicted, IpAddress address, int begins) {
        PeerHeader[] ofLanes = new PeerHeader[cycles.length];
        for (int i = 0; i < ofLanes.length; i++) {
            ofLanes[i] = evicted.lane(i).header;
            ofLanes[i].retarget(ownMacs[i], 0, address.high(), address.low());
        }
        int uses = (evicted.number() >>> SLOT_BITS) + 1;
        // Never negative: that is what "no room" is.
        int number = (uses << SLOT_BITS | evicted.slot()) & Integer.MAX_VALUE;
        return newPeer(number, address, begins, ofLanes);
    }

    private Peer newPeer(int number, IpAddress address, int begins) {
        PeerHeader[] ofLanes = new PeerHeader[cycles.length];
        for (int i = 0; i < ofLanes.length; i++) {
            ofLanes[i] = new PeerHeader(headers, config.address(), address, config.udpPort());
        }
        return newPeer(number, address, begins, ofLanes);
    }

    private Peer newPeer(int number, IpAddress address, int begins, PeerHeader[] ofLanes) {
        return new Peer(
                number, address, begins, config, home, pool, cycles, counters, rates, ofLanes, permitted, pathSeeds);
    }

    private static int hash(long high, long low) {
        // Fibonacci hashing; the top bits are the mixed ones.
        return (int) ((high * 31 + low) * 0x9E37_79B9_7F4A_7C15L >>> 40);
    }
}
