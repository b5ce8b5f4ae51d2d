package io.heliograph.transport.port;

/** Whether frames can get anywhere. */
public enum LinkState {
    /** Frames come and go. */
    UP,
    /** No carrier, or nobody attached to the other side yet. */
    DOWN,
    /** The process on the other side was there and ended without detaching. */
    PEER_DIED
}
