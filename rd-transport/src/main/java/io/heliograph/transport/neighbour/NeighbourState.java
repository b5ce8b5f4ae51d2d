package io.heliograph.transport.neighbour;

/** What is known of a neighbour. The machine is {@link Neighbours}; ordinals are stored. */
enum NeighbourState {
    /** Not in the table. */
    UNKNOWN,
    /** Given by the user; never asked for, never changed. */
    STATIC,
    /** Being asked for; no address yet. */
    ASKED,
    /** Answered, or asked us. */
    REACHABLE,
    /** Answered a while ago and being asked again; the old address is used meanwhile. */
    PROBED,
    /** Asked for in vain; not asked again for a while. */
    FAILED
}
