package io.heliograph.transport.simulation;

import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SequenceOrigin;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.rate.FlowKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a seed into a scenario. Each has its own few kinds of trouble, and most kinds are absent from most, which finds more than all of them in all
 * (Groce et al.: "Swarm testing", ISSTA 2012).
 */
public final class ScenarioGenerator {
    private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;
    private static final long SHORT_TIMEOUT_NS = 400_000_000;
    private static final long USUAL_TIMEOUT_NS = 2_000_000_000L;
    /** Longer than any run: nobody is ever gone. */
    private static final long NO_TIMEOUT_NS = 1L << 50;

    private static final List<Event.Aim> BAD_AIMS =
            List.of(Event.Aim.WRONG_KEY, Event.Aim.OUT_OF_BOUNDS, Event.Aim.READ_ONLY);

    /** Nodes of a scenario in which all know each other. */
    private static final int MAX_FRIENDS = 4;

    private static final int MAX_PORTS = 3;
    private static final int MAX_STEPS = 30;
    /** Longer than the watchdog of R12.6 stands. */
    private static final int MAX_PAUSE_MS = 250;

    private static final int MAX_SILENCE_MS = 20_000;
    /** Packets of a flow, or messages of a queue, after which numbers wrap, at most. */
    private static final int WRAP_PSNS = 40;

    private static final int WRAP_MSNS = 8;
    /** Enough to fill eight bursts (R12.7) even if some are lost. */
    private static final int CROWD_FRAMES = 512;

    private static final int CROWD_ENTRIES = 128;
    private static final int CROWD_POSTS = 75;
    private static final int MAX_TURNS = 8;
    private static final int MAX_FEW_PATHS = 16;
    /** Long messages to others at once that are enough to fill a node's line for more than its pacer may make up. */
    private static final int LINE_POSTS = 3;

    private static final int PAYLOAD_BYTES = 492;
    private static final int OUT_OF_BOUNDS_BYTES = 256;

    private final SeededRandom random;
    private final Settings settings;
    private final List<Event> events = new ArrayList<>();

    private final boolean faults;
    private final boolean bursts;
    private final boolean lateCopies;
    private final boolean deadPaths;
    private final boolean slowPaths;
    private final boolean engineStalls;
    private final boolean pollStalls;
    private final boolean restarts;
    private final boolean rotations;
    private final boolean jumps;
    private final boolean silences;
    private final boolean tables;
    private final boolean pauses;
    private final boolean denials;
    private final boolean overlaps;
    private final boolean fullLine;
    private final boolean badAims;
    private final boolean longMessages;
    private final boolean manyAtOnce;
    private final boolean bothWays;
    private final int immediates;
    /** Waits that may be longer than a short peer timeout: a node that is refused all the time makes them expensive. */
    private int longWaits;
    /** Whose turn it is to write to node 0. */
    private int stranger;

    private ScenarioGenerator(SeededRandom random) {
        this.random = random;
        settings = settings();
        faults = chance(3, 4);
        bursts = chance(1, 4);
        lateCopies = chance(1, settings.relationsMayEnd() ? 2 : 8);
        deadPaths = chance(1, 4);
        slowPaths = chance(1, 4);
        engineStalls = chance(1, 5);
        // Who is refused asks every 100 us: strangers wait for longer than that is worth.
        pollStalls = chance(1, settings.strangerRoom() > 0 ? 32 : 3);
        restarts = settings.relationsMayEnd() && chance(2, 3);
        rotations = chance(1, 4);
        jumps = chance(1, settings.strangerRoom() > 0 ? 32 : 6);
        // Not with those who are refused all the time and ask again: long waits make them expensive.
        silences = chance(1, 10) && !pollStalls && settings.strangerRoom() == 0;
        tables = chance(1, 6);
        pauses = settings.sending().flowControl() ? chance(3, 4) : chance(1, 16);
        denials = chance(1, 5);
        overlaps = chance(1, 6);
        fullLine = settings.sending().rates() == Settings.Rates.TABLES && settings.strangerRoom() == 0 && chance(1, 32);
        badAims = chance(1, 3);
        longMessages = chance(1, 3);
        manyAtOnce = chance(1, 6);
        bothWays = chance(1, 2);
        immediates = random.nextInt(4);
        longWaits = random.nextInt(3);
    }

    /** The scenario of a seed. */
    public static Scenario generate(long seed) {
        ScenarioGenerator generator = new ScenarioGenerator(new SeededRandom(seed));
        generator.fill();
        return new Scenario(seed, generator.settings, generator.events);
    }

