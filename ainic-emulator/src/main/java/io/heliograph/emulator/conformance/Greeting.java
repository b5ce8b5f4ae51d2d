package io.heliograph.emulator.conformance;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.conformance.Arrivals.Arrived;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.transport.wire.NackReason;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out what a device begins relations with, which nobody told: an empty WRITE from a peer that no scenario plays is answered with it. */
final class Greeting {
    private static final int PEER = 254;
    private static final int ENTROPY = 0xC0DE;

    private Greeting() {}

    /**
     * The device's first incarnation.
     *
     * @throws NotOfferedException if the device has no room for another peer
     * @throws EnvironmentException if it does not answer, or not to this region
     */
    static int incarnation(Bench bench, Arrivals arrivals, Region region, int own) {
        Map<PacketField, Long> fields = new EnumMap<>(PacketField.class);
        fields.put(PacketField.SRC, Integer.toUnsignedLong(own));
        fields.put(PacketField.ENTROPY, (long) ENTROPY);
        fields.put(PacketField.OF, 1L);
        fields.put(PacketField.ACK, 1L);
        fields.put(PacketField.ADDRESS, region.address());
        fields.put(PacketField.KEY, Integer.toUnsignedLong(region.key()));
        WirePacket packet = new WirePacket(
                WireKind.DATA, bench.peer(PEER), bench.address, fields, new byte[0], bench.device.nowNs(), new byte[0]);
        bench.deliver(bench.codec.encode(packet));
        Arrived sack = arrivals.next(PEER, WireKind.SACK, bench.device.nowNs() + bench.device.patienceNs());
        if (sack != null) {
            return sack.packet().getInt(PacketField.SRC);
        }
        throw refused(bench, arrivals.of(PEER, WireKind.NACK).poll());
    }

    private static RuntimeException refused(Bench bench, @Nullable Arrived nack) {
        if (nack == null) {
            return new EnvironmentException(
                    "the device does not answer: address=" + bench.address + "; is it up, and is the link?");
        }
        int reason = nack.packet().getInt(PacketField.REASON);
        return reason == NackReason.CHALLENGE || reason == NackReason.NO_RESOURCE
                ? new NotOfferedException(
                        "the device's table of peers is full (R1.9, R1.10): reset it, or give it a larger one")
                : new EnvironmentException("the device refuses an empty WRITE to its region: " + NackReason.name(reason)
                        + "; give the address and key that it has");
    }
}
