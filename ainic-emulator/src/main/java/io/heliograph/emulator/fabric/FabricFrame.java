package io.heliograph.emulator.fabric;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Frame;

/**
 * What switches need to know of a frame, in the gaps that {@link Frame} leaves in its header: one cache line holds both, and no switch touches the frame's bytes
 * unless it changes them.
 *
 * <pre>
 *  8  next frame (64)        of the queue or wire that holds it
 * 18  class (8)              priority, 0 to 7
 * 19  flags (8)
 * 20  wire bytes (32)        what it takes of a line
 * 24  time (64)              when it arrives at the end of a wire, or when it was queued
 * 32  flow hash (32)         of addresses, protocol and ports, the entropy among them
 * 42  ingress port (16)      by which the switch that holds it got it
 * 44  destination (32)       number of the host that its address belongs to, or -1
 * 48  IP header (16)         where it starts, from the first byte of the frame; 0 if there is none
 * 50  payload bytes (16)     of an AINIC data packet
 * 56  id (64)                counts what hosts sent, from 1; 0 for frames of switches
 * </pre>
 *
 * <p>Written once where a host hands the frame to its link ({@link FrameReader}), changed by switches that trim or mark. Nothing here checks anything.
 */
public final class FabricFrame {
    /** An AINIC data packet: may be trimmed, may be marked. */
    public static final int DATA = 1;
    /** Trimmed on its way. */
    public static final int TRIMMED = 2;
    /** The IP header says that its transport understands congestion marks. */
    public static final int ECN_CAPABLE = 4;
    /** Marked on its way. */
    public static final int MARKED = 8;
    /** Bits were changed on its way. */
    public static final int CORRUPTED = 16;
    /** A priority pause frame: goes no further than the link. */
    public static final int PAUSE = 32;

    private static final int NEXT = 8;
    private static final int CLASS = 18;
    private static final int FLAGS = 19;
    private static final int WIRE_BYTES = 20;
    private static final int TIME = 24;
    private static final int FLOW_HASH = 32;
    private static final int INGRESS = 42;
    private static final int DESTINATION = 44;
    private static final int IP_OFFSET = 48;
    private static final int PAYLOAD_BYTES = 50;
    private static final int ID = 56;

    private FabricFrame() {}

    static long next(long frame) {
        return NativeMemory.getLong(frame + NEXT);
    }

    static void next(long frame, long value) {
        NativeMemory.putLong(frame + NEXT, value);
    }

    /** Priority, 0 to 7. */
    public static int trafficClass(long frame) {
        return NativeMemory.getByte(frame + CLASS);
    }

    static void trafficClass(long frame, int value) {
        NativeMemory.putByte(frame + CLASS, (byte) value);
    }

    /** Any of {@link #DATA}, {@link #TRIMMED} and so on. */
    public static int flags(long frame) {
        return NativeMemory.getByte(frame + FLAGS);
    }

    static void flags(long frame, int value) {
        NativeMemory.putByte(frame + FLAGS, (byte) value);
    }

    /** Whether one of some flags is set. */
    public static boolean is(long frame, int flags) {
        return (flags(frame) & flags) != 0;
    }

    /** What it takes of a line, in bytes. */
    public static int wireBytes(long frame) {
        return NativeMemory.getInt(frame + WIRE_BYTES);
    }

    static void wireBytes(long frame, int value) {
        NativeMemory.putInt(frame + WIRE_BYTES, value);
    }

    static long timePs(long frame) {
        return NativeMemory.getLong(frame + TIME);
    }

    static void timePs(long frame, long value) {
        NativeMemory.putLong(frame + TIME, value);
    }

    /** What switches choose among equal paths by, before each mixes in its own seed. */
    public static int flowHash(long frame) {
        return NativeMemory.getInt(frame + FLOW_HASH);
    }

    static void flowHash(long frame, int value) {
        NativeMemory.putInt(frame + FLOW_HASH, value);
    }

    static int ingress(long frame) {
        return NativeMemory.getShort(frame + INGRESS);
    }

    static void ingress(long frame, int value) {
        NativeMemory.putShort(frame + INGRESS, (short) value);
    }

    /** Number of the host that it goes to; -1 if nobody has that address. */
    public static int destination(long frame) {
        return NativeMemory.getInt(frame + DESTINATION);
    }

    static void destination(long frame, int value) {
        NativeMemory.putInt(frame + DESTINATION, value);
    }

    /** Where the IP header starts, from the first byte of the frame; 0 if there is none. */
    public static int ipOffset(long frame) {
        return NativeMemory.getShort(frame + IP_OFFSET);
    }

    static void ipOffset(long frame, int value) {
        NativeMemory.putShort(frame + IP_OFFSET, (short) value);
    }

    /** Payload bytes of an AINIC data packet as it was sent; 0 for all others. */
    public static int payloadBytes(long frame) {
        return NativeMemory.getUnsignedShort(frame + PAYLOAD_BYTES);
    }

    static void payloadBytes(long frame, int value) {
        NativeMemory.putShort(frame + PAYLOAD_BYTES, (short) value);
    }

    /** Counts what hosts sent, from 1, in the order of sending; 0 for frames that switches made. */
    public static long id(long frame) {
        return NativeMemory.getLong(frame + ID);
    }

    static void id(long frame, long value) {
        NativeMemory.putLong(frame + ID, value);
    }
}
