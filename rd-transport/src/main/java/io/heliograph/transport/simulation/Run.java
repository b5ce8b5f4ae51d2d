package io.heliograph.transport.simulation;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of one scenario: moves time, lets events happen, and asks the checkers. */
final class Run {
    /** Once faults have stopped, everything must end within this, and the peer timeouts and backward jumps of clocks. */
    private static final long ENOUGH_NS = 60_000_000_000L;
    /** Once faults have stopped nobody is so busy for so long, unless two nodes keep each other busy for nothing. */
    private static final long ENOUGH_CYCLES = 200_000;
    /** Strangers who find no room are refused for a peer timeout each. */
    private static final long ENOUGH_CYCLES_AMONG_STRANGERS = 4_000_000;

    /** Whoever is refused all the time asks every 100 us: ten times what the longest scenarios come to. */
    private static final long ENOUGH_CYCLES_IN_ALL = 8_000_000;

    private static final int LAST_TRIES = 10;
    private static final int LAST_BYTES = 64;

    private final Scenario scenario;
    private final Settings settings;
    private final FramePool pool;
    private final Fabric fabric;
    private final SimulatedNode[] nodes;
    private final Ledger ledger;
    private final List<Checker> checkers;
    private long cycles;
    /** Cycles that do not count as busy for nothing: until faults stop, whoever is refused asks again and again. */
    private long cyclesInTrouble;

    private final long enoughCycles;
    private long backwardNs;

    Run(Scenario scenario, FramePool pool, NodeMemory[] memories) {
        this.scenario = scenario;
        this.pool = pool;
        settings = scenario.settings();
        enoughCycles = settings.strangerRoom() > 0 ? ENOUGH_CYCLES_AMONG_STRANGERS : ENOUGH_CYCLES;
        SeededRandom random = new SeededRandom(scenario.seed());
        fabric = new Fabric(settings, pool, random);
        nodes = new SimulatedNode[settings.nodes()];
        for (int i = 0; i < nodes.length; i++) {
            int node = i;
            SeededRandom own = new SeededRandom(random.nextLong());
            nodes[i] = new SimulatedNode(
                    i, settings, fabric, memories[i], own, completion -> onCompletion(node, completion));
        }
        ledger = new Ledger(nodes, fabric);
        checkers = List.of(
                new CompletionCheck(settings, ledger, nodes, fabric),
                new ImmediateCheck(ledger),
                new FenceCheck(ledger),
                new PlacementCheck(ledger),
                new MemoryCheck(ledger, nodes));
    }

    void run() {
        play();
        finish();
    }

    /** Lets everything happen, until nobody has anything left to do. */
    void play() {
        for (Event event : scenario.events()) {
            happen(event);
        }
        heal();
        awaitAll();
        checkAlive();
        comeToRest();
    }

    /** Looks at what is left, and closes the nodes. */
    void finish() {
        for (Checker checker : checkers) {
            checker.atEnd();
        }
        for (SimulatedNode node : nodes) {
            node.close();
            FrameLeakCheck.afterClose(node);
        }
        fabric.close();
        FrameLeakCheck.atEnd(pool);
    }

    SimulatedNode node(int index) {
        return nodes[index];
    }

    Outcome outcome(@Nullable Throwable failure) {
        return new Outcome(
                failure,
                fabric.trace(),
                ledger.messages().size(),
                fabric.carried(),
                cycles,
                fabric.nowNs(),
                ledger.statuses(),
                counted());
    }

    private Set<EndpointCounter> counted() {
        Set<EndpointCounter> counted = EnumSet.noneOf(EndpointCounter.class);
        for (EndpointCounter counter : EndpointCounter.values()) {
            for (SimulatedNode node : nodes) {
                if (node.endpoint().counters().get(counter) > 0) {
                    counted.add(counter);
                }
            }
        }
        return counted;
    }

    /** Frees what a failed run holds; what is broken may refuse. */
    void abandon() {
        for (SimulatedNode node : nodes) {
            try {
                node.close();
            } catch (RuntimeException alsoBroken) {
                // The failure that is reported came first.
            }
        }
    }

