package io.heliograph.transport;

import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.RatePolicyFactory;
import io.heliograph.transport.rate.RateTable;
import java.util.Arrays;

/** What an endpoint is opened with; every value but the address has a default. Immutable: each {@code with} method makes another. */
public final class EndpointConfig implements Cloneable {
    /** The UDP destination port of RoCEv2, assigned by IANA. */
    public static final int ROCE_V2_PORT = 4791;

    private final IpAddress address;
    private int udpPort = ROCE_V2_PORT;
    private int incarnation = SystemClock.incarnation();
    private int windowPackets = Tunables.WINDOW_PACKETS;
    private int workQueues = 4;
    private int submissionEntries = 1024;
    private int receiveSlots = 1024;
    private int maxPeers = 1024;
    private int maxRegions = 1024;
    private int stripePackets = Tunables.STRIPE_PACKETS;
    private long peerTimeoutNs = Tunables.PEER_TIMEOUT_NS;
    private long lineRateBitsPerSecond;
    private RatePolicyFactory ratePolicy = RatePolicyFactory.TABLE_PACED;
    private boolean flowControl;
    private byte[] trafficClasses = new byte[workQueues];
    private PathConfig paths = PathConfig.of(PathSpray.ADAPTIVE);
    private SequenceOrigin sequenceOrigin = SequenceOrigin.ZERO;

    private EndpointConfig(IpAddress address) {
        this.address = address;
    }

    /** The defaults; the incarnation is taken from the wall clock, in milliseconds. */
    public static EndpointConfig of(IpAddress address) {
        return new EndpointConfig(address);
    }

