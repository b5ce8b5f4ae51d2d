package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.Tuning;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.collectives.bootstrap.Rendezvous;
import io.heliograph.collectives.bootstrap.RendezvousConfig;
import io.heliograph.collectives.cost.CostFile;
import io.heliograph.collectives.planning.controller.ControllerAddress;
import io.heliograph.collectives.planning.controller.ControllerSettings;
import io.heliograph.collectives.planning.controller.SlotStatistics;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.EndpointAgent;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.rate.RateTables;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The communicator of a launched job: its processes meet, tell each other their hosts and addresses, and open what {@link JobTransport} says: direct placement within a host, packets over ports of any kind, or the one within hosts and the other across them. Closes all that it opened.
 *
 * <p>Algorithms are chosen by {@link Tuning#costs}, or else by a file of them, the user's ({@link CostFile#path}) unless another is named; what it lacks is measured when rank 0 opens, in a second or a few, and kept there. {@link Tuning#withThresholds} leaves that out, and so does an algorithm that is forced.
 *
 * <p>Threads as {@link Communicator}.
 */
public final class JobCommunicator implements AutoCloseable {
    /** 198.18.0.0/15 is for benchmarks (RFC 2544); within a domain, addresses are only names. */
    private static final int FIRST_ADDRESS = 198 << 24 | 18 << 16;

    private static final IpAddress NO_ADDRESS = new IpAddress(0, 0);
    private static final long DIRECT_PEER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int AGENT_SPINS = 100;
    private static final int AGENT_YIELDS = 10;
    private static final int AGENT_PARK_NS = 50_000;

    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final JobTransport.Kind kind;
    private final String carrier;
    private final EndpointCommunicator communicator;
    private @Nullable RateTables rateTables;
    private @Nullable JobSlots slots;

    private JobCommunicator(
            int rank, List<JobCard> cards, Exchange exchange, CommunicatorConfig config, JobTransport transport) {
        Set<Integer> near = near(rank, cards);
        kind = kind(transport.kind(), near, cards);
        boolean both = kind == JobTransport.Kind.BOTH;
        try {
            Transport opened;
            if (kind == JobTransport.Kind.DIRECT) {
                carrier = "direct placement in shared memory";
                opened = openDirect(rank, cards);
            } else {
                JobPorts ports = Objects.requireNonNull(transport.ports());
                carrier = (both ? "direct placement in shared memory within hosts, across them " : "") + "packets over "
                        + ports + ", " + ports.settings() + ", rank " + rank + " at "
                        + cards.get(rank).address() + (transport.hasAgent() ? ", moved by threads of their own" : "")
                        + (transport.controller() == null ? "" : ", in slots of controller " + transport.controller());
                opened = openPackets(rank, cards, transport, both ? near : Set.of(), config.timeoutNs());
            }
            JobSlots joined = slots;
            if (joined != null) {
                opened.explainedBy(joined.client()::trouble);
            }
            communicator =
                    EndpointCommunicator.open(config, opened, SystemClock.INSTANCE, rank, cards.size(), exchange);
            closers.push(communicator::close);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Meets the others.
     *
     * @throws io.heliograph.bindings.EnvironmentException if this machine lacks what the transport needs, or there is no rendezvous
     * @throws CollectiveException if ranks do not come, contradict each other, or are not within each other's reach
     */
    public static JobCommunicator open(RendezvousConfig place, CommunicatorConfig config, JobTransport transport) {
        try (Rendezvous rendezvous = Rendezvous.join(place, SystemClock.INSTANCE)) {
            return open(place.rank(), place.size(), rendezvous, config, transport);
        }
    }

    /**
     * Meets the others where something else has them meet, a barrier stage of Apache Spark for example.
     *
     * @param exchange gives what ranks gave, five times; used by nobody else meanwhile
     * @throws io.heliograph.bindings.EnvironmentException if this machine lacks what the transport needs
     * @throws CollectiveException if ranks do not come, contradict each other, or are not within each other's reach
     */
    @SuppressWarnings("EnumOrdinal") // compared with that of the same version alone
    public static JobCommunicator open(
            int rank, int size, Exchange exchange, CommunicatorConfig config, JobTransport transport) {
        JobPorts ports = transport.ports();
        String host = config.tuning().host();
        JobCard card = new JobCard(
                new SecureRandom().nextLong(),
                JobCard.hostNumber(),
                transport.kind().ordinal(),
                ports == null ? NO_ADDRESS : ports.address(rank),
                host == null ? HostIdentity.ofThisMachine() : host,
                transport.settings());
        List<JobCard> cards = card.meet(rank, size, exchange);
        if (transport.kind() == JobTransport.Kind.DIRECT) {
            for (int other = 0; other < size; other++) {
                if (cards.get(other).host() != card.host()) {
                    throw new CollectiveException(
                            other,
                            "rank " + other + " runs on another host than rank " + rank
                                    + ", which shared memory does not reach; have packets go by a port that does"
                                    + " (--port, JobTransport.packets)");
                }
            }
        }
        return new JobCommunicator(rank, cards, exchange, tuned(config, System.getenv()), transport);
    }

    /** What is opened of what was asked for, alike at all ranks: what this one has nobody near for, another may have. */
    private static JobTransport.Kind kind(JobTransport.Kind asked, Set<Integer> near, List<JobCard> cards) {
        if (asked != JobTransport.Kind.BOTH) {
            return asked;
        }
        if (near.size() == cards.size()) {
            return JobTransport.Kind.DIRECT;
        }
        return shareHosts(cards) ? JobTransport.Kind.BOTH : JobTransport.Kind.PACKET;
    }

    /** With the user's file of costs, unless the caller said what to choose by. */
    static CommunicatorConfig tuned(CommunicatorConfig config, Map<String, String> environment) {
        Tuning tuning = config.tuning();
        boolean isOpen = !tuning.byThresholds() && tuning.costs() == null && tuning.costFile() == null;
        return isOpen ? config.withTuning(tuning.withCostFile(CostFile.path(environment))) : config;
    }

    /** Ranks on this one's host, itself among them. */
    private static Set<Integer> near(int rank, List<JobCard> cards) {
        Set<Integer> near = new HashSet<>();
        for (int other = 0; other < cards.size(); other++) {
            if (cards.get(other).isOnHostOf(cards.get(rank))) {
                near.add(other);
            }
        }
        return near;
    }

    private static boolean shareHosts(List<JobCard> cards) {
        for (int rank = 1; rank < cards.size(); rank++) {
            if (cards.subList(0, rank).stream().anyMatch(cards.get(rank)::isOnHostOf)) {
                return true;
            }
        }
        return false;
    }

    private Transport openDirect(int rank, List<JobCard> cards) {
        SharedMemoryEndpoint endpoint =
                direct(IpAddress.ofIpv4(FIRST_ADDRESS + 1 + rank), cards, new SecureRandom()::nextLong);
        closers.push(endpoint::close);
        return Transport.of(endpoint);
    }

    private static SharedMemoryEndpoint direct(IpAddress address, List<JobCard> cards, RandomSource random) {
        EndpointConfig settings =
                EndpointConfig.of(address).withMaxPeers(cards.size()).withPeerTimeoutNs(DIRECT_PEER_TIMEOUT_NS);
        return SharedMemoryEndpoint.open(
                settings,
                SystemClock.INSTANCE,
                random,
                "collectives-" + Long.toHexString(cards.getFirst().random()));
    }

    /**
     * Opens the ports, and an endpoint over them.
     *
     * @param near ranks that are reached directly instead; empty for none
     * @param patienceNs how long a controller may take to answer
     */
    private Transport openPackets(
            int rank, List<JobCard> cards, JobTransport transport, Set<Integer> near, long patienceNs) {
        SecureRandom random = new SecureRandom();
        boolean agent = transport.hasAgent();
        JobPorts jobPorts = Objects.requireNonNull(transport.ports());
        long host = cards.get(rank).host();
        int localRank = (int) cards.subList(0, rank).stream()
                .filter(card -> card.host() == host)
                .count();
        JobPlace place = new JobPlace(
                rank,
                localRank,
                cards.getFirst().random(),
                cards.stream().map(JobCard::address).toList());
        List<Port> opened = jobPorts.open(place);
        closers.push(() -> opened.forEach(Port::close));
        ControllerAddress controller = transport.controller();
        JobSlots joined = controller == null
                ? null
                : JobSlots.join(controller, jobPorts, place, opened.getFirst(), random::nextLong, patienceNs);
        EndpointConfig asked = jobPorts.endpoint(rank, cards.size());
        EndpointConfig settings = joined == null ? asked : asked.withRatePolicy(joined.client());
        List<Port> ports = joined == null ? opened : List.of(joined.data());
        if (joined != null) {
            slots = joined;
            closers.push(joined::close);
        }
        String kind = "packets/" + ports.getFirst().info().driver() + "/" + transport.settings();
        if (near.isEmpty()) {
            Arena arena = Arena.ofShared();
            closers.push(arena::close);
            PacketEndpoint endpoint = PacketEndpoint.open(settings, SystemClock.INSTANCE, random::nextLong, ports);
            closers.push(endpoint::close);
            pace(endpoint, jobPorts);
            if (agent) {
                startAgents(endpoint);
            }
            // What was measured over one kind of port says nothing of another.
            return agent ? Transport.withAgent(endpoint, arena, kind) : Transport.of(endpoint, arena, kind);
        }
        NearestEndpoint endpoint = NearestEndpoint.open(
                keys -> direct(settings.address(), cards, keys),
                keys -> PacketEndpoint.open(settings, SystemClock.INSTANCE, keys, ports),
                near.stream().map(other -> cards.get(other).address()).collect(Collectors.toSet()),
                random::nextLong);
        closers.push(endpoint::close);
        pace(endpoint.packets(), jobPorts);
        if (agent) {
            startAgents(endpoint.packets());
            start(new EndpointAgent(endpoint.direct()));
        }
        String both = "direct and " + kind;
        return agent ? Transport.withAgent(endpoint, both) : Transport.of(endpoint, both);
    }

    private void pace(PacketEndpoint endpoint, JobPorts jobPorts) {
        rateTables = endpoint.rateTables();
        if (jobPorts.rates() != null) {
            rateTables.replace(jobPorts.rates());
        }
    }

    private void startAgents(PacketEndpoint endpoint) {
        for (int engine = 0; engine < endpoint.engineCount(); engine++) {
            start(new EndpointAgent(endpoint, engine));
        }
    }

    private void start(EndpointAgent agent) {
        AgentRunner runner = new AgentRunner(
                new BackoffIdleStrategy(AGENT_SPINS, AGENT_YIELDS, AGENT_PARK_NS, AGENT_PARK_NS),
                JobCommunicator::report,
                null,
                agent);
        AgentRunner.startOnThread(runner);
        closers.push(runner::close);
    }

    /** A duty cycle that throws is a bug: calls end with a timeout, and what it was is for the thread's own handler. */
    private static void report(Throwable thrown) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    }

    /** What was opened; closed with this. */
    public Communicator communicator() {
        return communicator;
    }

    /** Whether chunks go by direct placement, by packets, or by both. */
    public JobTransport.Kind kind() {
        return kind;
    }

    /** What carries the chunks, for people. */
    public String carrier() {
        return carrier;
    }

    /**
     * Where this rank's rates are loaded, as a plan has them for its address ({@link RateTables#replace}, or a {@link io.heliograph.transport.rate.PlanFollower}, which goes by where the application is); empty if no packets go. Any thread.
     */
    public Optional<RateTables> rateTables() {
        return Optional.ofNullable(rateTables);
    }

    /** What the controller said that packets wait for; empty if they wait for none. */
    public Optional<ControllerSettings> controller() {
        JobSlots joined = slots;
        return joined == null ? Optional.empty() : Optional.of(joined.client().settings());
    }

    /** What became of this rank's slots so far; empty if packets wait for no controller. */
    public Optional<SlotStatistics> slots() {
        JobSlots joined = slots;
        return joined == null ? Optional.empty() : Optional.of(joined.client().statistics());
    }

    /** As {@link EndpointCommunicator#algorithm}. */
    public Algorithm algorithm(Collective collective, long partBytes, boolean inPlace) {
        return communicator.algorithm(collective, partBytes, inPlace);
    }

    /** As {@link EndpointCommunicator#choice}. */
    public String choice() {
        return communicator.choice();
    }

    /**
     * Closes all that was opened.
     *
     * @throws CollectiveException as {@link Communicator#close}; everything is closed even so
     */
    @Override
    public void close() {
        RuntimeException first = null;
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
