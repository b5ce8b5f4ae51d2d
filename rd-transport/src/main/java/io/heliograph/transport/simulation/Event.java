package io.heliograph.transport.simulation;

/** One thing that happens in a scenario. Events happen in their order; time passes only in {@link Wait}. Nodes are numbered from 0. */
public sealed interface Event {
    /** How likely a {@link Faults} value of this many is: always. */
    int ALWAYS = 1024;

    /** What a post asks for. */
    enum Operation {
        /** WRITE. */
        WRITE,
        /** WRITE-with-IMM. */
        IMMEDIATE,
        /** WRITE-with-IMM, fenced. */
        FENCED
    }

    /** Where a post points to. */
    enum Aim {
        /** Into the target region. */
        TARGET,
        /** There, with a key that no region has. */
        WRONG_KEY,
        /** Across the end of the target region, or in front of it. */
        OUT_OF_BOUNDS,
        /** Into a region that peers may not write to. */
        READ_ONLY,
        /** Into a part of the target region where others that are under way write, too. */
        OVERLAP
    }

    /** Time passes: {@code ns} nanoseconds. */
    record Wait(long ns) implements Event {}

    /** An application posts; nothing happens if its ring or the target region is full. */
    record Post(int from, int to, int queue, int lengthBytes, Operation operation, Aim aim) implements Event {}

    /**
     * From now on frames between two nodes meet these faults, each so many times in {@value #ALWAYS}.
     *
     * @param loss lost
     * @param duplicate delivered twice
     * @param corrupt delivered with one bit flipped
     * @param trim cut to its headers
     * @param delay delivered up to {@code delayNs} late
     */
    record Faults(int from, int to, int loss, int duplicate, int corrupt, int trim, int delay, long delayNs)
            implements Event {}

    /** The next frames between two nodes are lost, all of them. */
    record LossBurst(int from, int to, int frames) implements Event {}

    /** Of the frames between two nodes, so many in {@value #ALWAYS} arrive a second time, {@code laterNs} to twice that later. */
    record LateCopies(int from, int to, int likelihood, long laterNs) implements Event {}

    /** One path between two nodes loses everything from now on, or works again. */
    record PathDead(int from, int to, int path, boolean dead) implements Event {}

    /** Every frame on one path to a node takes this much longer from now on. */
    record PathDelay(int to, int path, long extraNs) implements Event {}

    /** A node's operator denies one of its paths to another, counted from the first entropy value, or permits it again; nothing happens at a node that knows nobody. */
    record PathDenied(int node, int to, int path, boolean denied) implements Event {}

    /** A node's engines run no duty cycle from now on, or run again. */
    record EngineStall(int node, boolean stalled) implements Event {}

    /** A node's application polls nothing from now on, so that its receive slots fill, or polls again. */
    record PollStall(int node, boolean stalled) implements Event {}

    /** A node's process ends without a word and begins anew, with a later incarnation and new keys. */
    record Restart(int node) implements Event {}

    /** A node deregisters its target region and registers it again: the old key means nothing from now on. */
    record RotateKey(int node) implements Event {}

    /** A node deregisters the region it sends from and registers it again: what is being sent must not be read any more. */
    record RotateSource(int node) implements Event {}

    /** A node's clock jumps, forwards or backwards. */
    record ClockJump(int node, long ns) implements Event {}

    /**
     * A node loads a rate table; nothing happens under other rate policies. It lists a flow of class 0 to each other node, one to a node that does not exist
     * and one from there.
     *
     * @param listedBitsPerSecond of the listed flows in the first half of their period
     * @param laterBitsPerSecond in the second half; may be 0
     * @param otherBitsPerSecond of all other flows
     * @param periodNs of the listed flows
     * @param startsInNs when it begins; a negative time lies in the past
     */
    record LoadRates(
            int node,
            long listedBitsPerSecond,
            long laterBitsPerSecond,
            long otherBitsPerSecond,
            long periodNs,
            long startsInNs)
            implements Event {}

    /** A node takes its rate table away. */
    record UnloadRates(int node) implements Event {}

    /** The link of a node pauses some classes, a bit for each, for {@code ns}; the node listens to that if it has flow control. */
    record Pause(int node, int classes, long ns) implements Event {}
}
