package io.heliograph.emulator.conformance.live;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.conformance.DeviceUnderTest.SentFrame;
import io.heliograph.transport.Clock;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The kit's end of a cable to a device: sends frames as whichever peer is played, answers for the peers' addresses (ARP, neighbour discovery), and gives what the device sent with its time.
 *
 * <p>Frames that are neither pauses nor UDP packets to the protocol's port of a peer that is played are nobody's business on a shared segment, and are passed over. One thread.
 */
final class LiveLink implements AutoCloseable {
    private static final int BURST = 32;
    private static final int NEIGHBOURS = 8;
    private static final int ETHERNET = 14;
    private static final int TYPE_AT = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;
    private static final int PAUSE = 0x8808;
    private static final int PROTOCOL_UDP = 17;
    private static final int IPV6_BYTES = 40;
    private static final int GROUP_BIT = 1;

    private final Port port;
    private final Clock clock;
    private final long patienceNs;
    private final Arena arena = Arena.ofConfined();
    private final Burst incoming = new Burst(arena, BURST);
    private final Burst outgoing = new Burst(arena, 1);
    private final Map<IpAddress, Neighbours> peers = new LinkedHashMap<>();
    private final Set<IpAddress> played = new HashSet<>();
    private List<SentFrame> received = new ArrayList<>();
    private IpAddress device = IpAddress.ofIpv4(0);

    /**
     * A link over a port, which it closes.
     *
     * @param clock of the device's time; frames are stamped with it
     * @param patienceNs how long to try to send a frame, or to find out the device's Ethernet address
     */
    LiveLink(Port port, Clock clock, long patienceNs) {
        this.port = port;
        this.clock = clock;
        this.patienceNs = patienceNs;
    }

    long nowNs() {
        return clock.nowNs();
    }

    /** Forgets the peers and what came so far: from now on this is the device. */
    void begin(IpAddress address) {
        poll();
        received = new ArrayList<>();
        peers.clear();
        played.clear();
        device = address;
    }

    /** From now on this peer is at this end. */
    void peer(IpAddress address) {
        played.add(address);
        if (port.info().resolvesNeighbours()) {
            peers.computeIfAbsent(
                    address, own -> new Neighbours(port.info().macAddress(), own, NEIGHBOURS, clock.nowNs()));
        }
    }

    /**
     * Puts a frame on the cable, with the device's Ethernet address and the port's own.
     *
     * @throws EnvironmentException if the port takes none for too long, or nobody answers for the device's address
     */
    void send(byte[] frame) {
        byte[] addressed = frame.clone();
        boolean isToAStation = frame.length >= ETHERNET && (frame[0] & GROUP_BIT) == 0;
        if (port.info().resolvesNeighbours() && isToAStation) {
            putMac(addressed, 0, deviceMac());
            putMac(addressed, 6, port.info().macAddress().value());
        }
        put(addressed);
    }

    private static void putMac(byte[] frame, int at, long mac) {
        for (int i = 0; i < 6; i++) {
            frame[at + i] = (byte) (mac >>> 40 - 8 * i);
        }
    }

    private long deviceMac() {
        if (peers.isEmpty()) {
            throw new IllegalStateException("live link: no peer is played");
        }
        Neighbours asking = peers.values().iterator().next();
        long endNs = clock.nowNs() + patienceNs;
        while (true) {
            long mac = asking.macOf(device.high(), device.low());
            if (mac >= 0) {
                return mac;
            }
            if (clock.nowNs() >= endNs || mac == Neighbours.UNREACHABLE) {
                throw new EnvironmentException(
                        "nobody on the link of port " + port.info().name()
                                + " answers for the device's address " + device
                                + ": is the device up, and does it answer ARP or neighbour discovery?");
            }
            poll();
        }
    }

    private void put(byte[] frame) {
        long endNs = clock.nowNs() + patienceNs;
        while (port.allocate(outgoing, 1) == 0) {
            poll();
            requireTime(endNs);
        }
        long to = outgoing.frame(0);
        if (frame.length > Frame.roomBytes(to)) {
            // Longer than anything that this cable carries: it gets lost.
            port.release(outgoing);
            return;
        }
        MemorySegment.copy(
                frame,
                0,
                NativeMemory.segment(Frame.dataAddress(to), frame.length),
                ValueLayout.JAVA_BYTE,
                0,
                frame.length);
        Frame.lengthBytes(to, frame.length);
        while (port.send(outgoing) == 0) {
            poll();
            requireTime(endNs);
        }
    }

    private void requireTime(long endNs) {
        if (clock.nowNs() >= endNs) {
            throw new EnvironmentException(
                    "port " + port.info().name() + " takes no frames: does the device at its other end take them?");
        }
    }

    /** Looks at the port once; returns whether the device sent something that was not taken yet. */
    boolean poll() {
        long nowNs = clock.nowNs();
        int count = port.receive(incoming);
        for (int i = 0; i < count; i++) {
            long frame = incoming.frame(i);
            look(Frame.dataAddress(frame), Frame.lengthBytes(frame), nowNs);
        }
        if (count > 0) {
            port.release(incoming);
        }
        peers.values().forEach(each -> answer(each, nowNs));
        return !received.isEmpty();
    }

    private void look(long data, int lengthBytes, long nowNs) {
        byte[] bytes = NativeMemory.segment(data, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
        if (isOfDevice(bytes)) {
            received.add(new SentFrame(nowNs, bytes));
        } else {
            peers.values().forEach(each -> each.onFrame(data, lengthBytes));
        }
    }

    private boolean isOfDevice(byte[] frame) {
        if (frame.length < ETHERNET + IPV6_BYTES + 4) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int type = bytes.getShort(TYPE_AT) & 0xFFFF;
        if (type == IPV4) {
            int udp = ETHERNET + 4 * (frame[ETHERNET] & 0xF);
            return frame[ETHERNET + 9] == PROTOCOL_UDP
                    && udp + 4 <= frame.length
                    && (bytes.getShort(udp + 2) & 0xFFFF) == EndpointConfig.ROCE_V2_PORT
                    && played.contains(IpAddress.ofIpv4(bytes.getInt(ETHERNET + 16)));
        }
        if (type == IPV6) {
            return frame[ETHERNET + 6] == PROTOCOL_UDP
                    && (bytes.getShort(ETHERNET + IPV6_BYTES + 2) & 0xFFFF) == EndpointConfig.ROCE_V2_PORT
                    && played.contains(new IpAddress(bytes.getLong(ETHERNET + 24), bytes.getLong(ETHERNET + 32)));
        }
        return type == PAUSE;
    }

    private void answer(Neighbours peer, long nowNs) {
        if (port.allocate(outgoing, 1) == 0) {
            return;
        }
        long frame = outgoing.frame(0);
        int length = peer.poll(nowNs, Frame.dataAddress(frame));
        Frame.lengthBytes(frame, length);
        if (length == 0 || port.send(outgoing) == 0) {
            port.release(outgoing);
        }
    }

    /** Looks at the port once and throws away what came; returns whether anything did. */
    boolean hears() {
        int count = port.receive(incoming);
        if (count > 0) {
            port.release(incoming);
        }
        return count > 0;
    }

    /** Takes what the device sent. */
    List<SentFrame> take() {
        List<SentFrame> taken = received;
        received = new ArrayList<>();
        return taken;
    }

    @Override
    public void close() {
        port.close();
        arena.close();
    }
}
