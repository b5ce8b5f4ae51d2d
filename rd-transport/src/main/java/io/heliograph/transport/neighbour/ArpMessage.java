package io.heliograph.transport.neighbour;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.wire.EthernetLayout;

/**
 * ARP for IPv4 over Ethernet, RFC 826.
 *
 * <pre>
 *  0 destination (48) | source (48) | type 0x0806 (16)
 * 14 hardware space 1 (16) | protocol space 0x0800 (16) | lengths 6 and 4 (8 each) | opcode (16)
 * 22 sender MAC (48) | sender IP (32) | target MAC (48) | target IP (32)
 * </pre>
 *
 * <p>Offsets are from the Ethernet header; nothing is checked but by {@link #isWellFormed}.
 */
final class ArpMessage {
    static final int ETHER_TYPE = 0x0806;
    static final int REQUEST = 1;
    static final int REPLY = 2;
    /** The least Ethernet frame without FCS; the message ends at 42. */
    static final int FRAME_BYTES = 60;

    private static final int END = 42;
    private static final int SPACES = 14;
    private static final int OPCODE = 20;
    private static final int SENDER_MAC = 22;
    private static final int SENDER_IP = 28;
    private static final int TARGET_MAC = 32;
    private static final int TARGET_IP = 38;
    private static final long SPACES_AND_LENGTHS = 0x0001_0800_0604L;

    private ArpMessage() {}

    /** Whether the frame, of EtherType ARP, is as long and has the spaces and the sender that it should. */
    static boolean isWellFormed(long data, int lengthBytes) {
        if (lengthBytes < END || NativeMemory.getLongBigEndian(data + SPACES) >>> 16 != SPACES_AND_LENGTHS) {
            return false;
        }
        int opcode = opcode(data);
        long senderMac = senderMac(data);
        return (opcode == REQUEST || opcode == REPLY)
                && Ethernet.isStation(senderMac)
                && senderMac == EthernetLayout.source(data);
    }

    static int opcode(long data) {
        return NativeMemory.getUnsignedShortBigEndian(data + OPCODE);
    }

    static long senderMac(long data) {
        return Ethernet.mac(data + SENDER_MAC);
    }

    static int senderIp(long data) {
        return NativeMemory.getIntBigEndian(data + SENDER_IP);
    }

    static int targetIp(long data) {
        return NativeMemory.getIntBigEndian(data + TARGET_IP);
    }

    /** Writes a frame of {@link #FRAME_BYTES} bytes and returns that. */
    static int write(
            long data, int opcode, long destinationMac, long senderMac, int senderIp, long targetMac, int targetIp) {
        EthernetLayout.put(data, destinationMac, senderMac, ETHER_TYPE);
        NativeMemory.putIntBigEndian(data + SPACES, (int) (SPACES_AND_LENGTHS >>> 16));
        NativeMemory.putShortBigEndian(data + SPACES + 4, (short) SPACES_AND_LENGTHS);
        NativeMemory.putShortBigEndian(data + OPCODE, (short) opcode);
        Ethernet.mac(data + SENDER_MAC, senderMac);
        NativeMemory.putIntBigEndian(data + SENDER_IP, senderIp);
        Ethernet.mac(data + TARGET_MAC, targetMac);
        NativeMemory.putIntBigEndian(data + TARGET_IP, targetIp);
        NativeMemory.putLong(data + END, 0);
        NativeMemory.putLong(data + END + 8, 0);
        NativeMemory.putShort(data + END + 16, (short) 0);
        return FRAME_BYTES;
    }
}