    /** The {@code index}th seed of a run that starts from {@code base}: each can be had without the ones before. */
    public static long seed(long base, long index) {
        return new SeededRandom(base + index * GOLDEN_GAMMA).nextLong();
    }

    private boolean chance(int of, int in) {
        return random.nextInt(in) < of;
    }

    private Settings settings() {
        boolean strangers = chance(1, 12);
        boolean crowd = !strangers && chance(1, 48);
        int nodes = strangers
                ? 3 + random.nextInt(Simulation.MAX_NODES - 2)
                : crowd
                        ? Simulation.MAX_NODES - random.nextInt(2)
                        : chance(3, 4) ? 2 : 2 + random.nextInt(MAX_FRIENDS - 1);
        boolean relationsMayEnd = strangers || chance(1, 3);
        // Strangers give way only when they were silent for that time.
        long timeoutNs =
                !relationsMayEnd ? NO_TIMEOUT_NS : strangers || chance(1, 2) ? SHORT_TIMEOUT_NS : USUAL_TIMEOUT_NS;
        int ports = crowd || chance(1, 2) ? 1 : 1 + random.nextInt(MAX_PORTS);
        return new Settings(
                nodes,
                ports,
                chance(3, 4),
                chance(3, 4) ? 576 : 576 + 4 * random.nextInt((FramePool.MAX_MTU_BYTES - 576) / 4 + 1),
                sequences(),
                1 + random.nextInt(3),
                crowd ? CROWD_ENTRIES : 4 << random.nextInt(4),
                1 << random.nextInt(5),
                strangers ? 1 + random.nextInt(nodes - 2) : 0,
                timeoutNs,
                relationsMayEnd,
                sending(crowd),
                links(crowd));
    }

    private Settings.Sequences sequences() {
        int least = Tunables.MIN_WINDOW_PACKETS;
        int windowPackets = chance(7, 8) ? least : 2 * least;
        int oddWindowPackets = chance(4, 5) ? windowPackets : least << random.nextInt(3);
        int psn = chance(1, 2) ? 0 : (chance(3, 4) ? 1 << 24 : 1 << 23) - 1 - random.nextInt(WRAP_PSNS);
        int msn = chance(1, 2) ? 0 : (chance(3, 4) ? 0 : 1 << 31) - 1 - random.nextInt(WRAP_MSNS);
        return new Settings.Sequences(windowPackets, oddWindowPackets, new SequenceOrigin(psn, msn));
    }

    private Settings.Sending sending(boolean crowd) {
        Settings.Rates rates =
                chance(7, 8) ? Settings.Rates.TABLES : chance(1, 4) ? Settings.Rates.LINE : Settings.Rates.SWIFT;
        return new Settings.Sending(
                1 + random.nextInt(4),
                chance(2, 3) ? 1 : 2 + random.nextInt(2),
                rates,
                crowd || chance(1, 6),
                chance(1, 6) ? deniedPaths() : 0);
    }

    /** A few, half, or all but a few, never all. */
    private long deniedPaths() {
        long some = 0;
        for (int i = random.nextInt(MAX_FEW_PATHS); i >= 0; i--) {
            some |= 1L << random.nextInt(Tunables.ENTROPY_VALUES);
        }
        long denied = chance(1, 3) ? some : chance(1, 2) ? random.nextLong() : ~some;
        return denied == -1 ? 0 : denied;
    }

    private Settings.Links links(boolean crowd) {
        return new Settings.Links(
                48 << random.nextInt(3),
                crowd ? CROWD_FRAMES : 32 << random.nextInt(4),
                1 << random.nextInt(5),
                1_000 + random.nextInt(20_000),
                chance(1, 2) ? 0 : random.nextInt(10_000),
                10 + random.nextInt(200),
                chance(1, 2) ? 0 : random.nextInt(Event.ALWAYS));
    }

    private void fill() {
        if (faults) {
            startFaults();
        }
        if (settings.links().arrivalFrames() == CROWD_FRAMES) {
            crowd();
        }
        if (settings.strangerRoom() > 0) {
            strangersInTurn();
            return;
        }
        if (fullLine) {
            fullLine();
        }
        if (tables && chance(1, 2)) {
            events.add(loadRates(0));
        }
        int steps = 1 + random.nextInt(MAX_STEPS);
        for (int i = 0; i < steps; i++) {
            int posts = random.nextInt(manyAtOnce ? 10 : 3);
            for (int j = 0; j <= posts; j++) {
                post();
            }
            if (chance(1, 3)) {
                trouble();
            }
            events.add(new Event.Wait(waitNs()));
        }
    }

