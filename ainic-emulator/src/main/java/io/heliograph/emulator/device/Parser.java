package io.heliograph.emulator.device;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.ProbeLayout;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.RethLayout;
import java.lang.foreign.Arena;

/** Finds out what a frame that arrived is, and which engine it belongs to (R10.3). What becomes of it is for the engine to decide, which checks it again. */
final class Parser {
    private final FrameCheck check;
    private final int engines;

    Parser(Arena arena, IpAddress own, int udpPort, int engines) {
        check = new FrameCheck(arena, own, udpPort);
        this.engines = engines;
    }

    void parse(Packet packet) {
        int kind = check.check(Frame.dataAddress(packet.frame), packet.lengthBytes);
        long bth = kind > 0 && kind <= PacketKind.PROBE ? check.bthAddress() : 0;
        packet.psn = bth == 0 ? 0 : BthLayout.psn(bth);
        packet.engine = bth == 0 ? 0 : engine(kind, bth) % engines;
        packet.isForAll = kind == PacketKind.PAUSE || kind == PacketKind.NEIGHBOUR;
        packet.isData = kind == PacketKind.DATA;
        packet.places = packet.isData && !AinicLayout.isVoid(bth);
        packet.payloadBytes = packet.places ? check.payloadLength() : 0;
        packet.key = packet.places ? RethLayout.key(bth) : 0;
    }

    private int engine(int kind, long bth) {
        return switch (kind) {
            case PacketKind.DATA, PacketKind.DATA_TRIMMED ->
                QueuePair.engine(IdentityLayout.sourceQp(check.identityAddress()));
            case PacketKind.SACK, PacketKind.NACK -> QueuePair.engine(BthLayout.destinationQp(bth));
            default -> ProbeLayout.isAnswer(bth) ? QueuePair.engine(BthLayout.destinationQp(bth)) : 0;
        };
    }
}
