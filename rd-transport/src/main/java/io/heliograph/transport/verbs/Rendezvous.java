package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.AddressVector;
import io.heliograph.bindings.verbs.AsyncEvent;
import io.heliograph.bindings.verbs.Connection;
import io.heliograph.bindings.verbs.Gid;
import io.heliograph.bindings.verbs.QueuePair;
import io.heliograph.bindings.verbs.ReceiveRequests;
import io.heliograph.transport.Clock;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.engine.Counters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where nodes agree on queue pairs: a thread with a TCP port at the endpoint's address that makes, connects and destroys them, so that the
 * thread of doWork never waits for the kernel. The two talk by queues; what is told is {@link Outcomes}.
 */
final class Rendezvous implements AutoCloseable {
    /** A TCP connection's side of it. */
    interface Conversation {
        void ready(SelectionKey key);
    }

    /** How often to look for events of the device and for tries that are due. */
    private static final int TICK_MS = 20;

    private static final int PSN_MASK = 0xff_ffff;
    /** Connections that have not said who they are. */
    private static final int MOST_UNKNOWN = 64;

    private final EndpointConfig config;
    private final Clock clock;
    private final RandomSource random;
    private final RdmaDevice device;
    private final VerbsRegions regions;
    private final Peers peers;
    private final ReceiveSlots slots;
    private final ReceiveRequests requests;
    private final Counters tally = new Counters();
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Thread thread;

    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Queue<Consumer<Outcomes>> told = new ConcurrentLinkedQueue<>();
    private volatile boolean deviceGone;
    private volatile boolean closed;

    private final Set<Initiation> initiations = new HashSet<>();
    private final List<Initiation> waiting = new ArrayList<>();
    private final Set<Acceptance> acceptances = new HashSet<>();
    private final Set<ReceiveLane> receivers = new HashSet<>();
    private final ArrayDeque<Integer> freeReceivers = new ArrayDeque<>();

    Rendezvous(
            Arena arena,
            EndpointConfig config,
            Clock clock,
            RandomSource random,
            RdmaDevice device,
            VerbsRegions regions,
            Peers peers,
            ReceiveSlots slots) {
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.device = device;
        this.regions = regions;
        this.peers = peers;
        this.slots = slots;
        requests = new ReceiveRequests(arena, slots.slotsOfLane());
        for (int i = 0; i < device.receivers(); i++) {
            freeReceivers.add(i);
        }
        listener = Sockets.listen(config.address(), config.udpPort());
        try {
            selector = Selector.open();
            listener.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            Sockets.closeQuietly(listener);
            throw new EnvironmentException("no selector for the rendezvous: reason=" + e.getMessage(), e);
        }
        thread = Thread.ofPlatform()
                .daemon()
                .name("heliograph-rendezvous-" + config.address())
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    // ------------------------------------------------------------------ for the thread of doWork

    /** Hands over what there is to tell; allocates nothing if there is nothing. */
    int deliver(Outcomes outcomes) {
        int count = 0;
        for (Consumer<Outcomes> one = told.poll(); one != null; one = told.poll()) {
            one.accept(outcomes);
            count++;
        }
        return count;
    }

    boolean isDeviceGone() {
        return deviceGone;
    }

    void connect(Initiation initiation) {
        command(() -> {
            initiations.add(initiation);
            initiation.start();
        });
    }

    void fail(Initiation initiation) {
        command(initiation::fail);
    }

    /** Closes a queue pair, or gives up making it. */
    void discard(Initiation initiation) {
        command(() -> {
            initiations.remove(initiation);
            initiation.end();
        });
    }

    void discard(ReceiveLane lane) {
        command(() -> {
            receivers.remove(lane);
            Sockets.closeQuietly(lane.pair);
            giveReceiver(lane.index);
        });
    }

    private void command(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    // ------------------------------------------------------------------ for conversations

    void tell(Consumer<Outcomes> outcome) {
        told.add(outcome);
    }

    RdmaDevice device() {
        return device;
    }

    VerbsRegions regions() {
        return regions;
    }

    IpAddress address() {
        return config.address();
    }

    int port() {
        return config.udpPort();
    }

    int incarnation() {
        return config.incarnation();
    }

    boolean isQueue(int queue) {
        return queue >= 0 && queue <= 0xffff;
    }

    @Nullable
    Peer stranger(IpAddress address) {
        return address.isIpv4() == config.address().isIpv4() ? peers.stranger(address) : null;
    }

    int randomPsn() {
        return (int) (random.nextLong() & PSN_MASK);
    }

    Counters tally() {
        return tally;
    }

    long nowNs() {
        return clock.nowNs();
    }

    void watch(SelectableChannel channel, int operations, Conversation conversation) throws IOException {
        channel.register(selector, operations, conversation);
    }

    void retryLater(Initiation initiation) {
        waiting.add(initiation);
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

    void keep(ReceiveLane lane) {
        receivers.add(lane);
    }

    /** A free receiver's index, -1 if there is none. */
    int takeReceiver() {
        Integer index = freeReceivers.poll();
        return index == null ? -1 : index;
    }

    void giveReceiver(int index) {
        freeReceivers.add(index);
    }

    /** Posts all receives of a queue pair; returns how many the device took. */
    int postReceives(QueuePair pair, int index) {
        for (int slot = 0; slot < slots.slotsOfLane(); slot++) {
            slots.describe(requests, slot, index, slot);
        }
        return Math.max(pair.postReceive(requests, slots.slotsOfLane()), 0);
    }

    Connection connection(IpAddress to, int queuePair, int mtuBytes, int receivePsn, int sendPsn) {
        AddressVector path = AddressVector.to(new Gid(to.high(), to.low()), device.port(), device.gidIndex());
        return Connection.to(path, queuePair, mtuBytes, receivePsn, sendPsn);
    }

    // ------------------------------------------------------------------ the thread

    private void run() {
        try {
            while (!closed) {
                selector.select(this::ready, TICK_MS);
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    command.run();
                }
                tick();
            }
        } catch (IOException | EnvironmentException e) {
            deviceGone = true; // without the device's events, or the selector, nothing can go on
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Conversation conversation) {
            conversation.ready(key);
        } else {
            accept();
        }
    }

    private void accept() {
        try {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return;
            }
            boolean crowded = acceptances.size() >= device.receivers() + MOST_UNKNOWN;
            if (crowded || !(channel.getRemoteAddress() instanceof InetSocketAddress from)) {
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            Acceptance acceptance = new Acceptance(this, channel, Sockets.ipAddress(from.getAddress()));
            acceptances.add(acceptance);
            watch(channel, SelectionKey.OP_READ, acceptance);
        } catch (IOException e) {
            // whoever it was tries again
        }
    }

    private void tick() {
        long nowNs = clock.nowNs();
        for (Initiation initiation : List.copyOf(waiting)) {
            if (initiation.isOver() || initiation.isDue(nowNs)) {
                waiting.remove(initiation);
                initiation.start();
            }
        }
        for (Acceptance acceptance : List.copyOf(acceptances)) {
            if (acceptance.isLate(nowNs)) {
                acceptance.end();
            }
        }
        AsyncEvent event = device.context().awaitEvent(0);
        deviceGone |= event != null && event.isDeviceGone();
    }

    /** Ends the thread and closes all queue pairs; nobody posts any more. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
        initiations.forEach(Initiation::end);
        for (Acceptance acceptance : List.copyOf(acceptances)) {
            acceptance.end();
        }
        Sockets.closeQuietly(listener);
        Sockets.closeQuietly(selector);
        for (ReceiveLane lane : receivers) {
            Sockets.closeQuietly(lane.pair);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
