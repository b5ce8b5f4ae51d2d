package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.SentFrame;
import io.heliograph.emulator.conformance.Verdict.TracedFrame;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A device at its cable: everything that passes is traced, and every packet of the device is looked at for what holds for all of them. */
final class Bench implements AutoCloseable {
    final DeviceUnderTest device;
    final WireCodec codec = new WireCodec(EndpointConfig.ROCE_V2_PORT);
    final IpAddress address;
    private final List<TracedFrame> trace = new ArrayList<>();
    private final PacketChecks checks;
    private final Map<IpAddress, Integer> peers = new HashMap<>();

    Bench(DeviceUnderTest device) {
        this.device = device;
        address = IpAddress.parse(device.address());
        checks = new PacketChecks(address);
    }

    /** The address of a peer. */
    IpAddress peer(int number) {
        IpAddress peer = IpAddress.parse(device.peerAddress(number));
        peers.put(peer, number);
        return peer;
    }

    /** The number of the peer that a packet of the device is for; its own address's last number if no script named it. */
    int numberOf(IpAddress peer) {
        return peers.getOrDefault(peer, (int) (peer.low() & 0xFF));
    }

    List<TracedFrame> trace() {
        return trace;
    }

    void deliver(byte[] frame) {
        trace.add(new TracedFrame(device.nowNs(), false, frame));
        device.deliver(frame);
    }

    /** Hands on what the device sent, with its number in the trace. */
    void collect(BiConsumer<WirePacket, Integer> taker) {
        for (SentFrame sent : device.take()) {
            trace.add(new TracedFrame(sent.timeNs(), true, sent.bytes()));
            WirePacket packet = codec.decode(sent.bytes(), sent.timeNs());
            if (packet == null && codec.defect().equals("NEIGHBOUR")) {
                continue;
            }
            if (packet == null || codec.isTrimmed()) {
                String defect = packet == null ? codec.defect() : "trimmed";
                throw new BrokenRuleException(
                        "R2.2",
                        trace.size(),
                        "the device sent a frame that every receiver drops: " + defect + " (" + sent.bytes().length
                                + " bytes)");
            }
            if (packet.kind() != WireKind.PAUSE) {
                checks.check(packet, trace.size());
            }
            taker.accept(packet, trace.size());
        }
    }

    @Override
    public void close() {
        device.close();
        codec.close();
    }
}
