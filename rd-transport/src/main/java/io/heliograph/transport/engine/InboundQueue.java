package io.heliograph.transport.engine;

/**
 * The messages that arrive from one work queue of one peer: counts their packets, keeps their immediates behind their bytes and fences, and
 * hands the ready ones out (PROTOCOL.md section 4.3).
 *
 * <p>A message's slot is its MSN modulo the number of slots: as many as were ever needed at once, a power of two up to the window.
 */
final class InboundQueue {
    /** The packet may be accepted. */
    static final int OK = 0;
    /** The message is complete (R4.2). */
    static final int COMPLETE = 1;
    /** No room for the message until immediates fire (R4.3). */
    static final int NO_ROOM = 2;
    /** N differs, or more packets than are missing (R8.4). */
    static final int MISMATCH = 3;

    private static final byte UNKNOWN = 0;
    private static final byte PARTIAL = 1;
    private static final byte FENCED = 2;
    private static final byte READY = 3;
    private static final byte DONE = 4;

    private static final byte HAS_IMMEDIATE = 1;
    private static final byte IS_FENCED = 2;
    private static final byte IS_VOID = 4;

    final Peer peer;
    final int queue;

    private static final int FIRST_SLOTS = 4;

    private final int windowMessages;
    /** Slots minus one. */
    private int mask;

    private byte[] states = new byte[FIRST_SLOTS];
    private byte[] flags = new byte[FIRST_SLOTS];
    private int[] packets = new int[FIRST_SLOTS];
    private int[] missing = new int[FIRST_SLOTS];
    /** The immediate; the horizon of a void one, whose immediate does not fire. */
    private int[] immediates = new int[FIRST_SLOTS];

    private long[] lengthsBytes = new long[FIRST_SLOTS];

    /** Every message before it is done. */
    private int firstUndone;
    /** Every message before it has all its packets (or is void): what fences look at. */
    private int firstIncomplete;
    /** Fenced messages up to here do not fire, if {@link #flushing}. */
    private int flushedThrough;

    private boolean flushing;
    private boolean waitingForSlot;

    /** Slots of messages whose immediates are ready. */
    private char[] ready = new char[FIRST_SLOTS];

    private int readyHead;
    private int readyTail;

    InboundQueue(Peer peer, int queue, int windowMessages) {
        this.peer = peer;
        this.queue = queue;
        this.windowMessages = windowMessages;
        mask = FIRST_SLOTS - 1;
    }

    /** The first MSN, if it is not 0; before anything is received. */
    void beginAt(int msn) {
        firstUndone = msn;
        firstIncomplete = msn;
    }

    /** Whether a packet of message {@code msn} of {@code count} packets, that stands for {@code covered}, may be accepted. */
    int check(int msn, int count, int covered) {
        int distance = msn - firstUndone;
        if (distance < 0) {
            return COMPLETE;
        }
        if (distance >= windowMessages) {
            return NO_ROOM;
        }
        int slot = msn & mask;
        return switch (hasSlot(msn) ? states[slot] : UNKNOWN) {
            case UNKNOWN -> covered >= 1 && covered <= count ? OK : MISMATCH;
            case PARTIAL -> packets[slot] == count && covered >= 1 && covered <= missing[slot] ? OK : MISMATCH;
            default -> COMPLETE;
        };
    }

    /** The packet count known for a message, 0 if none. */
    int knownPackets(int msn) {
        return !hasSlot(msn) || states[msn & mask] == UNKNOWN ? 0 : packets[msn & mask];
    }

    private boolean hasSlot(int msn) {
        return msn - firstUndone <= mask;
    }

    /** Counts a placed packet that {@link #check} found OK; returns whether it was the first (+1) or last (-1) of its message, the change in partial messages. */
    int accept(int msn, int count, int payloadBytes) {
        int change = begin(msn, count);
        lengthsBytes[msn & mask] += payloadBytes;
        return change + countDown(msn, 1);
    }

    /** As {@link #accept}, for the packet with the immediate. */
    int acceptImmediate(int msn, int count, int payloadBytes, int immediate, boolean fenced) {
        int change = begin(msn, count);
        int slot = msn & mask;
        lengthsBytes[slot] += payloadBytes;
        if ((flags[slot] & IS_VOID) == 0) {
            immediates[slot] = immediate;
        }
        flags[slot] |= (byte) (HAS_IMMEDIATE | (fenced ? IS_FENCED : 0));
        return change + countDown(msn, 1);
    }

