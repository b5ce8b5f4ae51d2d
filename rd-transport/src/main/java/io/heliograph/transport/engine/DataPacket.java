package io.heliograph.transport.engine;

import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.QueuePair;

/** What a data packet will say and where its payload is: read off its message under the peer's lock, written into a frame after. */
final class DataPacket {
    final PacketFields fields = new PacketFields();
    int entropy;
    long source;
    int payloadBytes;
    boolean again;

    /** Becomes the packet in a slot of an engine's flow. */
    void take(int engine, Lane lane, int slot, long nowNs) {
        SendFlow flow = lane.sendFlow();
        OutboundMessage message = flow.message(slot);
        int packet = flow.packet(slot);
        again = flow.wasSent(slot);
        entropy = lane.nextEntropy(message.trafficClass, nowNs);
        fields.destinationIncarnation = lane.peer.remoteIncarnation();
        fields.sourceIncarnation = lane.peer.localIncarnation();
        fields.sourceQp = QueuePair.of(engine, message.queue);
        fields.destinationQp = QueuePair.of(0, message.queue);
        fields.trafficClass = message.trafficClass;
        fields.psn = flow.psn(slot);
        fields.messagePackets = message.packets;
        fields.msn = message.msn;
        fields.flags = again ? AinicLayout.RETRANSMITTED : 0;
        // The last packet of a message, and what repairs a loss, are what somebody waits for.
        fields.acknowledge = again || packet == message.packets - 1;
        if (message.isVoid()) {
            fields.flags |= AinicLayout.VOID;
            fields.hasImmediate = false;
            fields.virtualAddress = Integer.toUnsignedLong(message.horizon);
            fields.key = flow.covered(slot);
            payloadBytes = 0;
        } else {
            fields.flags |= message.fenced ? AinicLayout.FENCED : 0;
            fields.hasImmediate = message.carriesImmediate(packet);
            fields.immediate = message.immediate;
            fields.virtualAddress = message.remoteAddress + message.offset(packet);
            fields.key = message.remoteKey;
            payloadBytes = message.payloadBytes(packet);
        }
        source = message.localAddress + message.offset(packet);
    }
}