    private void happen(Event event) {
        switch (event) {
            case Event.Wait e -> passTime(e.ns());
            case Event.Post e -> post(e);
            case Event.Faults e -> fabric.faults(e);
            case Event.LossBurst e -> fabric.lossBurst(e.from(), e.to(), e.frames());
            case Event.LateCopies e -> fabric.lateCopies(e);
            case Event.PathDead e -> fabric.pathDead(e.from(), e.to(), e.path(), e.dead());
            case Event.PathDelay e -> fabric.pathDelay(e.to(), e.path(), e.extraNs());
            case Event.PathDenied e -> nodes[e.node()].denyPath(e);
            case Event.EngineStall e -> nodes[e.node()].engineStalled(e.stalled());
            case Event.PollStall e -> nodes[e.node()].pollStalled(e.stalled());
            case Event.Restart e -> restart(nodes[e.node()]);
            case Event.RotateKey e -> {
                nodes[e.node()].rotateKey();
                ledger.onKeyRotated(e.node());
            }
            case Event.RotateSource e -> {
                nodes[e.node()].rotateSource();
                ledger.onSourceRotated(e.node());
            }
            case Event.ClockJump e -> {
                nodes[e.node()].clock.jump(e.ns());
                nodes[e.node()].touch();
                backwardNs += Math.max(0, -e.ns());
            }
            case Event.LoadRates e -> {
                if (settings.sending().rates() == Settings.Rates.TABLES) {
                    nodes[e.node()].loadRates(e);
                }
            }
            case Event.UnloadRates e -> nodes[e.node()].unloadRates();
            case Event.Pause e -> fabric.pause(e.node(), e.classes(), e.ns());
        }
    }

    private void restart(SimulatedNode node) {
        ledger.onRestart(node.index);
        node.restart();
    }

    /** Posts, if there is room; returns the message or null. */
    private @Nullable Message post(Event.Post post) {
        Message message = ledger.prepare(post);
        if (message == null) {
            return null;
        }
        SimulatedNode from = nodes[post.from()];
        SimulatedNode to = nodes[post.to()];
        int key = post.aim() == Event.Aim.READ_ONLY
                ? to.source().key()
                : to.target().key();
        if (post.aim() == Event.Aim.WRONG_KEY) {
            key ^= 1 << message.number % Integer.SIZE;
        }
        int code = post.operation() == Event.Operation.WRITE
                ? from.endpoint()
                        .write(
                                post.queue(),
                                from.peerNumber(post.to()),
                                from.source(),
                                message.sourceOffset,
                                post.lengthBytes(),
                                message.address,
                                key,
                                message.number)
                : from.endpoint()
                        .writeImm(
                                post.queue(),
                                from.peerNumber(post.to()),
                                from.source(),
                                message.sourceOffset,
                                post.lengthBytes(),
                                message.address,
                                key,
                                message.number,
                                message.fenced(),
                                message.number);
        if (code == Post.RING_FULL) {
            return null;
        }
        if (code != Post.OK) {
            throw new Violation(Run.class, "refused: " + message + ": " + Post.describe(code));
        }
        ledger.posted(message);
        from.touch();
        return message;
    }

    private void onCompletion(int node, Completion completion) {
        fabric.trace(completion.kind() * 31L + completion.status());
        fabric.trace(fabric.nowNs() ^ completion.cookie() << 32 ^ completion.immediate());
        switch (completion.kind()) {
            case Completion.WRITE -> {
                Message message = ledger.completed(node, completion);
                for (Checker checker : checkers) {
                    checker.onPostCompleted(message, completion);
                }
                ledger.onPostCompleted(message, completion.status());
            }
            case Completion.IMMEDIATE -> {
                Message message = ledger.message(completion.immediate());
                int from = nodes[node].nodeOfPeer(completion.peer());
                if (message.to != node || message.from != from && from != SimulatedNode.FORGOTTEN) {
                    throw new Violation(Run.class, "fired at node " + node + ": " + message);
                }
                for (Checker checker : checkers) {
                    checker.onImmediate(message, completion);
                }
                ledger.onImmediate(message);
            }
            default -> {
                if (!settings.relationsMayEnd()) {
                    throw new Violation(
                            Run.class,
                            "nothing explains that a relation ended: node " + node + ": "
                                    + CompletionStatus.describe(completion.status()));
                }
                int other = nodes[node].nodeOfPeer(completion.peer());
                if (other != SimulatedNode.FORGOTTEN) {
                    ledger.disturb(node, other);
                }
            }
        }
    }