    /** As {@link #accept}, for a VOID packet that stands for {@code covered}. */
    int acceptVoid(int msn, int count, int covered, int horizon) {
        int change = begin(msn, count);
        int slot = msn & mask;
        flags[slot] |= IS_VOID;
        immediates[slot] = horizon;
        return change + countDown(msn, covered);
    }

    private int begin(int msn, int count) {
        while (!hasSlot(msn) && mask + 1 < windowMessages) {
            grow();
        }
        int slot = msn & mask;
        if (states[slot] != UNKNOWN) {
            return 0;
        }
        states[slot] = PARTIAL;
        flags[slot] = 0;
        packets[slot] = count;
        missing[slot] = count;
        lengthsBytes[slot] = 0;
        return 1;
    }

    /** Twice as many slots, and never fewer again. */
    private void grow() {
        int slots = 2 * (mask + 1);
        for (int i = readyHead; i != readyTail; i++) {
            int msn = firstUndone + (ready[i & mask] - firstUndone & mask);
            ready[i & mask] = (char) (msn & slots - 1);
        }
        ready = Rings.grow(ready, readyHead & slots - 1, new char[slots]);
        int first = firstUndone & slots - 1;
        states = Rings.grow(states, first, new byte[slots]);
        flags = Rings.grow(flags, first, new byte[slots]);
        packets = Rings.grow(packets, first, new int[slots]);
        missing = Rings.grow(missing, first, new int[slots]);
        immediates = Rings.grow(immediates, first, new int[slots]);
        lengthsBytes = Rings.grow(lengthsBytes, first, new long[slots]);
        mask = slots - 1;
    }

    private int countDown(int msn, int covered) {
        int slot = msn & mask;
        missing[slot] -= covered;
        if (missing[slot] != 0) {
            return 0;
        }
        boolean fires = (flags[slot] & (HAS_IMMEDIATE | IS_VOID)) == HAS_IMMEDIATE;
        if (!fires) {
            states[slot] = DONE;
        } else if ((flags[slot] & IS_FENCED) != 0) {
            states[slot] = FENCED;
        } else {
            makeReady(msn);
        }
        passComplete();
        slide();
        return -1;
    }

    /** Moves the fence past whole messages: fenced immediates behind it become ready, or are flushed (R5.2, R5.3). */
    private void passComplete() {
        while (isWhole(firstIncomplete)) {
            int slot = firstIncomplete & mask;
            if ((flags[slot] & IS_VOID) != 0) {
                boolean further = !flushing || immediates[slot] - flushedThrough > 0;
                flushedThrough = further ? immediates[slot] : flushedThrough;
                flushing = true;
            } else if (states[slot] == FENCED) {
                if (flushing && firstIncomplete - flushedThrough <= 0) {
                    states[slot] = DONE;
                } else {
                    makeReady(firstIncomplete);
                }
            }
            if (flushing && firstIncomplete == flushedThrough) {
                flushing = false;
            }
            firstIncomplete++;
        }
    }

    private boolean isWhole(int msn) {
        return hasSlot(msn) && states[msn & mask] >= FENCED;
    }

    private void makeReady(int msn) {
        states[msn & mask] = READY;
        ready[readyTail++ & mask] = (char) (msn & mask);
    }

    private void slide() {
        while (firstUndone != firstIncomplete && states[firstUndone & mask] == DONE) {
            states[firstUndone++ & mask] = UNKNOWN;
        }
    }

    /** Whether the receiver holds the queue in its list of those that wait for a receive slot. */
    boolean isWaitingForSlot() {
        return waitingForSlot;
    }

    void waitingForSlot(boolean value) {
        waitingForSlot = value;
    }

    /** The relation ended: what waits does not fire. */
    void abandon() {
        readyHead = readyTail;
    }

    /**
     * Whether no message is partly received or waits for a receive slot. What waits for an earlier message, of which nothing came, is not looked at: its sender has not
     * been told that it succeeded, and asks again if it lives.
     */
    boolean isClean() {
        for (byte state : states) {
            if (state == PARTIAL || state == READY) {
                return false;
            }
        }
        return true;
    }

    boolean hasReady() {
        return readyHead != readyTail;
    }

    /** The immediate that became ready first. */
    int readyImmediate() {
        return immediates[ready[readyHead & mask]];
    }

    /** Length of its message. */
    long readyLengthBytes() {
        return lengthsBytes[ready[readyHead & mask]];
    }

    /** The immediate that became ready first was fired. */
    void fired() {
        states[ready[readyHead++ & mask]] = DONE;
        slide();
    }
}
