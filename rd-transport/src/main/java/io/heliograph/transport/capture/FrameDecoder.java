package io.heliograph.transport.capture;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameDefect;
import io.heliograph.transport.wire.Icrc;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.VlanLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Says in names and values what a captured frame holds. The names are stable; {@code helio decode --json} prints them.
 *
 * <table>
 * <caption>Fields, in this order, each only where it applies</caption>
 * <tr><th>name</th><th>type</th><th>meaning</th></tr>
 * <tr><td>frame</td><td>number</td><td>from 1, always there</td></tr>
 * <tr><td>kind</td><td>text</td><td>{@code write}, {@code write-imm}, {@code void}, {@code sack}, {@code nack}, {@code probe}, {@code probe-answer}; {@code rocev2-other} with an {@code error}</td></tr>
 * <tr><td>error</td><td>text</td><td>not ours, malformed, or cut by the capture; then other fields only as far as they could be read</td></tr>
 * <tr><td>trimmed</td><td>true</td><td>a switch cut the data packet; there is no {@code icrcValid} then</td></tr>
 * <tr><td>icrcValid</td><td>boolean</td><td>whether the ICRC is right, wherever there is one</td></tr>
 * <tr><td>timestampNs, frameBytes</td><td>number</td><td>time since 1970, bytes of the frame</td></tr>
 * <tr><td>sourceMac, destinationMac</td><td>text</td><td>Ethernet addresses</td></tr>
 * <tr><td>vlanId, vlanPriority</td><td>number</td><td>802.1Q tag</td></tr>
 * <tr><td>ipVersion, sourceAddress, destinationAddress, typeOfService, timeToLive</td><td>number, text, text, number, number</td><td>IP; traffic class and hop limit of IPv6 are under the same names</td></tr>
 * <tr><td>identification, flowLabel</td><td>number</td><td>of IPv4 and IPv6</td></tr>
 * <tr><td>sourcePort, destinationPort</td><td>number</td><td>UDP; the source port is the entropy</td></tr>
 * <tr><td>opcode, destinationEngine, destinationQueue, acknowledge, psn, padBytes</td><td>number, and one boolean</td><td>BTH</td></tr>
 * <tr><td>fenced, void, retransmitted, messagePackets, msn</td><td>boolean, number</td><td>AINIC</td></tr>
 * <tr><td>destinationIncarnation, sourceIncarnation, sourceEngine, sourceQueue</td><td>0x text, number</td><td>RDETH and DETH, or the common part</td></tr>
 * <tr><td>virtualAddress, key, dmaLength</td><td>0x text, 0x text, number</td><td>RETH</td></tr>
 * <tr><td>immediate</td><td>0x text</td><td>ImmDt</td></tr>
 * <tr><td>cumulativePsn, bitmapOffset, reflectedEntropy, bitmap</td><td>number, bitmap 0x text</td><td>SACK</td></tr>
 * <tr><td>reason, reasonName, reflectedEntropy, msn, information</td><td>number, text</td><td>NACK</td></tr>
 * <tr><td>answer, nonce</td><td>boolean, 0x text</td><td>PROBE</td></tr>
 * </table>
 *
 * <p>For tools and tests, slow. One thread at a time.
 */
public final class FrameDecoder {
    private static final int MAX_FRAME_BYTES = 1 << 17;
    private static final int LEAST_OTHER_BYTES = 16;

    private final FrameCheck check;
    private final Icrc icrc;
    private final MemorySegment copy;

    /**
     * A decoder that takes the packets for every address.
     *
     * @param arena how long its scratch lives
     * @param udpPort the destination port of this protocol
     */
    public FrameDecoder(Arena arena, int udpPort) {
        this.check = FrameCheck.forAnyDestination(arena, udpPort);
        this.icrc = new Icrc(arena);
        this.copy = arena.allocate(MAX_FRAME_BYTES, 64);
    }

