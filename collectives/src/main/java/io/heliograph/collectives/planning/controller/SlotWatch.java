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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A port around that of an engine that obeys a controller: looks at the clock after each burst, and counts the data packets that left outside their slot. It changes nothing: a thread that is stopped between its look at the clock and its burst sends late,
 * which only the guard of a slot makes good.
 *
 * <p>Threads as the port within. Allocates only for bursts that are longer than any before.
 */
final class SlotWatch extends PortWrapper {
    private static final int CLASS_SHIFT = 5;
    private static final int NOT_GRANTED = -1;

    private final Clock clock;
    private final NodeAddresses addresses;
    private final UdpFrame udp = new UdpFrame();
    private @Nullable GrantedRates rates;
    private int[] destinations = new int[64];
    private long packets;
    private long outside;
    private long latestNs;

    SlotWatch(Port port, Clock clock, NodeAddresses addresses) {
        super(port);
        this.clock = clock;
        this.addresses = addresses;
    }

    /** What says which slots there are; until then nothing is counted. */
    void watch(GrantedRates newRates) {
        rates = newRates;
    }

    long packets() {
        return packets;
    }

    long outside() {
        return outside;
    }

    long latestNs() {
        return latestNs;
    }

    @Override
    public int send(Burst burst) {
        GrantedRates known = rates;
        int count = burst.size();
        if (known == null || count == 0) {
            return port.send(burst);
        }
        if (count > destinations.length) {
            destinations = Arrays.copyOf(destinations, count);
        }
        // Before they are the port's.
        for (int i = 0; i < count; i++) {
            destinations[i] = destination(burst.frame(i), known.trafficClass());
        }
        int sent = port.send(burst);
        judge(known, sent, clock.nowNs());
        return sent;
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
