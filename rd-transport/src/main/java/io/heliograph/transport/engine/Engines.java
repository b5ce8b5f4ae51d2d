package io.heliograph.transport.engine;

import io.heliograph.transport.Clock;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.queue.SubmissionRing;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTables;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;

/** The engines of one endpoint, each over its own port, with what they share: the peers, and the completions of each work queue. */
public final class Engines implements EndpointCounters {
    private final Engine[] engines;
    private final Peers peers;
    private final Home home;
    private final RateTables rateTables;

    /**
     * One engine for each port, which it polls but does not close.
     *
     * @param arena outlives the engines; it may be used from their threads
     */
    public Engines(
            EndpointConfig config,
            Clock clock,
            RandomSource random,
            List<? extends Port> ports,
            Regions regions,
            Arena arena) {
        int count = ports.size();
        boolean shared = count > 1;
        DutyCycle[] cycles = new DutyCycle[count];
        Counters[] counters = new Counters[count];
        CompletionRings[] rings = new CompletionRings[count];
        Arrays.setAll(cycles, i -> new DutyCycle());
        Arrays.setAll(counters, i -> new Counters());
        Arrays.setAll(
                rings, i -> new CompletionRings(arena, config.submissionEntries(), config.receiveSlots(), shared));
        long[] macs = new long[count];
        Arrays.setAll(macs, i -> ports.get(i).info().macAddress().value());
        long[] pathSeeds = new long[count];
        Arrays.setAll(pathSeeds, i -> random.nextLong());
        home = new Home(rings);
        MessagePool pool = new MessagePool(0, shared);
        long lineRate = lineRate(config, ports);
        if (config.flowControl() && lineRate == RateTable.MAX_LINE_RATE) {
            throw new IllegalArgumentException("endpoint: flowControl without a line rate: the port "
                    + ports.getFirst().info().name()
                    + " does not know its own, and pauses are told in bit times; set lineRateBitsPerSecond");
        }
        rateTables = new RateTables(config.address(), lineRate);
        RatePolicy[] rates = new RatePolicy[count];
        int flows = config.peerPlaces() * FlowKey.TRAFFIC_CLASSES;
        Arrays.setAll(rates, i -> config.ratePolicy().make(rateTables, flows, count));
        peers = new Peers(config, arena, home, pool, cycles, counters, rates, macs, pathSeeds);
        Shared common = new Shared(config, clock, regions, arena, peers, home, pool);
        engines = new Engine[count];
        Arrays.setAll(
                engines,
                i -> new Engine(i, common, random, ports.get(i), cycles[i], counters[i], rates[i], lineRate / count));
        for (Engine engine : engines) {
            engine.join(engines);
        }
    }

    private static long lineRate(EndpointConfig config, List<? extends Port> ports) {
        if (config.lineRateBitsPerSecond() > 0) {
            return config.lineRateBitsPerSecond();
        }
        long sum = 0;
        for (Port port : ports) {
            long rate = port.info().linkBitsPerSecond();
            if (rate <= 0) {
                return RateTable.MAX_LINE_RATE;
            }
            sum += rate;
        }
        return Math.min(sum, RateTable.MAX_LINE_RATE);
    }

    /** Where rates are loaded. */
    public RateTables rateTables() {
        return rateTables;
    }

    /** How many there are; their numbers are 0 and up. */
    public int count() {
        return engines.length;
    }

    /** The engine with a number. */
    public Engine get(int number) {
        return engines[number];
    }

    /** One duty cycle of each, by one thread; a positive count if there was something to do. */
    public int doWork() {
        int work = 0;
        for (Engine engine : engines) {
            work += engine.doWork();
        }
        return work;
    }

    /** When the first of them must run next; the thread of {@link #doWork}. */
    public long nextDeadlineNs() {
        long deadlineNs = Long.MAX_VALUE;
        for (Engine engine : engines) {
            deadlineNs = Math.min(deadlineNs, engine.nextDeadlineNs());
        }
        return deadlineNs;
    }

    /** Where applications post what belongs to a work queue. */
    public SubmissionRing submissions(int queue) {
        return engines[home.engine(queue)].submissions();
    }

    /** Hands out completions. Application thread. */
    public int poll(CompletionHandler handler, int limit) {
        return home.poll(handler, limit);
    }

    /** Hands out completions of own posts, and events. Application thread. */
    public int pollPosts(CompletionHandler handler, int limit) {
        return home.pollPosts(handler, limit);
    }

    /** The nodes they know. */
    public Peers peers() {
        return peers;
    }

    @Override
    public long get(EndpointCounter counter) {
        long sum = counter == EndpointCounter.RATE_FLOWS_UNKNOWN ? rateTables.unknownFlows() : 0;
        for (Engine engine : engines) {
            sum += engine.counters().get(counter);
        }
        return sum;
    }

    /** Returns when no duty cycle that began before the call is running; any thread. */
    public void awaitDutyCycles() {
        for (Engine engine : engines) {
            engine.awaitDutyCycle();
        }
    }

    /** Returns their frames to the ports; after the last duty cycle. */
    public void close() {
        for (Engine engine : engines) {
            engine.close();
        }
    }
}