    /** All write to one node at once while it does nothing, so that it finds its port full. */
    private void crowd() {
        events.add(new Event.EngineStall(0, true));
        for (int from = 1; from < settings.nodes(); from++) {
            for (int i = 0; i < CROWD_POSTS; i++) {
                int queue = random.nextInt(settings.workQueues());
                events.add(new Event.Post(from, 0, queue, random.nextInt(16), Event.Operation.WRITE, Event.Aim.TARGET));
            }
        }
        events.add(new Event.Wait(50_000 + random.nextInt(200_000)));
        events.add(new Event.EngineStall(0, false));
        events.add(new Event.Wait(1 + random.nextInt(100_000)));
    }

    /** All flows of a node may take all of its line, and have more to send than that. */
    private void fullLine() {
        int from = node();
        events.add(fullLine(from));
        for (int to = 0; to < settings.nodes(); to++) {
            for (int i = 0; to != from && i < LINE_POSTS * settings.workQueues(); i++) {
                int lengthBytes = NodeMemory.TARGET_BYTES / 8 + random.nextInt(NodeMemory.TARGET_BYTES / 8);
                int queue = i % settings.workQueues();
                events.add(new Event.Post(from, to, queue, lengthBytes, Event.Operation.WRITE, Event.Aim.TARGET));
            }
        }
        events.add(new Event.Wait(1_000 + random.nextInt(1_000_000)));
    }

    /** Each flow may take all of the line, and only one can. */
    private static Event fullLine(int node) {
        long line = SimulatedPort.LINK_BITS_PER_SECOND;
        return new Event.LoadRates(node, line, line, line, 1_000, 0);
    }

    /** Node 0 has room for some of the others at a time: they come in turn, mostly after the others were silent for the peer timeout. */
    private void strangersInTurn() {
        int turns = 1 + random.nextInt(MAX_TURNS);
        for (int from = 1; lateCopies && from < settings.nodes(); from++) {
            events.add(lateCopies(from, 0));
        }
        for (int i = 0; i < turns; i++) {
            stranger = otherThan(0);
            int posts = random.nextInt(4);
            for (int j = 0; j <= posts; j++) {
                post();
            }
            events.add(new Event.Wait(1_000 + random.nextInt(chance(1, 2) ? 60_000 : 2_000_000)));
            if (chance(1, 2)) {
                trouble();
            }
            // Seldom not: who is refused asks every 100 us.
            if (chance(11, 12)) {
                events.add(new Event.Wait(settings.peerTimeoutNs() + random.nextInt(100_000_000)));
            }
        }
    }

    private long waitNs() {
        return switch (random.nextInt(16)) {
            case 0 -> 1_000_000L * (1 + random.nextInt(longWaits-- > 0 ? 600 : 20));
            case 1, 2 -> 1_000_000L * (1 + random.nextInt(20));
            case 3, 4, 5, 6 -> 1_000 + random.nextInt(1_000_000);
            default -> 1_000 + random.nextInt(60_000);
        };
    }

    private int node() {
        return random.nextInt(settings.nodes());
    }

    private int otherThan(int node) {
        int other = random.nextInt(settings.nodes() - 1);
        return other < node ? other : other + 1;
    }

    private void post() {
        boolean strangers = settings.strangerRoom() > 0;
        int from = strangers ? stranger : bothWays ? node() : 0;
        int to = strangers ? 0 : otherThan(from);
        Event.Operation operation = random.nextInt(4) >= immediates
                ? Event.Operation.WRITE
                : chance(1, 2) ? Event.Operation.IMMEDIATE : Event.Operation.FENCED;
        Event.Aim aim = badAims && chance(1, 8) ? BAD_AIMS.get(random.nextInt(BAD_AIMS.size())) : Event.Aim.TARGET;
        int lengthBytes = lengthBytes();
        if (overlaps && aim == Event.Aim.TARGET && chance(1, 2)) {
            aim = Event.Aim.OVERLAP;
            lengthBytes = Math.min(lengthBytes, NodeMemory.TARGET_OVERLAP_BYTES);
        }
        if (aim == Event.Aim.OUT_OF_BOUNDS) {
            // One packet: of several, those within the region are rightly placed.
            lengthBytes = Math.min(lengthBytes, OUT_OF_BOUNDS_BYTES);
        }
        events.add(new Event.Post(from, to, random.nextInt(settings.workQueues()), lengthBytes, operation, aim));
    }

