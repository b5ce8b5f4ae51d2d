package io.heliograph.transport;

/** How packets are sprayed over the paths to a peer (R11). */
public enum PathSpray {
    /** All paths in turn, whatever becomes of the packets. */
    OBLIVIOUS,
    /** The paths that look good in turn; those that look bad are left, probed, and taken back. */
    ADAPTIVE
}
