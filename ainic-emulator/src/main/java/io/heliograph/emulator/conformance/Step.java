package io.heliograph.emulator.conformance;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of a scripted scenario: what the bench does, or what it expects. */
sealed interface Step {
    /** File and line. */
    String where();

    /** The rule that a failure breaks; empty for the scenario's first. */
    String rule();

    /**
     * Frames to the device, one after the other.
     *
     * @param burst if not null, the packets so many times, with {@code i} counting, all of them before the device looks
     */
    record Send(
            String where,
            String rule,
            Expression from,
            List<PacketPlan> packets,
            @Nullable Expression burst) implements Step {}

    /** The next packet of a kind for a peer. */
    record Expect(
            String where,
            String rule,
            Expression to,
            PacketMatch packet,
            @Nullable Expression after,
            @Nullable Expression before,
            Map<PacketField, String> saves)
            implements Step {}

    /** SACKs that together tell of exactly these PSNs. */
    record Ack(String where, String rule, Expression to, Expression engine, PsnSet told, PacketMatch packet)
            implements Step {}

    /** Nothing is sent for a time; without one, for as long as the device takes for what it does at once. */
    record Quiet(String where, String rule, @Nullable Expression time, boolean strict, boolean allowsAgain)
            implements Step {}

    /** Time passes; what comes is kept. */
    record Wait(String where, String rule, Expression time) implements Step {}

    /** What came so far is not looked at. */
    record Forget(String where, String rule) implements Step {}

    /** WRITEs of the device's application. */
    record Post(String where, String rule, List<WritePlan> writes) implements Step {}

    /**
     * A WRITE.
     *
     * @param to number of the peer
     * @param at offset in the source and behind the remote address
     */
    record WritePlan(
            int to,
            Expression queue,
            Expression at,
            Expression length,
            @Nullable Expression immediate,
            boolean fenced,
            Expression cookie) {}

    /** What the application is told next. */
    record Completions(
            String where,
            String rule,
            List<CompletionMatch> expected,
            boolean ordered,
            @Nullable Expression within) implements Step {}

    /** Some bytes of a region changed, and nothing else in any. */
    record Memory(String where, String rule, List<Patch> patches) implements Step {}

    /** Bytes that a region must hold from now on. */
    record Patch(Expression address, PayloadPlan bytes) {}

    /** Another region. */
    record Register(String where, String rule, String name, boolean writable) implements Step {}

    /** The region is taken back. */
    record Deregister(String where, String rule, String name) implements Step {}

    /** A peer begins anew. */
    record Incarnation(String where, String rule, int peer, Expression value) implements Step {}

    /** A name gets a value. */
    record Let(String where, String rule, String name, Expression value) implements Step {}

    /** A rate table: the rate of each class to the first peer, in bit/s; none takes it away. */
    record Rates(String where, String rule, Map<Integer, Expression> ratesByClass) implements Step {}

    /** A path is denied to the first peer. */
    record Deny(String where, String rule, Expression entropy) implements Step {}

    /** A priority pause frame for classes, for a time in microseconds. */
    record Pause(String where, String rule, Expression classes, Expression microseconds) implements Step {}

    /** Steps again and again. */
    record Repeat(String where, String rule, Expression times, String as, List<Step> steps) implements Step {}
}
