package io.heliograph.emulator.conformance;

import io.heliograph.transport.EndpointConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A correct device that says something wrong, or hears something wrong: faults that show on its cable or at its driver alone. */
class FaultyWire implements DeviceUnderTest {
    final DeviceUnderTest device;
    final WireCodec codec = new WireCodec(EndpointConfig.ROCE_V2_PORT);

    FaultyWire(DeviceUnderTest device) {
        this.device = device;
    }

    /** The same packet with another value in a field. */
    static WirePacket with(WirePacket packet, PacketField field, long value) {
        Map<PacketField, Long> fields = new EnumMap<>(packet.fields());
        fields.put(field, field.cut(value));
        return new WirePacket(
                packet.kind(),
                packet.source(),
                packet.destination(),
                fields,
                packet.payload(),
                packet.timeNs(),
                packet.frame());
    }

    /** What becomes of a packet that the device sends; null if it is kept. */
    @Nullable
    WirePacket sent(WirePacket packet) {
        return packet;
    }

    /** What becomes of a frame that the device sends, in the end. */
    byte[] sentFrame(byte[] frame) {
        return frame;
    }

    @Override
    public List<SentFrame> take() {
        List<SentFrame> frames = new ArrayList<>();
        for (SentFrame each : device.take()) {
            WirePacket packet = codec.decode(each.bytes(), each.timeNs());
            WirePacket changed = packet == null || packet.kind() == WireKind.PAUSE ? packet : sent(packet);
            if (Objects.equals(changed, packet)) {
                frames.add(new SentFrame(each.timeNs(), sentFrame(each.bytes())));
            } else if (changed != null) {
                frames.add(new SentFrame(each.timeNs(), sentFrame(codec.encode(changed))));
            }
        }
        return frames;
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public Set<Ability> abilities() {
        return device.abilities();
    }

    @Override
    public String address() {
        return device.address();
    }

    @Override
    public int incarnation() {
        return device.incarnation();
    }

    @Override
    public int windowPackets() {
        return device.windowPackets();
    }

    @Override
    public int mtuBytes() {
        return device.mtuBytes();
    }

    @Override
    public int receiveSlots() {
        return device.receiveSlots();
    }

    @Override
    public long nowNs() {
        return device.nowNs();
    }

    @Override
    public long settleNs() {
        return device.settleNs();
    }

    @Override
    public long toleranceNs() {
        return device.toleranceNs();
    }

    @Override
    public void deliver(byte[] frame) {
        device.deliver(frame);
    }

    @Override
    public void runUntil(long ns) {
        device.runUntil(ns);
    }

    @Override
    public Region register(int lengthBytes, boolean peersMayWrite) {
        return device.register(lengthBytes, peersMayWrite);
    }

    @Override
    public void deregister(Region region) {
        device.deregister(region);
    }

    @Override
    public byte[] read(Region region) {
        return device.read(region);
    }

    @Override
    public void fill(Region region, byte[] bytes) {
        device.fill(region, bytes);
    }

    @Override
    public int guardBytes() {
        return device.guardBytes();
    }

    @Override
    public void addPeer(String peer) {
        device.addPeer(peer);
    }

    @Override
    public int post(PostedWrite write) {
        return device.post(write);
    }

    @Override
    public List<Told> poll(int limit) {
        return device.poll(limit);
    }

    @Override
    public void loadRates(String table) {
        device.loadRates(table);
    }

    @Override
    public void denyPath(String peer, int entropy) {
        device.denyPath(peer, entropy);
    }

    @Override
    public void close() {
        device.close();
        codec.close();
    }
}
