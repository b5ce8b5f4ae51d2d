package io.heliograph.emulator.device;

import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortStatistics;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.Opcode;

/** What an engine takes for its port: the ends of the pipeline. It gives one frame at a time, and takes what the next steps have room for. */
final class EnginePort implements Port {
    private final Port link;
    private final PacketPool packets;
    private final Stage<Packet> segmentation;
    private final Stage<Packet> acknowledgement;
    private final int engine;
    private long nowPs;
    private long arrived;

    private long receivedFrames;
    private long receivedBytes;
    private long sentFrames;
    private long sentBytes;

    EnginePort(int engine, Port link, PacketPool packets, Stage<Packet> segmentation, Stage<Packet> acknowledgement) {
        this.engine = engine;
        this.link = link;
        this.packets = packets;
        this.segmentation = segmentation;
        this.acknowledgement = acknowledgement;
    }

    /** Begins a duty cycle, with a frame that arrived or 0. */
    void begin(long frame, long atPs) {
        arrived = frame;
        nowPs = atPs;
    }

    @Override
    public PortInfo info() {
        return link.info();
    }

    @Override
    public int receive(Burst burst) {
        if (arrived == 0) {
            return 0;
        }
        burst.add(arrived);
        receivedFrames++;
        receivedBytes += Frame.lengthBytes(arrived);
        arrived = 0;
        return 1;
    }

    @Override
    public int allocate(Burst burst, int count) {
        return link.allocate(burst, count);
    }

    @Override
    public int send(Burst burst) {
        int count = 0;
        while (count < burst.size() && take(burst.frame(count))) {
            count++;
        }
        if (count > 0) {
            burst.removeFirst(count);
        }
        return count;
    }

    private boolean take(long frame) {
        long bth = Headers.bth(Frame.dataAddress(frame));
        boolean isData = bth != 0 && Opcode.isData(BthLayout.opcode(bth));
        Stage<Packet> next = isData ? segmentation : acknowledgement;
        if (!next.hasRoom()) {
            next.wantRoom();
            return false;
        }
        Packet packet = packets.take(frame);
        packet.isData = isData;
        packet.engine = engine;
        packet.psn = bth == 0 ? 0 : BthLayout.psn(bth);
        packet.payloadBytes = isData ? Headers.payloadBytes(bth) : 0;
        next.offer(packet, nowPs);
        sentFrames++;
        sentBytes += packet.lengthBytes;
        return true;
    }

    @Override
    public void release(Burst burst) {
        link.release(burst);
    }

    @Override
    public LinkState linkState() {
        return link.linkState();
    }

    @Override
    public PortStatistics statistics() {
        return new PortStatistics(receivedFrames, receivedBytes, sentFrames, sentBytes, 0, 0);
    }

    /** The link stays open. */
    @Override
    public void close() {}
}
