package io.heliograph.transport.capture;

import io.heliograph.transport.wire.Ainic;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.Bth;
import io.heliograph.transport.wire.Ethernet;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.Identity;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.ImmDt;
import io.heliograph.transport.wire.ImmDtLayout;
import io.heliograph.transport.wire.Ipv4Header;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Ipv6Header;
import io.heliograph.transport.wire.Ipv6Layout;
import io.heliograph.transport.wire.Nack;
import io.heliograph.transport.wire.NackLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.Probe;
import io.heliograph.transport.wire.ProbeLayout;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.Reth;
import io.heliograph.transport.wire.RethLayout;
import io.heliograph.transport.wire.Sack;
import io.heliograph.transport.wire.SackLayout;
import io.heliograph.transport.wire.UdpHeader;
import io.heliograph.transport.wire.UdpLayout;
import io.heliograph.transport.wire.VlanTag;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** The headers of one checked frame, written into the map that {@link FrameDecoder} documents. */
final class FrameDescription {
    private final MemorySegment frame;
    private final int l3Offset;
    private final Map<String, Object> fields;

    FrameDescription(MemorySegment frame, int l3Offset, Map<String, Object> fields) {
        this.frame = frame;
        this.l3Offset = l3Offset;
        this.fields = fields;
    }

    /** The name of the kind that opcode and flags tell. */
    String kind() {
        Bth bth = Bth.parse(frame, bthOffset());
        return switch (bth.opcode()) {
            case Opcode.WRITE -> (ainic().flags() & AinicLayout.VOID) != 0 ? "void" : "write";
            case Opcode.WRITE_IMMEDIATE -> "write-imm";
            case Opcode.SACK -> "sack";
            case Opcode.NACK -> "nack";
            case Opcode.PROBE -> probe().answer() ? "probe-answer" : "probe";
            default -> throw new IllegalArgumentException("not an opcode of ours: opcode=" + bth.opcode());
        };
    }

    /** All headers. */
    void putAll() {
        Bth bth = putUpToBth();
        switch (bth.opcode()) {
            case Opcode.WRITE -> putData();
            case Opcode.WRITE_IMMEDIATE -> {
                putData();
                fields.put(
                        "immediate",
                        hex(ImmDt.parse(frame, bthOffset() + ImmDtLayout.OFFSET).immediate()));
            }
            case Opcode.SACK -> {
                putIdentity(IdentityLayout.CONTROL_OFFSET);
                putSack();
            }
            case Opcode.NACK -> {
                putIdentity(IdentityLayout.CONTROL_OFFSET);
                putNack();
            }
            default -> {
                putIdentity(IdentityLayout.CONTROL_OFFSET);
                fields.put("answer", probe().answer());
                fields.put("nonce", hex(probe().nonce()));
            }
        }
    }

    /** Ethernet, IP, UDP and BTH; returns the last. */
    Bth putUpToBth() {
        Ethernet ethernet = Ethernet.parse(frame, 0);
        fields.put("sourceMac", ethernet.source().toString());
        fields.put("destinationMac", ethernet.destination().toString());
        if (ethernet.type() == EthernetLayout.TYPE_VLAN) {
            VlanTag tag = VlanTag.parse(frame, EthernetLayout.LENGTH);
            fields.put("vlanId", tag.vlanId());
            fields.put("vlanPriority", tag.priority());
        }
        if (isIpv4()) {
            putIpv4();
        } else {
            putIpv6();
        }
        UdpHeader udp = UdpHeader.parse(frame, bthOffset() - UdpLayout.LENGTH);
        fields.put("sourcePort", udp.sourcePort());
        fields.put("destinationPort", udp.destinationPort());
        Bth bth = Bth.parse(frame, bthOffset());
        fields.put("opcode", bth.opcode());
        fields.put("destinationEngine", QueuePair.engine(bth.destinationQp()));
        fields.put("destinationQueue", QueuePair.queue(bth.destinationQp()));
        fields.put("acknowledge", bth.acknowledge());
        fields.put("psn", bth.psn());
        fields.put("padBytes", bth.pad());
        return bth;
    }

