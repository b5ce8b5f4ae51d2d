package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * The way out: writes whole frames, Ethernet header to ICRC, into memory of the port.
 *
 * <p>The caller knows that the frame has room: {@link PacketSize#MAX_CONTROL_FRAME} for control packets, and the port's MTU for data packets whose payload
 * is at most {@link PeerHeader#maxPayload}. Nothing is checked or allocated. One thread at a time.
 */
public final class FrameWriter {
    private final Icrc icrc;

    /** A writer whose scratch lives as long as {@code arena}. */
    public FrameWriter(Arena arena) {
        icrc = new Icrc(arena);
    }

    /**
     * Writes a data packet; its opcode follows from {@link PacketFields#hasImmediate}.
     *
     * @param frame address of the frame's first byte
     * @param peer where it goes
     * @param entropy the UDP source port (R11.1)
     * @param fields all of them are used
     * @param payload address of the payload, not looked at if there is none
     * @param payloadBytes 0 for a VOID packet
     * @return bytes of the frame
     */
    public int writeData(
            long frame, PeerHeader peer, int entropy, PacketFields fields, long payload, int payloadBytes) {
        int headers = fields.hasImmediate ? PacketSize.DATA_IMMEDIATE_HEADERS : PacketSize.DATA_HEADERS;
        int pad = PacketSize.pad(payloadBytes);
        int coveredTransportBytes = headers + payloadBytes + pad;
        long bth = begin(frame, peer, entropy, fields.trafficClass, coveredTransportBytes);
        int opcode = fields.hasImmediate ? Opcode.WRITE_IMMEDIATE : Opcode.WRITE;
        BthLayout.put(bth, opcode, pad, fields.destinationQp, fields.acknowledge, fields.psn);
        AinicLayout.put(bth, fields.flags, fields.messagePackets, fields.msn);
        putIdentity(IdentityLayout.ofData(bth), fields);
        RethLayout.put(bth, fields.virtualAddress, fields.key, payloadBytes);
        if (fields.hasImmediate) {
            ImmDtLayout.put(bth, fields.immediate);
        }
        if (payloadBytes > 0) {
            NativeMemory.copy(payload, bth + headers, payloadBytes);
            putPad(bth + headers + payloadBytes, pad);
        }
        return finish(frame, peer, coveredTransportBytes);
    }

    /**
     * Writes a SACK.
     *
     * @param frame address of the frame's first byte
     * @param peer where it goes
     * @param entropy the UDP source port
     * @param fields incarnations, queue pairs and PSN are used
     * @param cumulativePsn the first PSN that is not received
     * @param bitmapOffset from there to the PSN of bit 0, 16 bits signed
     * @param reflectedEntropy the UDP source port of the packet that caused this
     * @param bitmap what is received of 64 PSNs
     * @return bytes of the frame
     */
    public int writeSack(
            long frame,
            PeerHeader peer,
            int entropy,
            PacketFields fields,
            int cumulativePsn,
            int bitmapOffset,
            int reflectedEntropy,
            long bitmap) {
        long bth = beginControl(frame, peer, entropy, Opcode.SACK, fields, SackLayout.OFFSET + SackLayout.LENGTH);
        SackLayout.put(bth, cumulativePsn, bitmapOffset, reflectedEntropy, bitmap);
        return finish(frame, peer, SackLayout.OFFSET + SackLayout.LENGTH);
    }

    /**
     * Writes a NACK.
     *
     * @param frame address of the frame's first byte
     * @param peer where it goes
     * @param entropy the UDP source port
     * @param fields incarnations, queue pairs and PSN are used
     * @param reason a code of {@link NackReason}
     * @param reflectedEntropy the UDP source port of the packet that is refused
     * @param msn the message of that packet
     * @param information see {@link NackReason}
     * @return bytes of the frame
     */
    public int writeNack(
            long frame,
            PeerHeader peer,
            int entropy,
            PacketFields fields,
            int reason,
            int reflectedEntropy,
            int msn,
            int information) {
        long bth = beginControl(frame, peer, entropy, Opcode.NACK, fields, NackLayout.OFFSET + NackLayout.LENGTH);
        NackLayout.put(bth, reason, reflectedEntropy, msn, information);
        return finish(frame, peer, NackLayout.OFFSET + NackLayout.LENGTH);
    }

    /**
     * Writes a probe or the answer to one.
     *
     * @param frame address of the frame's first byte
     * @param peer where it goes
     * @param entropy the UDP source port
     * @param fields incarnations, queue pairs and PSN are used
     * @param answer whether this is an answer
     * @param nonce a probe's own, an answer repeats it
     * @return bytes of the frame
     */
    public int writeProbe(long frame, PeerHeader peer, int entropy, PacketFields fields, boolean answer, int nonce) {
        long bth = beginControl(frame, peer, entropy, Opcode.PROBE, fields, ProbeLayout.OFFSET + ProbeLayout.LENGTH);
        ProbeLayout.put(bth, answer, nonce);
        return finish(frame, peer, ProbeLayout.OFFSET + ProbeLayout.LENGTH);
    }

    private static long beginControl(
            long frame, PeerHeader peer, int entropy, int opcode, PacketFields fields, int coveredTransportBytes) {
        long bth = begin(frame, peer, entropy, fields.trafficClass, coveredTransportBytes);
        BthLayout.put(bth, opcode, 0, fields.destinationQp, false, fields.psn);
        putIdentity(IdentityLayout.ofControl(bth), fields);
        return bth;
    }

    /**
     * All before the BTH, whose address it returns. Before the payload, so that these small stores have left the store buffer when the ICRC reads them:
     * the processor does not forward them to wider loads.
     */
    private static long begin(long frame, PeerHeader peer, int entropy, int trafficClass, int coveredTransportBytes) {
        peer.copyTo(frame);
        long ip = frame + EthernetLayout.LENGTH;
        long udp = ip + peer.ipHeaderBytes();
        int udpBytes = UdpLayout.LENGTH + coveredTransportBytes + Icrc.LENGTH;
        peer.patchIp(ip, udpBytes, trafficClass);
        UdpLayout.putSourcePort(udp, entropy);
        UdpLayout.putLengthBytes(udp, udpBytes);
        return udp + UdpLayout.LENGTH;
    }

    private static void putIdentity(long identity, PacketFields fields) {
        IdentityLayout.put(identity, fields.destinationIncarnation, fields.sourceIncarnation, fields.sourceQp);
    }

    private static void putPad(long address, int pad) {
        for (int i = 0; i < pad; i++) {
            NativeMemory.putByte(address + i, (byte) 0);
        }
    }

    /** ICRC and, last because it covers the ICRC, the UDP checksum. */
    private int finish(long frame, PeerHeader peer, int coveredTransportBytes) {
        long ip = frame + EthernetLayout.LENGTH;
        int coveredBytes = peer.ipHeaderBytes() + UdpLayout.LENGTH + coveredTransportBytes;
        Icrc.put(ip + coveredBytes, icrc.compute(ip, peer.isIpv4(), coveredBytes));
        peer.patchUdpChecksum(ip + peer.ipHeaderBytes(), UdpLayout.LENGTH + coveredTransportBytes + Icrc.LENGTH);
        return EthernetLayout.LENGTH + coveredBytes + Icrc.LENGTH;
    }
}