    private int lengthBytes() {
        return switch (random.nextInt(longMessages ? 5 : 4)) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextInt(64);
            case 2 -> random.nextInt(PAYLOAD_BYTES) + 1;
            case 3 -> random.nextInt(4 * PAYLOAD_BYTES);
            default -> random.nextInt(NodeMemory.TARGET_BYTES / 3);
        };
    }

    private void startFaults() {
        for (int from = 0; from < settings.nodes(); from++) {
            for (int to = 0; to < settings.nodes(); to++) {
                if (from != to && chance(3, 4)) {
                    events.add(faults(from, to));
                }
            }
        }
    }

    private Event faults(int from, int to) {
        return new Event.Faults(
                from,
                to,
                likelihood(300),
                likelihood(200),
                likelihood(100),
                likelihood(200),
                likelihood(300),
                1_000L * (1 + random.nextInt(chance(1, 4) ? 100_000 : 300)));
    }

    /** Of strangers, copies may come so late that the relation is forgotten; of others, that it is another. */
    private Event lateCopies(int from, int to) {
        int maxLaterUs = settings.strangerRoom() > 0 ? 500_000 : 50_000;
        return new Event.LateCopies(
                from, to, random.nextInt(Event.ALWAYS / 2), 1_000L * (1 + random.nextInt(maxLaterUs)));
    }

    private int likelihood(int greatest) {
        return chance(1, 2) ? 0 : random.nextInt(greatest);
    }

    /** One trouble of a kind that this scenario has. */
    private void trouble() {
        int node = node();
        int other = otherThan(node);
        int path = random.nextInt(settings.links().paths());
        switch (random.nextInt(14)) {
            case 0 -> addIf(faults, faults(node, other));
            case 1 -> addIf(bursts, new Event.LossBurst(node, other, 1 + random.nextInt(40)));
            case 2 -> addIf(deadPaths, new Event.PathDead(node, other, path, chance(2, 3)));
            case 3 ->
                addIf(slowPaths, new Event.PathDelay(node, path, chance(1, 3) ? 0 : 1_000L * random.nextInt(50_000)));
            case 4 -> addIf(engineStalls, new Event.EngineStall(node, chance(1, 2)));
            case 5 -> addIf(pollStalls, new Event.PollStall(node, chance(1, 2)));
            case 6 -> addIf(restarts, new Event.Restart(node));
            case 7 -> addIf(rotations, chance(1, 2) ? new Event.RotateKey(node) : new Event.RotateSource(node));
            case 8 -> addIf(tables, chance(2, 3) ? loadRates(node) : new Event.UnloadRates(node));
            case 9 -> addIf(pauses, pause(node));
            case 10 -> silence(node, other);
            case 11 -> addIf(lateCopies, lateCopies(node, other));
            case 12 -> denials(node, other);
            default -> addIf(jumps, new Event.ClockJump(node, 1_000L * (random.nextInt(2_000_000) - 1_000_000)));
        }
    }

    /** The operator denies some paths one after the other, all of them if they were not the last, or permits some. */
    private void denials(int node, int other) {
        if (denials) {
            boolean denied = chance(3, 4);
            int first = random.nextInt(Tunables.ENTROPY_VALUES);
            int count = chance(3, 4) ? 1 + random.nextInt(8) : Tunables.ENTROPY_VALUES - random.nextInt(4);
            for (int i = 0; i < count; i++) {
                int path = (first + i) % Tunables.ENTROPY_VALUES;
                events.add(new Event.PathDenied(node, other, path, denied));
            }
        }
    }

    /** Nothing gets through in one direction, for longer than it takes to find a packet lost 32 times (R9.6). */
    private void silence(int from, int to) {
        if (silences) {
            events.add(new Event.Faults(from, to, Event.ALWAYS, 0, 0, 0, 0, 0));
            events.add(new Event.Wait(1_000_000L * random.nextInt(MAX_SILENCE_MS)));
            events.add(faults(from, to));
        }
    }

    private Event loadRates(int node) {
        if (chance(1, 16)) {
            return fullLine(node);
        }
        return new Event.LoadRates(
                node,
                rate(),
                chance(1, 3) ? 0 : rate(),
                rate(),
                1_000L * (1 + random.nextInt(chance(1, 2) ? 100 : 10_000)),
                chance(1, 2) ? 0 : 1_000L * (random.nextInt(10_000) - 5_000));
    }

    /** 2 Mbit/s to 8 Gbit/s. */
    private long rate() {
        return 2_000_000L << random.nextInt(13);
    }

    private Event pause(int node) {
        long ns = chance(1, 8) ? 1_000_000L * random.nextInt(MAX_PAUSE_MS) : 1_000L * random.nextInt(3_000);
        return new Event.Pause(node, random.nextInt(1 << FlowKey.TRAFFIC_CLASSES), ns);
    }

    private void addIf(boolean kindIsPresent, Event event) {
        if (kindIsPresent) {
            events.add(event);
        }
    }
}