    /** The node that must run next. */
    private SimulatedNode next() {
        SimulatedNode next = nodes[0];
        for (SimulatedNode node : nodes) {
            if (node.wakeNs() < next.wakeNs()) {
                next = node;
            }
        }
        return next;
    }

    private void runNode(SimulatedNode node) {
        fabric.advanceTo(node.wakeNs());
        node.run();
        if (++cycles - cyclesInTrouble > enoughCycles || cycles > ENOUGH_CYCLES_IN_ALL) {
            throw new Violation(
                    ProgressCheck.class,
                    "nodes are busy for nothing: cycles=" + cycles + " in trouble=" + cyclesInTrouble);
        }
    }

    private void passTime(long ns) {
        long endNs = fabric.nowNs() + ns;
        for (SimulatedNode node = next(); node.wakeNs() < endNs; node = next()) {
            runNode(node);
            cyclesInTrouble = cycles;
        }
        fabric.advanceTo(endNs);
    }

    private void heal() {
        fabric.heal();
        for (SimulatedNode node : nodes) {
            node.engineStalled(false);
            node.pollStalled(false);
        }
    }

    /** Runs until all that was posted has ended. */
    private void awaitAll() {
        long endNs = fabric.nowNs() + enoughNs();
        while (ledger.open() > 0) {
            SimulatedNode node = next();
            ProgressCheck.require(node.wakeNs() < endNs, ledger);
            runNode(node);
        }
    }

    private long enoughNs() {
        long timeoutNs = settings.relationsMayEnd() ? 4 * settings.peerTimeoutNs() : 0;
        return ENOUGH_NS + timeoutNs + backwardNs;
    }

    /** Between those who wrote to each other a message gets through in the end; a few tries may find out that relations are over. */
    private void checkAlive() {
        int posted = ledger.messages().size();
        boolean[] done = new boolean[nodes.length * nodes.length];
        for (int i = 0; i < posted; i++) {
            Message message = ledger.message(i);
            int direction = message.from * nodes.length + message.to;
            if (!done[direction]) {
                done[direction] = true;
                checkAlive(message.from, message.to);
            }
        }
    }

    private void checkAlive(int from, int to) {
        Event.Post last = new Event.Post(from, to, 0, LAST_BYTES, Event.Operation.WRITE, Event.Aim.TARGET);
        int tries = settings.relationsMayEnd() ? LAST_TRIES : 1;
        for (int i = 0; i < tries; i++) {
            if (settings.strangerRoom() > 0) {
                // Who was silent for that long gives way at once.
                passTime(settings.peerTimeoutNs() + 1);
            }
            Message message = post(last);
            if (message == null) {
                if (ledger.prepare(last) != null) {
                    throw new Violation(
                            ProgressCheck.class, "node " + from + " has no room to post, but nothing is under way");
                }
                // Places that nobody may use again fill the region.
                return;
            }
            awaitAll();
            if (message.succeeded()) {
                return;
            }
        }
        throw new Violation(ProgressCheck.class, "nothing gets through any more: " + from + " to " + to);
    }

    /** Runs until nobody has anything left to do. */
    private void comeToRest() {
        long endNs = fabric.nowNs() + enoughNs();
        for (SimulatedNode node = next(); node.wakeNs() != Long.MAX_VALUE; node = next()) {
            if (node.wakeNs() > endNs) {
                throw new Violation(ProgressCheck.class, "node " + node.index + " never comes to rest");
            }
            runNode(node);
        }
    }
}
