package io.heliograph.transport.verbs;

import io.heliograph.bindings.verbs.QueuePair;
import io.heliograph.bindings.verbs.ReceiveRequests;
import io.heliograph.transport.IpAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The receiving half of the rendezvous: a TCP port that peers come to, their connections, and the queue pairs that they write through, of
 * which there are only so many. The rendezvous' thread, but for {@link #close}.
 */
final class Acceptor implements Rendezvous.Conversation, AutoCloseable {
    /** Connections that have not said who they are. */
    private static final int MOST_UNKNOWN = 64;

    private final Rendezvous rendezvous;
    private final int receivers;
    private final ReceiveSlots slots;
    private final ReceiveRequests requests;
    private final ServerSocketChannel listener;
    private final Set<Acceptance> acceptances = new HashSet<>();
    private final Set<ReceiveLane> lanes = new HashSet<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    /**
     * Listens.
     *
     * @param receivers queue pairs that there is room for
     * @throws io.heliograph.bindings.EnvironmentException if the address is none of this machine's or the port is taken
     */
    Acceptor(Arena arena, Rendezvous rendezvous, IpAddress address, int port, int receivers, ReceiveSlots slots) {
        this.rendezvous = rendezvous;
        this.receivers = receivers;
        this.slots = slots;
        requests = new ReceiveRequests(arena, slots.slotsOfLane());
        for (int i = 0; i < receivers; i++) {
            free.add(i);
        }
        listener = Sockets.listen(address, port);
    }

    /** Has peers heard from now on. */
    void start() throws IOException {
        rendezvous.watch(listener, SelectionKey.OP_ACCEPT, this);
    }

    /** Somebody comes. */
    @Override
    public void ready(SelectionKey key) {
        try {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return;
            }
            boolean crowded = acceptances.size() >= receivers + MOST_UNKNOWN;
            if (crowded
                    || rendezvous.isDeviceGone()
                    || !(channel.getRemoteAddress() instanceof InetSocketAddress from)) {
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            Acceptance acceptance = new Acceptance(rendezvous, this, channel, Sockets.ipAddress(from.getAddress()));
            acceptances.add(acceptance);
            rendezvous.watch(channel, SelectionKey.OP_READ, acceptance);
        } catch (IOException e) {
            // whoever it was tries again
        }
    }

    /** Ends connections that said nothing for too long. */
    void tick(long nowNs) {
        for (Acceptance acceptance : List.copyOf(acceptances)) {
            if (acceptance.isLate(nowNs)) {
                acceptance.end();
            }
        }
    }

    // ------------------------------------------------------------------ for acceptances

    /** The device says that a queue pair has failed: its peer, if there is one, shall make another. */
    void endIfOf(long address) {
        for (Acceptance acceptance : List.copyOf(acceptances)) {
            if (acceptance.isOf(address)) {
                acceptance.end();
            }
        }
    }

    /** Lets all peers know that nothing arrives any more. */
    void endAll() {
        for (Acceptance acceptance : List.copyOf(acceptances)) {
            acceptance.end();
        }
    }

    void forget(Acceptance acceptance) {
        acceptances.remove(acceptance);
    }

    /** A peer has one queue pair for each of its queues: a new one ends the former. */
    void supersede(Acceptance newer, Peer peer, int queue) {
        for (Acceptance former : List.copyOf(acceptances)) {
            if (former != newer && former.isOf(peer, queue)) {
                former.end();
            }
        }
    }

    /** A free receiver's index, -1 if there is none. */
    int takeReceiver() {
        Integer index = free.poll();
        return index == null ? -1 : index;
    }

    void giveReceiver(int index) {
        free.add(index);
    }

    /** Posts all receives of a queue pair; returns how many the device took. */
    int postReceives(QueuePair pair, int index) {
        for (int slot = 0; slot < slots.slotsOfLane(); slot++) {
            slots.describe(requests, slot, index, slot);
        }
        return Math.max(pair.postReceive(requests, slots.slotsOfLane()), 0);
    }

    void keep(ReceiveLane lane) {
        lanes.add(lane);
    }

    /** Closes a queue pair through which nothing comes any more. */
    void discard(ReceiveLane lane) {
        lanes.remove(lane);
        Sockets.closeQuietly(lane.pair);
        giveReceiver(lane.index);
    }

    /** Ends all connections and closes all queue pairs, once the thread has ended. */
    @Override
    public void close() {
        endAll();
        Sockets.closeQuietly(listener);
        for (ReceiveLane lane : lanes) {
            Sockets.closeQuietly(lane.pair);
        }
    }
}