    private EndpointConfig copy() {
        try {
            return (EndpointConfig) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** This node's own, IPv4 or IPv6. */
    public IpAddress address() {
        return address;
    }

    /** Destination port of all packets. */
    public int udpPort() {
        return udpPort;
    }

    /** The same with another {@link #udpPort}. */
    public EndpointConfig withUdpPort(int value) {
        requireRange("udpPort", value, 1, 0xffff);
        EndpointConfig changed = copy();
        changed.udpPort = value;
        return changed;
    }

    /** What this node's relations start with, not 0; must be after that of any former node with this address (R1.2). */
    public int incarnation() {
        return incarnation;
    }

    /** The same with another {@link #incarnation}. */
    public EndpointConfig withIncarnation(int value) {
        if (value == 0) {
            throw new IllegalArgumentException("endpoint: incarnation=0; 0 means unknown, choose another");
        }
        EndpointConfig changed = copy();
        changed.incarnation = value;
        return changed;
    }

    /** W of R4.3, a power of two; the same at all nodes. */
    public int windowPackets() {
        return windowPackets;
    }

    /** The same with another {@link #windowPackets}. */
    public EndpointConfig withWindowPackets(int value) {
        requirePowerOfTwo("windowPackets", value, Tunables.MIN_WINDOW_PACKETS, Tunables.MAX_WINDOW_PACKETS);
        EndpointConfig changed = copy();
        changed.windowPackets = value;
        return changed;
    }

    /** Own work queues. */
    public int workQueues() {
        return workQueues;
    }

    /** The same with another {@link #workQueues}. */
    public EndpointConfig withWorkQueues(int value) {
        requireRange("workQueues", value, 1, Tunables.MAX_PEER_QUEUES);
        EndpointConfig changed = copy();
        changed.workQueues = value;
        changed.trafficClasses = Arrays.copyOf(trafficClasses, value);
        return changed;
    }

    /** Posts outstanding at once, a power of two. */
    public int submissionEntries() {
        return submissionEntries;
    }

    /** The same with another {@link #submissionEntries}. */
    public EndpointConfig withSubmissionEntries(int value) {
        requirePowerOfTwo("submissionEntries", value, 1, 1 << 20);
        EndpointConfig changed = copy();
        changed.submissionEntries = value;
        return changed;
    }

    /** Immediates that wait for being polled at once, for each engine; a power of two (R7.1). */
    public int receiveSlots() {
        return receiveSlots;
    }

    /** The same with another {@link #receiveSlots}. */
    public EndpointConfig withReceiveSlots(int value) {
        requirePowerOfTwo("receiveSlots", value, 1, 1 << 20);
        EndpointConfig changed = copy();
        changed.receiveSlots = value;
        return changed;
    }

    /** Other nodes that may be known at once, by number or by having sent something: at least as many as write to this one at a time. */
    public int maxPeers() {
        return maxPeers;
    }

    /**
     * Places in the table of peers, which bounds the memory that peers take: {@link #maxPeers} for whoever comes, and an eighth of that more, at least one, for those that the application adds when
     * strangers have all others (R1.10).
     */
    public int peerPlaces() {
        return maxPeers + Math.max(1, maxPeers / 8);
    }

    /** The same with another {@link #maxPeers}. */
    public EndpointConfig withMaxPeers(int value) {
        requireRange("maxPeers", value, 1, 1 << 20);
        EndpointConfig changed = copy();
        changed.maxPeers = value;
        return changed;
    }

    /** Memory regions registered at once. */
    public int maxRegions() {
        return maxRegions;
    }

    /** The same with another {@link #maxRegions}. */
    public EndpointConfig withMaxRegions(int value) {
        requireRange("maxRegions", value, 1, 1 << 16);
        EndpointConfig changed = copy();
        changed.maxRegions = value;
        return changed;
    }

    /** Messages of as many packets and more are striped over all engines (R10.1). */
    public int stripePackets() {
        return stripePackets;
    }

    /** The same with another {@link #stripePackets}. */
    public EndpointConfig withStripePackets(int value) {
        requireRange("stripePackets", value, 1, Integer.MAX_VALUE);
        EndpointConfig changed = copy();
        changed.stripePackets = value;
        return changed;
    }

    /** When a silent peer is gone (R1.8), nanoseconds. */
    public long peerTimeoutNs() {
        return peerTimeoutNs;
    }

    /** The same with another {@link #peerTimeoutNs}. */
    public EndpointConfig withPeerTimeoutNs(long value) {
        if (value < 2 * Tunables.MAX_RTO_NS) {
            throw new IllegalArgumentException("endpoint: peerTimeoutNs=" + value
                    + "; at least two of the greatest retransmission timeouts, " + 2 * Tunables.MAX_RTO_NS);
        }
        EndpointConfig changed = copy();
        changed.peerTimeoutNs = value;
        return changed;
    }

    /** Which paths are used, and how one is chosen for each packet (R11). */
    public PathConfig paths() {
        return paths;
    }

    /** The same with other {@link #paths}. */
    public EndpointConfig withPaths(PathConfig value) {
        EndpointConfig changed = copy();
        changed.paths = value;
        return changed;
    }

    /** Bits per second that the node's ports carry together; 0 if the ports know. */
    public long lineRateBitsPerSecond() {
        return lineRateBitsPerSecond;
    }

    /** The same with another {@link #lineRateBitsPerSecond}, for ports that do not know theirs. */
    public EndpointConfig withLineRateBitsPerSecond(long value) {
        requireRange("lineRateBitsPerSecond", value, RateTable.MIN_AVERAGE_RATE, RateTable.MAX_LINE_RATE);
        EndpointConfig changed = copy();
        changed.lineRateBitsPerSecond = value;
        return changed;
    }

    /** What decides when packets leave (R12). */
    public RatePolicyFactory ratePolicy() {
        return ratePolicy;
    }

    /** The same with another {@link #ratePolicy}. */
    public EndpointConfig withRatePolicy(RatePolicyFactory value) {
        EndpointConfig changed = copy();
        changed.ratePolicy = value;
        return changed;
    }

    /** Whether priority pauses of the link are honoured and sent (R12.6, R12.7); off by default. */
    public boolean flowControl() {
        return flowControl;
    }

    /** The same with or without {@link #flowControl}; the {@link #lineRateBitsPerSecond} must be known, for pauses are told in bit times. */
    public EndpointConfig withFlowControl(boolean value) {
        EndpointConfig changed = copy();
        changed.flowControl = value;
        return changed;
    }

    /** The traffic class of what is posted to a work queue: 0, unless set otherwise. */
    public int trafficClass(int queue) {
        return trafficClasses[queue];
    }

    /** The same with another {@link #trafficClass} of one of the {@link #workQueues}, 0 to 7. */
    public EndpointConfig withTrafficClass(int queue, int value) {
        requireRange("queue", queue, 0, workQueues - 1L);
        requireRange("trafficClass", value, 0, FlowKey.TRAFFIC_CLASSES - 1L);
        EndpointConfig changed = copy();
        changed.trafficClasses = trafficClasses.clone();
        changed.trafficClasses[queue] = (byte) value;
        return changed;
    }

    /** What a relation's PSNs and MSNs begin with (R1.2); for simulations. */
    public SequenceOrigin sequenceOrigin() {
        return sequenceOrigin;
    }

    /** The same with another {@link #sequenceOrigin}: nodes with different ones do not understand each other. */
    public EndpointConfig withSequenceOrigin(SequenceOrigin value) {
        EndpointConfig changed = copy();
        changed.sequenceOrigin = value;
        return changed;
    }

    private static void requireRange(String name, long value, long least, long greatest) {
        if (value < least || value > greatest) {
            throw new IllegalArgumentException(
                    "endpoint: " + name + "=" + value + "; from " + least + " to " + greatest + " is possible");
        }
    }

    private static void requirePowerOfTwo(String name, int value, int least, int greatest) {
        requireRange(name, value, least, greatest);
        if (Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException("endpoint: " + name + "=" + value + "; choose a power of two");
        }
    }
}
