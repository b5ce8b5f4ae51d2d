package io.heliograph.transport.verbs;

/** What the rendezvous has to tell; called on the thread of doWork, when that asks. */
interface Outcomes {
    /**
     * A queue pair to a peer is ready.
     *
     * @param incarnation the peer's
     * @param reason why the write was refused that the initiation asked about
     */
    void connected(Initiation initiation, int incarnation, int reason);

    /** The peer, or the way there, closed the connection of a queue pair. */
    void ended(Initiation initiation);

    /** A peer made a queue pair to write through. */
    void accepted(ReceiveLane lane, int incarnation);

    /** The peer closed the connection of its queue pair, which fails now. */
    void ended(ReceiveLane lane);
}