    private void putIpv4() {
        Ipv4Header ip = Ipv4Header.parse(frame, l3Offset);
        fields.put("ipVersion", 4);
        fields.put("sourceAddress", ip.source().toString());
        fields.put("destinationAddress", ip.destination().toString());
        fields.put("typeOfService", ip.typeOfService());
        fields.put("timeToLive", ip.timeToLive());
        fields.put("identification", ip.identification());
    }

    private void putIpv6() {
        Ipv6Header ip = Ipv6Header.parse(frame, l3Offset);
        fields.put("ipVersion", 6);
        fields.put("sourceAddress", ip.source().toString());
        fields.put("destinationAddress", ip.destination().toString());
        fields.put("typeOfService", ip.trafficClass());
        fields.put("timeToLive", ip.hopLimit());
        fields.put("flowLabel", ip.flowLabel());
    }

    private void putData() {
        Ainic ainic = ainic();
        fields.put("fenced", (ainic.flags() & AinicLayout.FENCED) != 0);
        fields.put("void", (ainic.flags() & AinicLayout.VOID) != 0);
        fields.put("retransmitted", (ainic.flags() & AinicLayout.RETRANSMITTED) != 0);
        fields.put("messagePackets", ainic.messagePackets());
        fields.put("msn", Integer.toUnsignedLong(ainic.msn()));
        putIdentity(IdentityLayout.DATA_OFFSET);
        Reth reth = Reth.parse(frame, bthOffset() + RethLayout.OFFSET);
        fields.put("virtualAddress", "0x%016x".formatted(reth.virtualAddress()));
        fields.put("key", hex(reth.key()));
        fields.put("dmaLength", Integer.toUnsignedLong(reth.dmaLength()));
    }

    private void putIdentity(int offset) {
        Identity identity = Identity.parse(frame, bthOffset() + offset);
        fields.put("destinationIncarnation", hex(identity.destinationIncarnation()));
        fields.put("sourceIncarnation", hex(identity.sourceIncarnation()));
        fields.put("sourceEngine", QueuePair.engine(identity.sourceQp()));
        fields.put("sourceQueue", QueuePair.queue(identity.sourceQp()));
    }

    private void putSack() {
        Sack sack = Sack.parse(frame, bthOffset() + SackLayout.OFFSET);
        fields.put("cumulativePsn", sack.cumulativePsn());
        fields.put("bitmapOffset", sack.bitmapOffset());
        fields.put("reflectedEntropy", sack.reflectedEntropy());
        fields.put("bitmap", "0x%016x".formatted(sack.bitmap()));
    }

    private void putNack() {
        Nack nack = Nack.parse(frame, bthOffset() + NackLayout.OFFSET);
        fields.put("reason", nack.reason());
        fields.put("reasonName", NackReason.name(nack.reason()));
        fields.put("reflectedEntropy", nack.reflectedEntropy());
        fields.put("msn", Integer.toUnsignedLong(nack.msn()));
        fields.put("information", Integer.toUnsignedLong(nack.information()));
    }

    private Ainic ainic() {
        return Ainic.parse(frame, bthOffset() + AinicLayout.OFFSET);
    }

    private Probe probe() {
        return Probe.parse(frame, bthOffset() + ProbeLayout.OFFSET);
    }

    private boolean isIpv4() {
        return Ethernet.parse(frame, l3Offset - EthernetLayout.LENGTH).type() == EthernetLayout.TYPE_IPV4;
    }

    private long bthOffset() {
        return (long) l3Offset + (isIpv4() ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH) + UdpLayout.LENGTH;
    }

    private static String hex(int value) {
        return "0x%08x".formatted(value);
    }
}
