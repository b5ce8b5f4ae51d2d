package io.heliograph.collectives.execute;

import io.heliograph.collectives.planning.controller.ControlPorts;
import io.heliograph.transport.Clock;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.port.MeshPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import io.heliograph.transport.port.SharedMemoryPort;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which ports the ranks of a job open for packets, and under which addresses; the same at all ranks but for what {@link #withOwnAddress} says.
 *
 * <p>{@code shm:NAME} is a link between each two ranks of one machine, in shared memory of this job's own. A DPDK device's arguments and an
 * RDMA device's name may have {@code %r} for the rank, {@code %l} for its number among the ranks of its host, and {@code %n} for the engine.
 * Several engines share a DPDK device with as many queue pairs, unless {@code %n} names one for each; of an RDMA device each opens a queue
 * pair of its own. Immutable.
 */
public final class JobPorts {
    /** 198.18.0.0/15 is for benchmarks (RFC 2544). */
    private static final IpAddress FIRST_ADDRESS = IpAddress.parse("198.18.0.1");

    private static final int MTU_BYTES = 1500;
    private static final int LEAST_MTU_BYTES = 576;
    private static final int MOST_MTU_BYTES = 9000;
    private static final int MOST_ENGINES = 16;
    /** More than one end's window to each of some others. */
    private static final int MESH_FRAMES = 2048;

    private static final String RANK = "%r";
    private static final String LOCAL_RANK = "%l";
    private static final String ENGINE = "%n";

    private final PortSpec spec;
    private int mtuBytes = MTU_BYTES;
    private int engines = 1;
    private IpAddress firstAddress = FIRST_ADDRESS;
    private @Nullable IpAddress ownAddress;
    private long peerTimeoutNs = Tunables.PEER_TIMEOUT_NS;
    private Wrapping wrapping = (port, rank, engine) -> port;
    private @Nullable RateTable rates;

    private JobPorts(PortSpec spec) {
        this.spec = spec;
    }

    /** Puts something around a port, such as faults or a capture; what it returns closes the port. */
    @FunctionalInterface
    public interface Wrapping {
        /** Wraps a port of an engine of a rank. */
        Port wrap(Port port, int rank, int engine);
    }

    /**
     * Ports of this kind: MTU 1,500, one engine, rank r at 198.18.0.1 + r.
     *
     * @throws IllegalArgumentException for {@code memory}, which has both its ends in one process
     */
    public static JobPorts of(PortSpec spec) {
        if (spec instanceof PortSpec.Memory) {
            throw new IllegalArgumentException(
                    "port=memory has both its ends in one process, and ranks are processes; give shm:NAME or a device");
        }
        return new JobPorts(spec);
    }

    private JobPorts copy() {
        JobPorts copy = new JobPorts(spec);
        copy.mtuBytes = mtuBytes;
        copy.engines = engines;
        copy.firstAddress = firstAddress;
        copy.ownAddress = ownAddress;
        copy.peerTimeoutNs = peerTimeoutNs;
        copy.wrapping = wrapping;
        copy.rates = rates;
        return copy;
    }

    /** The same for IP packets of at most so many bytes. */
    public JobPorts withMtuBytes(int value) {
        require("mtuBytes", value, LEAST_MTU_BYTES, MOST_MTU_BYTES);
        JobPorts changed = copy();
        changed.mtuBytes = value;
        return changed;
    }

    /** The same with so many engines for each rank, a port each. */
    public JobPorts withEngines(int value) {
        require("engines", value, 1, MOST_ENGINES);
        JobPorts changed = copy();
        changed.engines = value;
        return changed;
    }

    /** The same with rank 0 at this address, and each other rank at the one after that of the rank before. */
    public JobPorts withFirstAddress(IpAddress value) {
        JobPorts changed = copy();
        changed.firstAddress = value;
        return changed;
    }

    /** The same with this address for the rank that opens, whichever it is. The others learn it when they meet. */
    public JobPorts withOwnAddress(@Nullable IpAddress value) {
        JobPorts changed = copy();
        changed.ownAddress = value;
        return changed;
    }

    /** The same, where a rank that owes an answer and is silent for so long is gone. */
    public JobPorts withPeerTimeoutNs(long value) {
        EndpointConfig.of(firstAddress).withPeerTimeoutNs(value);
        JobPorts changed = copy();
        changed.peerTimeoutNs = value;
        return changed;
    }

    /** The same with something around each port. */
    public JobPorts withWrapping(Wrapping value) {
        JobPorts changed = copy();
        changed.wrapping = value;
        return changed;
    }

    /** The same, where what each rank sends is paced by a table of rates for all their addresses; by null it is not. */
    public JobPorts withRates(@Nullable RateTable value) {
        JobPorts changed = copy();
        changed.rates = value;
        return changed;
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "job's ports: " + name + "=" + value + "; give " + least + " to " + most);
        }
    }

    IpAddress address(int rank) {
        return ownAddress != null ? ownAddress : new IpAddress(firstAddress.high(), firstAddress.low() + rank);
    }

    EndpointConfig endpoint(int rank, int size) {
        return EndpointConfig.of(address(rank)).withMaxPeers(size).withPeerTimeoutNs(peerTimeoutNs);
    }

    int engines() {
        return engines;
    }

    @Nullable
    RateTable rates() {
        return rates;
    }

    int mtuBytes() {
        return mtuBytes;
    }

    /** What must be alike at all ranks, for people. */
    String settings() {
        return "MTU " + mtuBytes + ", " + engines + (engines == 1 ? " engine" : " engines");
    }

    /**
     * Opens this rank's ports, one for each engine.
     *
     * @throws io.heliograph.bindings.EnvironmentException if this machine lacks what they need
     * @throws IllegalArgumentException if the device's arguments contradict the number of engines
     */
    List<Port> open(JobPlace place) {
        List<Port> opened = new ArrayList<>();
        try {
            if (spec instanceof PortSpec.Dpdk dpdk
                    && engines > 1
                    && !dpdk.device().contains(ENGINE)) {
                opened.addAll(Ports.openQueues(new PortSpec.Dpdk(named(dpdk.device(), place)), mtuBytes, engines));
            } else {
                for (int engine = 0; engine < engines; engine++) {
                    opened.add(open(place, engine));
                }
            }
            for (int engine = 0; engine < engines; engine++) {
                opened.set(engine, wrapping.wrap(opened.get(engine), place.rank(), engine));
            }
            return opened;
        } catch (RuntimeException e) {
            opened.forEach(Port::close);
            throw e;
        }
    }

    /** This rank's link to a controller, which shares no port with data; null where it does. Wrapped as a further engine's. */
    @Nullable
    Port openControl(JobPlace place, Clock clock) {
        return spec instanceof PortSpec.SharedMemory shared
                ? wrapping.wrap(ControlPorts.ofNode(shared.name(), place.rank(), clock), place.rank(), engines)
                : null;
    }

    private Port open(JobPlace place, int engine) {
        return switch (spec) {
            case PortSpec.SharedMemory shared -> mesh(shared.name(), place, engine);
            case PortSpec.Dpdk _, PortSpec.Verbs _, PortSpec.Memory _ ->
                Ports.open(named(spec, place, engine), mtuBytes);
        };
    }

    /** The same port with a rank's and an engine's numbers where a device's name asks for them. */
    static PortSpec named(PortSpec spec, JobPlace place, int engine) {
        return switch (spec) {
            case PortSpec.Dpdk dpdk -> new PortSpec.Dpdk(named(dpdk.device(), place, engine));
            case PortSpec.Verbs verbs ->
                new PortSpec.Verbs(named(verbs.device(), place, engine), verbs.port(), verbs.gidIndex());
            case PortSpec.SharedMemory _, PortSpec.Memory _ -> spec;
        };
    }

    private static String named(String device, JobPlace place, int engine) {
        return named(device, place).replace(ENGINE, Integer.toString(engine));
    }

    private static String named(String device, JobPlace place) {
        return device.replace(RANK, Integer.toString(place.rank()))
                .replace(LOCAL_RANK, Integer.toString(place.localRank()));
    }

    /** A link to each other rank, which needs no address where there is only one. */
    private Port mesh(String name, JobPlace place, int engine) {
        List<Port> links = new ArrayList<>();
        List<IpAddress> addresses = new ArrayList<>();
        String prefix = name + "-" + Long.toHexString(place.job()) + "." + engine + ".";
        try {
            for (int other = 0; other < place.size(); other++) {
                if (other != place.rank()) {
                    int low = Math.min(other, place.rank());
                    int high = Math.max(other, place.rank());
                    String link = prefix + low + "-" + high;
                    links.add(
                            place.size() == 2
                                    ? SharedMemoryPort.open(link, mtuBytes)
                                    : SharedMemoryPort.open(link, mtuBytes, MESH_FRAMES, MESH_FRAMES));
                    addresses.add(place.addresses().get(other));
                }
            }
            if (links.size() == 1) {
                return links.getFirst();
            }
            // Locally administered (IEEE 802 section 8.4).
            MacAddress macAddress = new MacAddress(0x0200_0000_0000L | (long) engine << Short.SIZE | place.rank());
            return MeshPort.over(toString(), macAddress, mtuBytes, links, addresses);
        } catch (RuntimeException e) {
            links.forEach(Port::close);
            throw e;
        }
    }

    @Override
    public String toString() {
        return spec.toString();
    }
}
