package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Clock;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortWrapper;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Ipv6Layout;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.UdpFrame;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A port around that of an engine that obeys a controller: the last look at the clock. A data packet whose slot is over by now, because the thread was stopped or the port took no more, is thrown away, as Linux does with packets that miss their time (tc-etf(8)); the engine notices, and sends it again in another slot (C6). What
 * leaves outside its slot nevertheless, because the thread was stopped between this look and the next, a few packets later, is counted.
 *
 * <p>Threads as the port within. Only the constructor allocates.
 */
final class SlotWatch extends PortWrapper {
    private static final int CLASS_SHIFT = 5;
    private static final int NOT_GRANTED = -1;
    /** Between two looks at the clock: a thread that is stopped while they go sends so many late at most. */
    private static final int PIECE_FRAMES = 8;

    private final Clock clock;
    private final NodeAddresses addresses;
    private final UdpFrame udp = new UdpFrame();
    private @Nullable GrantedRates rates;
    private final int[] destinations = new int[PIECE_FRAMES];
    private final Burst piece;
    private final Burst late;
    private long packets;
    private long thrownAway;
    private long outside;
    private long latestNs;

    /** A watch that lets all pass until it is told what to watch; {@code arena} owns what it needs. */
    SlotWatch(Port port, Clock clock, NodeAddresses addresses, Arena arena) {
        super(port);
        this.clock = clock;
        this.addresses = addresses;
        piece = new Burst(arena, PIECE_FRAMES);
        late = new Burst(arena, PIECE_FRAMES);
    }

    /** What says which slots there are. */
    void watch(GrantedRates newRates) {
        rates = newRates;
    }

    /** Data packets that left. */
    long packets() {
        return packets;
    }

    /** Data packets that came here too late. */
    long thrownAway() {
        return thrownAway;
    }

    /** Data packets that left outside their slot. */
    long outside() {
        return outside;
    }

    /** By how much the latest of these was behind the end of its slot. */
    long latestNs() {
        return latestNs;
    }

    @Override
    public int send(Burst burst) {
        GrantedRates known = rates;
        if (known == null) {
            return port.send(burst);
        }
        int accepted = 0;
        while (burst.size() > 0 && piece.size() == 0) {
            int count = Math.min(burst.size(), PIECE_FRAMES);
            for (int i = 0; i < count; i++) {
                piece.add(burst.frame(i));
            }
            burst.removeFirst(count);
            dropLate(known, clock.nowNs());
            judge(known, port.send(piece), clock.nowNs());
            accepted += count - piece.size();
        }
        // The port is backed up: they stay the caller's, in front of the others.
        while (piece.size() > 0) {
            burst.insert(0, piece.removeLast());
        }
        return accepted;
    }

    /** Leaves in the piece what may go. */
    private void dropLate(GrantedRates known, long nowNs) {
        int count = piece.size();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            long frame = piece.frame(i);
            int destination = destination(frame, known.trafficClass());
            if (destination == NOT_GRANTED || known.isOpen(destination, nowNs)) {
                destinations[kept] = destination;
                piece.frame(kept++, frame);
            } else {
                late.add(frame);
            }
        }
        piece.size(kept);
        if (late.size() > 0) {
            thrownAway += late.size();
            port.release(late);
        }
    }

    private void judge(GrantedRates known, int sent, long nowNs) {
        for (int i = 0; i < sent; i++) {
            if (destinations[i] != NOT_GRANTED) {
                packets++;
                if (!known.isOpen(destinations[i], nowNs)) {
                    outside++;
                    latestNs = known.slotEndNs() > 0 ? Math.max(latestNs, nowNs - known.slotEndNs()) : latestNs;
                }
            }
        }
    }

    /** The node that a data packet of the class goes to. */
    private int destination(long frame, int trafficClass) {
        if (udp.parse(Frame.dataAddress(frame), Frame.lengthBytes(frame)) != UdpFrame.UDP || udp.payloadBytes() == 0) {
            return NOT_GRANTED;
        }
        long ip = udp.ip();
        int typeOfService = udp.isIpv4() ? Ipv4Layout.typeOfService(ip) : Ipv6Layout.trafficClass(ip);
        boolean isData = Opcode.isData(NativeMemory.getUnsignedByte(udp.payload()));
        return isData && typeOfService >>> CLASS_SHIFT == trafficClass
                ? addresses.node(udp.destinationHigh(), udp.destinationLow())
                : NOT_GRANTED;
    }
}
