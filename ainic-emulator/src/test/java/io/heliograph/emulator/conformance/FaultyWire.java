package io.heliograph.emulator.conformance;

import io.heliograph.transport.EndpointConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A correct device that says something wrong, or hears something wrong: faults that show on its cable or at its driver alone. */
class FaultyWire extends DeviceWrapper {
    final WireCodec codec = new WireCodec(EndpointConfig.ROCE_V2_PORT);

    FaultyWire(DeviceUnderTest device) {
        super(device);
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
    public void close() {
        super.close();
        codec.close();
    }
}
