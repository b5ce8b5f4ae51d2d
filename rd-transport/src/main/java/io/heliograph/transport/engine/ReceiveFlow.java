package io.heliograph.transport.engine;

/** The PSNs received from one engine of one peer, and which of them are still to be acknowledged (R4, R6.5). */
final class ReceiveFlow {
    /** The PSN is in the window and new. */
    static final int NEW = 0;
    /** Received before. */
    static final int DUPLICATE = 1;
    /** Beyond the window. */
    static final int BEYOND = 2;

    final Lane lane;
    final int sourceEngine;
    /** What it belongs to: where that is not the peer's any more, the relation ended. */
    final Inbound inbound;

    private final int mask;
    private final long[] received;
    private int cumulativePsn;

    private boolean acknowledgementDue;
    private int ackFirst;
    private int ackLast;
    private boolean causeIsNew;
    private int causePsn;
    private int causeEntropy;
    private int causeQueue;

    ReceiveFlow(Lane lane, Inbound inbound, int sourceEngine, int windowPackets) {
        this.lane = lane;
        this.inbound = inbound;
        this.sourceEngine = sourceEngine;
        mask = windowPackets - 1;
        received = new long[windowPackets / Long.SIZE];
    }

    /** The first PSN, if it is not 0; before anything is received. */
    void beginAt(int psn) {
        cumulativePsn = psn;
    }

    int classify(int psn) {
        int distance = Psn.distance(psn, cumulativePsn);
        if (distance < 0) {
            return DUPLICATE;
        }
        if (distance > mask) {
            return BEYOND;
        }
        return (received[(psn & mask) >> 6] & 1L << psn) == 0 ? NEW : DUPLICATE;
    }

    void accept(int psn) {
        received[(psn & mask) >> 6] |= 1L << psn;
        while ((received[(cumulativePsn & mask) >> 6] & 1L << cumulativePsn) != 0) {
            received[(cumulativePsn & mask) >> 6] &= ~(1L << cumulativePsn);
            cumulativePsn = Psn.add(cumulativePsn, 1);
        }
    }

    /**
     * Notes that a PSN is to be acknowledged; returns whether it is the first since the last acknowledgement. A duplicate is not named as the cause if something new came, too: where a packet and its
     * copy were both waiting, the sender learns that the first of them had arrived.
     */
    boolean noteAcknowledgement(int psn, int entropy, int sourceQueue, boolean isNew) {
        boolean first = !acknowledgementDue;
        // However far before the cumulative one it is: those need no bit.
        int told = Psn.distance(psn, cumulativePsn) < 0 ? Psn.add(cumulativePsn, -1) : psn;
        if (first || Psn.distance(told, ackFirst) < 0) {
            ackFirst = told;
        }
        if (first || Psn.distance(told, ackLast) > 0) {
            ackLast = told;
        }
        if (first || isNew || !causeIsNew) {
            causePsn = psn;
            causeEntropy = entropy;
            causeQueue = sourceQueue;
            causeIsNew = isNew;
        }
        acknowledgementDue = true;
        return first;
    }

    boolean acknowledgementDue() {
        return acknowledgementDue;
    }

    /**
     * The PSN of bit 0 of the next SACK; after the caller sent it, {@link #acknowledged} moves on. PSNs before the cumulative one need no bit, so one
     * SACK tells all of a burst that came in order.
     */
    int nextBitmapPsn() {
        return Psn.distance(ackFirst, cumulativePsn) < 0 ? cumulativePsn : ackFirst;
    }

    /** Notes that a SACK with a bitmap from {@code bitmapPsn} on was sent. */
    void acknowledged(int bitmapPsn) {
        ackFirst = Psn.add(bitmapPsn, Long.SIZE);
        acknowledgementDue = Psn.distance(ackFirst, ackLast) <= 0;
    }

    int cumulativePsn() {
        return cumulativePsn;
    }

    int causePsn() {
        return causePsn;
    }

    int causeEntropy() {
        return causeEntropy;
    }

    int causeQueue() {
        return causeQueue;
    }

    /** The received bits of 64 PSNs from one in the window on; PSNs beyond the window are 0. */
    long bitmap(int fromPsn) {
        int word = (fromPsn & mask) >> 6;
        int shift = fromPsn & 63;
        long bits = received[word] >>> shift;
        if (shift != 0) {
            bits |= received[word + 1 & mask >> 6] << -shift;
        }
        int inWindow = mask + 1 - Psn.distance(fromPsn, cumulativePsn);
        return inWindow >= Long.SIZE ? bits : bits & (1L << inWindow) - 1;
    }
}
