package io.heliograph.emulator.fabric;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Hosts without endpoints: what they send is written packet by packet, what they receive is listed. */
final class RawHosts implements AutoCloseable {
    private static final int UDP_PORT = 4791;

    /** A frame that arrived: what it was, in the moment in which it came. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Arrival(
            int host, long atPs, int kind, int lengthBytes, int flags, int trafficClass, int psn, byte[] bytes) {}

    final Fabric fabric;
    final List<Arrival> arrivals = new ArrayList<>();
    private final Arena arena = Arena.ofConfined();
    private final FrameWriter writer = new FrameWriter(arena);
    private final Burst burst = new Burst(arena, 1);
    private final Burst received = new Burst(arena, 32);
    private final long payload = arena.allocate(9000).address();
    private int nextPsn;

    RawHosts(Fabric fabric) {
        this.fabric = fabric;
        for (int host = 0; host < fabric.hosts(); host++) {
            int number = host;
            FrameCheck check = new FrameCheck(arena, HostAddresses.ipv4(host), UDP_PORT);
            fabric.port(host).listener(new PortListener() {
                @Override
                public void arrived(long nowPs) {
                    take(number, check, nowPs);
                }

                @Override
                public void drained(long nowPs) {}
            });
        }
    }

    private void take(int host, FrameCheck check, long nowPs) {
        fabric.port(host).receive(received);
        for (int i = 0; i < received.size(); i++) {
            long frame = received.frame(i);
            long data = Frame.dataAddress(frame);
            int lengthBytes = Frame.lengthBytes(frame);
            byte[] bytes = NativeMemory.segment(data, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
            int psn = (bytes[51] & 0xff) << 16 | (bytes[52] & 0xff) << 8 | bytes[53] & 0xff;
            arrivals.add(new Arrival(
                    host,
                    nowPs,
                    check.check(data, lengthBytes),
                    lengthBytes,
                    FabricFrame.flags(frame),
                    FabricFrame.trafficClass(frame),
                    psn,
                    bytes));
        }
        fabric.port(host).release(received);
    }

    /** Sends one data packet now; its PSN counts them all. Returns false if the port took it not. */
    boolean send(int from, int to, int entropy, int trafficClass, int payloadBytes) {
        FabricPort port = fabric.port(from);
        if (port.allocate(burst, 1) == 0) {
            throw new IllegalStateException("no frame");
        }
        PeerHeader header = new PeerHeader(arena, HostAddresses.ipv4(from), HostAddresses.ipv4(to), UDP_PORT);
        header.ethernet(HostAddresses.mac(from).value(), HostAddresses.mac(to).value());
        PacketFields fields = new PacketFields();
        fields.trafficClass = trafficClass;
        fields.messagePackets = 1;
        fields.sourceIncarnation = 1;
        fields.psn = nextPsn++;
        long frame = burst.frame(0);
        Frame.lengthBytes(
                frame, writer.writeData(Frame.dataAddress(frame), header, entropy, fields, payload, payloadBytes));
        boolean sent = port.send(burst) == 1;
        if (!sent) {
            port.release(burst);
        }
        return sent;
    }

    void runUntil(long endPs) {
        fabric.time().runUntil(endPs);
    }

    /** Frames that came are those that went, less those that were dropped; and nobody has one now but the fabric. */
    void requireConservation() {
        long in = fabric.sentFrames() + fabric.switchFrames();
        long out = fabric.deliveredFrames() + fabric.droppedFrames() + fabric.absorbedFrames() + fabric.framesInside();
        if (in != out || fabric.pool().taken() != fabric.framesInside()) {
            throw new AssertionError("frames are missing: in=" + in + " out=" + out + " inside=" + fabric.framesInside()
                    + " taken=" + fabric.pool().taken());
        }
    }

    @Override
    public void close() {
        requireConservation();
        fabric.close();
        arena.close();
    }
}