    /** Describes one frame, see the fields above; numbers are Integer or Long. */
    public Map<String, Object> decode(CapturedFrame captured) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("frame", captured.number());
        if (captured.linkType() != CapturedFrame.LINKTYPE_ETHERNET) {
            fields.put("error", "not ours: link type " + captured.linkType() + " is not Ethernet");
        } else if (captured.data().byteSize() > MAX_FRAME_BYTES) {
            fields.put("error", "not ours: a frame of " + captured.data().byteSize() + " bytes");
        } else {
            MemorySegment frame = copy.asSlice(0, captured.data().byteSize()).copyFrom(captured.data());
            decode(captured, frame, fields);
        }
        return fields;
    }

    private void decode(CapturedFrame captured, MemorySegment frame, Map<String, Object> fields) {
        int answer = check.check(frame.address(), (int) frame.byteSize());
        if (captured.isCut()) {
            fields.put(
                    "error",
                    "cut by the capture: has %d of %d bytes".formatted(frame.byteSize(), captured.originalBytes()));
            putFrame(captured, fields);
            return;
        }
        FrameDescription description = new FrameDescription(frame, check.l3Offset(), fields);
        if (answer > 0 && answer != PacketKind.NEIGHBOUR) {
            fields.put("kind", description.kind());
            if (answer == PacketKind.DATA_TRIMMED) {
                fields.put("trimmed", true);
            } else {
                fields.put("icrcValid", true);
            }
            putFrame(captured, fields);
            description.putAll();
        } else if (answer == FrameDefect.BAD_ICRC.code()) {
            fields.put("kind", description.kind());
            fields.put("icrcValid", false);
            putFrame(captured, fields);
            description.putAll();
        } else {
            decodeOther(captured, answer, description, fields);
        }
    }

    private void decodeOther(
            CapturedFrame captured, int answer, FrameDescription description, Map<String, Object> fields) {
        boolean foreign = answer == FrameDefect.UNKNOWN_OPCODE.code();
        // Beyond this check, there is a whole BTH behind right IP and UDP headers.
        boolean hasBth = answer <= FrameDefect.UNKNOWN_OPCODE.code();
        if (foreign) {
            fields.put("kind", "rocev2-other");
        }
        fields.put("error", error(answer, captured));
        if (hasBth && check.transportBytes() >= LEAST_OTHER_BYTES) {
            fields.put("icrcValid", isIcrcValid(captured));
        }
        putFrame(captured, fields);
        if (hasBth) {
            description.putUpToBth();
        }
    }

    private boolean isIcrcValid(CapturedFrame captured) {
        long ip = copy.address() + check.l3Offset();
        long end = check.bthAddress() + check.transportBytes() - Icrc.LENGTH;
        assert end <= copy.address() + captured.data().byteSize();
        return icrc.compute(ip, check.isIpv4(), (int) (end - ip)) == Icrc.get(end);
    }

    private String error(int answer, CapturedFrame captured) {
        if (answer == PacketKind.NEIGHBOUR) {
            return "not ours: address resolution (" + (etherType() == EthernetLayout.TYPE_ARP ? "ARP)" : "IPv6 ND)");
        }
        FrameDefect defect = FrameDefect.ofCode(answer);
        if (defect == FrameDefect.NOT_IP) {
            int type = etherType();
            String name = type == EthernetLayout.TYPE_ROCE_V1 ? "RoCEv1, EtherType" : "EtherType";
            return "not ours: %s 0x%04x".formatted(name, type);
        }
        if (defect == FrameDefect.UNKNOWN_OPCODE) {
            return "not ours: RoCEv2 opcode 0x%02x".formatted(NativeMemory.getUnsignedByte(check.bthAddress()));
        }
        String prefix = defect.counter() == EndpointCounter.FOREIGN ? "not ours: " : "malformed: ";
        return prefix + defect.meaning() + " (" + defect.label() + ", "
                + captured.data().byteSize() + " bytes)";
    }

    private int etherType() {
        int type = EthernetLayout.type(copy.address());
        boolean tagged = type == EthernetLayout.TYPE_VLAN;
        return tagged ? VlanLayout.type(copy.address() + EthernetLayout.LENGTH) : type;
    }

    private static void putFrame(CapturedFrame captured, Map<String, Object> fields) {
        fields.put("timestampNs", captured.timestampNs());
        fields.put("frameBytes", captured.originalBytes());
    }
}
