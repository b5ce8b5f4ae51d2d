package io.heliograph.transport.queue;

/**
 * A work request: 64 bytes, one cache line, native byte order.
 *
 * <pre>
 *  0  opcode (8)         WRITE or WRITE_IMM
 *  1  flags (8)          FENCED
 *  2  queue (16)         work queue
 *  4  peer (32)          destination, as numbered by addPeer
 *  8  local address (64)
 * 16  remote address (64)
 * 24  length (64)        bytes
 * 32  local key (32)     key of the source region
 * 36  remote key (32)
 * 40  immediate (32)
 * 44  reserved (32)
 * 48  cookie (64)
 * 56  reserved (64)
 * </pre>
 */
final class WorkRequestLayout {
    static final int BYTES = 64;

    static final int OPCODE = 0;
    static final int FLAGS = 1;
    static final int QUEUE = 2;
    static final int PEER = 4;
    static final int LOCAL_ADDRESS = 8;
    static final int REMOTE_ADDRESS = 16;
    static final int LENGTH = 24;
    static final int LOCAL_KEY = 32;
    static final int REMOTE_KEY = 36;
    static final int IMMEDIATE = 40;
    static final int COOKIE = 48;

    static final byte OPCODE_WRITE = 1;
    static final byte OPCODE_WRITE_IMM = 2;
    static final byte FLAG_FENCED = 1;

    private WorkRequestLayout() {}
}
