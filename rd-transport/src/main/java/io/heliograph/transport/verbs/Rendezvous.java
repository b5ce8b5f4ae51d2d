package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.AddressVector;
import io.heliograph.bindings.verbs.AsyncEvent;
import io.heliograph.bindings.verbs.Connection;
import io.heliograph.bindings.verbs.Gid;
import io.heliograph.transport.Clock;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.engine.Counters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
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
    /** What a channel that is watched leads to. */
    interface Conversation {
        void ready(SelectionKey key);
    }

    /** How often to look for tries that are due, while there are any. */
    private static final int TICK_MS = 20;
    /** How often to look for events of the device: on an emulated processor a look is 0.5 ms. */
    private static final int IDLE_TICK_MS = 200;

    private static final int PSN_MASK = 0xff_ffff;

    private final EndpointConfig config;
    private final Clock clock;
    private final RandomSource random;
    private final RdmaDevice device;
    private final DeviceEvents events;
    private final VerbsRegions regions;
    private final Peers peers;
    private final Counters tally = new Counters();
    private final Selector selector;
    private final Acceptor acceptor;
    private final Thread thread;

    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Queue<Consumer<Outcomes>> told = new ConcurrentLinkedQueue<>();
    private volatile boolean deviceGone;
    private volatile boolean linkUp;
    private volatile boolean closed;

    private final Set<Initiation> initiations = new HashSet<>();
    private final List<Initiation> waiting = new ArrayList<>();

    Rendezvous(
            Arena arena,
            EndpointConfig config,
            Clock clock,
            RandomSource random,
            RdmaDevice device,
            DeviceEvents events,
            VerbsRegions regions,
            Peers peers,
            ReceiveSlots slots) {
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.device = device;
        this.events = events;
        linkUp = device.wasUp();
        this.regions = regions;
        this.peers = peers;
        acceptor = new Acceptor(arena, this, config.address(), config.udpPort(), device.receivers(), slots);
        try {
            selector = Selector.open();
            acceptor.start();
        } catch (IOException e) {
            acceptor.close();
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

    /** Any thread. */
    boolean isLinkUp() {
        return linkUp && !deviceGone;
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
        command(() -> acceptor.discard(lane));
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

    Connection connection(IpAddress to, int queuePair, int mtuBytes, int receivePsn, int sendPsn) {
        AddressVector path = AddressVector.to(new Gid(to.high(), to.low()), device.port(), device.gidIndex());
        return Connection.to(path, queuePair, mtuBytes, receivePsn, sendPsn);
    }

    // ------------------------------------------------------------------ the thread

    private void run() {
        try {
            while (!closed) {
                selector.select(this::ready, waiting.isEmpty() ? IDLE_TICK_MS : TICK_MS);
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    command.run();
                }
                tick();
            }
        } catch (IOException | EnvironmentException e) {
            deviceGone = true; // without the device's events, or the selector, nothing can go on
            acceptor.endAll();
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Conversation conversation) {
            conversation.ready(key);
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
        acceptor.tick(nowNs);
        for (AsyncEvent event = events.next(); event != null; event = events.next()) {
            happened(event);
        }
    }

    /** Events of other kinds tell what completions or connections tell as well, or what is of no consequence here. */
    private void happened(AsyncEvent event) {
        if (event.isDeviceGone() || event.isCompletionQueueBroken()) {
            // All queue pairs share two queues: without one of them nobody learns how a post ended.
            deviceGone = true;
            acceptor.endAll();
        } else if (event.isQueuePairBroken()) {
            for (Initiation initiation : List.copyOf(initiations)) {
                initiation.endIfOf(event.element());
            }
            acceptor.endIfOf(event.element());
        } else if ((event.isPortUp() || event.isPortDown()) && event.port() == device.port()) {
            linkUp = event.isPortUp();
        }
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
        acceptor.close();
        Sockets.closeQuietly(selector);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
