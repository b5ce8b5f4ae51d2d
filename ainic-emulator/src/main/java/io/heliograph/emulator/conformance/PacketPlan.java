package io.heliograph.emulator.conformance;

import java.util.List;
import java.util.Map;

/**
 * A packet that the bench sends: what it says, and what happens to its frame on the way.
 *
 * @param kind what it is
 * @param fields what is said; the rest has defaults
 * @param payload data packets
 * @param damage in this order
 */
record PacketPlan(WireKind kind, Map<PacketField, Expression> fields, PayloadPlan payload, List<Damage> damage) {
    /** Something that is done to a frame. */
    sealed interface Damage {
        /** Ends after so many bytes; lengths stay as they were. */
        record Cut(Expression bytes) implements Damage {}

        /** Ends after so many bytes, as a switch trims. */
        record Trim(Expression bytes) implements Damage {}

        /** A bit is turned. */
        record Flip(Expression index, Expression bit) implements Damage {}

        /** A byte is another. */
        record Put(Expression index, Expression value) implements Damage {}

        /** Bytes behind the end. */
        record Pad(Expression bytes) implements Damage {}

        /** The ICRC is put right again. */
        record Sign() implements Damage {}
    }
}
