package io.heliograph.collectives.algorithm;

/**
 * One thing that one rank does with one chunk. Places that a kind does not have are {@link Place#RECEIVED}.
 *
 * @param kind what
 * @param peer the other rank; {@link #NO_PEER} if there is none
 * @param left what is sent, copied, finished, or the left operand of a reduction
 * @param right the right operand of a reduction
 * @param to where the result goes
 */
public record Step(Kind kind, int peer, Place left, Place right, Place to) {
    /** Of a step that is nobody else's business. */
    public static final int NO_PEER = -1;

    /** What a step does. */
    public enum Kind {
        /** {@code left} goes to the peer; the step is over when it is on its way. */
        SEND,
        /** The next chunk from the peer is put at {@code to}. */
        RECEIVE,
        /** {@code to} becomes {@code left} combined with {@code right}; either may be what the peer sends. */
        REDUCE,
        /** {@code to} becomes {@code left}. */
        COPY,
        /** {@code left} holds the contributions of all ranks: an average is divided. */
        FINISH
    }

    /** Sends to a rank. */
    public static Step send(int peer, Place from) {
        return new Step(Kind.SEND, peer, from, Place.RECEIVED, Place.RECEIVED);
    }

    /** Receives from a rank. */
    public static Step receive(int peer, Place to) {
        return new Step(Kind.RECEIVE, peer, Place.RECEIVED, Place.RECEIVED, to);
    }

    /** Receives the left operand from a rank. */
    public static Step reduceLeft(int peer, Place right, Place to) {
        return new Step(Kind.REDUCE, peer, Place.RECEIVED, right, to);
    }

    /** Receives the right operand from a rank. */
    public static Step reduceRight(int peer, Place left, Place to) {
        return new Step(Kind.REDUCE, peer, left, Place.RECEIVED, to);
    }

    /** Combines two chunks that are here. */
    public static Step reduce(Place left, Place right, Place to) {
        return new Step(Kind.REDUCE, NO_PEER, left, right, to);
    }

    /** Copies a chunk. */
    public static Step copy(Place from, Place to) {
        return new Step(Kind.COPY, NO_PEER, from, Place.RECEIVED, to);
    }

    /** Ends the reduction of a chunk, in its place. */
    public static Step finish(Place place) {
        return new Step(Kind.FINISH, NO_PEER, place, Place.RECEIVED, place);
    }

    /** Whether it takes a chunk from the peer. */
    public boolean receives() {
        return kind == Kind.RECEIVE || (kind == Kind.REDUCE && peer != NO_PEER);
    }

    /** Whether it writes to {@link #to}. */
    public boolean writes() {
        return kind != Kind.SEND;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case SEND -> "send " + left + " to rank " + peer;
            case RECEIVE -> "receive " + to + " from rank " + peer;
            case REDUCE -> to + " = " + left + " + " + right + (peer == NO_PEER ? "" : " from rank " + peer);
            case COPY -> to + " = " + left;
            case FINISH -> "finish " + left;
        };
    }
}
