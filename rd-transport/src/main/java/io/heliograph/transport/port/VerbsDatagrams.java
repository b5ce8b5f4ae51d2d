package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.AsyncEvent;
import io.heliograph.bindings.verbs.CompletionQueue;
import io.heliograph.bindings.verbs.Gid;
import io.heliograph.bindings.verbs.GidEntry;
import io.heliograph.bindings.verbs.MemoryAccess;
import io.heliograph.bindings.verbs.ProtectionDomain;
import io.heliograph.bindings.verbs.QueuePair;
import io.heliograph.bindings.verbs.QueuePairConfig;
import io.heliograph.bindings.verbs.RegisteredMemory;
import io.heliograph.bindings.verbs.Service;
import io.heliograph.bindings.verbs.VerbsContext;
import java.util.Set;

/**
 * The RDMA device of a verbs port, opened: a UD queue pair that sends, receives, and belongs to the group of all hosts. Set-up, one thread
 * at a time.
 */
final class VerbsDatagrams implements AutoCloseable {
    /** Anyone's who speaks this: "HELI". The top bit, which would make it a privileged one, is clear. */
    static final int QKEY = 0x4845_4c49;

    /** IBTA's largest MTU. */
    private static final int GREATEST_MTU_BYTES = 4096;

    private static final Gid ALL_HOSTS_IPV4 = Gid.ofIpv4(0xe000_0001);
    private static final Gid ALL_HOSTS_IPV6 = new Gid(0xff02L << 48, 1);

    private final PortSpec.Verbs spec;
    private final RdmaPort port;
    private final GidEntry gid;
    private final ProtectionDomain domain;
    private final CompletionQueue sendQueue;
    private final CompletionQueue receiveQueue;
    private final QueuePair pair;
    private final int sends;
    private final int receives;
    private volatile boolean gone;

    /**
     * Opens the device; it receives once {@link #activate} was called.
     *
     * @param mtuBytes the largest IP packet
     * @param maxSends datagrams to be under way at most; fewer if the device has not so many
     * @param maxReceives datagrams to receive ahead at most; fewer if the device has not so many
     * @throws EnvironmentException if the device, RDMA support, a RoCE v2 address or a large enough path MTU is missing
     */
    VerbsDatagrams(PortSpec.Verbs spec, int mtuBytes, int maxSends, int maxReceives) {
        this.spec = spec;
        port = new RdmaPort(spec);
        try {
            gid = choose();
            checkMtu(mtuBytes);
            int most = port.device().maxWorkRequests();
            sends = Integer.highestOneBit(Math.min(maxSends, most));
            receives = Math.min(maxReceives, most);
            domain = port.context().allocateProtectionDomain();
            port.whenClosed(domain::close);
            sendQueue = port.context().createCompletionQueue(sends);
            port.whenClosed(sendQueue::close);
            receiveQueue = port.context().createCompletionQueue(receives);
            port.whenClosed(receiveQueue::close);
            pair = domain.createQueuePair(
                    new QueuePairConfig(Service.UNRELIABLE_DATAGRAM, sendQueue, receiveQueue, sends, receives, 1));
            port.whenClosed(pair::close);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** An IPv4 address first, then one of a wider scope than the link. */
    private GidEntry choose() {
        GidEntry chosen = null;
        for (GidEntry entry : port.usableGids()) {
            if (chosen == null || rank(entry.gid()) > rank(chosen.gid())) {
                chosen = entry;
            }
        }
        if (chosen == null) {
            throw new EnvironmentException(
                    "RDMA port without such a RoCE v2 address: port=" + spec + " ethernet="
                            + port.attributes().ethernet() + " present=" + port.presentGids()
                            + "; give its network interface an IP address, or another GID (InfiniBand links are not supported)");
        }
        return chosen;
    }

    private static int rank(Gid gid) {
        return gid.isIpv4() ? 2 : gid.isLinkLocal() ? 0 : 1;
    }

    private void checkMtu(int mtuBytes) {
        int greatest = port.attributes().activeMtuBytes() - LinkLayout.LINK_HEADER_BYTES;
        if (mtuBytes > greatest) {
            throw new EnvironmentException("MTU above what fits a datagram: mtuBytes=" + mtuBytes + " greatest="
                    + greatest + " port=" + spec + " pathMtuBytes="
                    + port.attributes().activeMtuBytes() + "; give --mtu "
                    + greatest + " at both ends, or raise the MTU of the network interface (4200 allows "
                    + (GREATEST_MTU_BYTES - LinkLayout.LINK_HEADER_BYTES) + ")");
        }
    }

    /**
     * What a receive must have room for, without the route header: a datagram that does not fit would stop the queue pair. A peer's path MTU may
     * be greater, yet not by a step of two, for that would not pass our link.
     */
    int greatestDatagramBytes() {
        return Math.min(GREATEST_MTU_BYTES, 2 * port.attributes().activeMtuBytes());
    }

    /** Lets the device send from frames and receive into them, as long as it is open. */
    RegisteredMemory register(VerbsFrames frames) {
        RegisteredMemory region =
                domain.register(frames.dataAddress(), frames.sizeBytes(), Set.of(MemoryAccess.LOCAL_WRITE));
        port.whenClosed(region::close);
        return region;
    }

    /** Where peers are remembered. */
    VerbsPeers peers() {
        VerbsPeers peers = new VerbsPeers(domain, spec.port(), gid.index(), group());
        port.whenClosed(peers::close);
        return peers;
    }

    /** To sending and receiving, from the beginning or after {@link QueuePair#reset}. */
    void activate() {
        pair.initialise(spec.port(), QKEY);
        pair.activate(0);
    }

    /** Joins the group of all hosts: every host belongs to it already, and switches pass it on everywhere (RFC 4541 section 2.1.2). */
    void join() {
        pair.joinGroup(group());
        port.whenClosed(() -> pair.leaveGroup(group()));
    }

    private Gid group() {
        return gid.gid().isIpv4() ? ALL_HOSTS_IPV4 : ALL_HOSTS_IPV6;
    }

    QueuePair pair() {
        return pair;
    }

    Gid gid() {
        return gid.gid();
    }

    CompletionQueue sendQueue() {
        return sendQueue;
    }

    CompletionQueue receiveQueue() {
        return receiveQueue;
    }

    /** A power of two. */
    int sends() {
        return sends;
    }

    int receives() {
        return receives;
    }

    long bitsPerSecond() {
        return port.attributes().bitsPerSecond();
    }

    /** Whether the device has said that it, or a completion queue, is of no use any more. Any thread. */
    boolean isGone() {
        return gone;
    }

    /** Takes what the device has to report. */
    synchronized void lookForEvents() {
        VerbsContext context = port.context();
        for (AsyncEvent event = context.awaitEvent(0); event != null; event = context.awaitEvent(0)) {
            gone |= event.isDeviceGone() || event.isCompletionQueueBroken();
        }
    }

    /** Asks the device. */
    boolean isUp() {
        try {
            lookForEvents();
            return !gone && port.context().port(spec.port()).active();
        } catch (EnvironmentException e) {
            return false; // the device has gone
        }
    }

    /** The port as the user would write it, with the GID that was chosen. */
    String name() {
        return new PortSpec.Verbs(spec.device(), spec.port(), gid.index()).toString();
    }

    /** Gives back everything, in reverse; what the device refuses because it has gone is gone with it. */
    @Override
    public void close() {
        port.close();
    }
}
