package io.heliograph.transport.wire;

/** The BTH opcodes of this protocol. Source: IBTA 1.4 table 38; 0xC0 to 0xFF are the manufacturer's. */
public final class Opcode {
    /** RD RDMA WRITE ONLY. */
    public static final int WRITE = 0x4A;
    /** RD RDMA WRITE ONLY with Immediate. */
    public static final int WRITE_IMMEDIATE = 0x4B;
    /** Selective acknowledgement. */
    public static final int SACK = 0xFC;
    /** Refusal. */
    public static final int NACK = 0xFD;
    /** Probe or its answer. */
    public static final int PROBE = 0xFE;

    private Opcode() {}

    /** Whether this is a packet that carries a part of a message. */
    public static boolean isData(int opcode) {
        return (opcode & ~1) == WRITE;
    }

    /** A name for people and tools. */
    public static String name(int opcode) {
        return switch (opcode) {
            case WRITE -> "WRITE";
            case WRITE_IMMEDIATE -> "WRITE_IMMEDIATE";
            case SACK -> "SACK";
            case NACK -> "NACK";
            case PROBE -> "PROBE";
            default -> "0x%02X".formatted(opcode);
        };
    }
}
