package io.heliograph.collectives.planning.rates;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part of an iteration in which the same flows are there.
 *
 * @param label what it is about
 * @param computeNs how long ranks compute in it
 * @param bytes payload of each flow
 * @param shape how its messages follow each other
 */
record Slot(String label, long computeNs, Map<Flow, Double> bytes, Shape shape) {

    /**
     * How the messages of a slot follow each other.
     *
     * @param messages of a rank, computation being spread evenly in front of them
     * @param rounds of all of them together: how often somebody waits for what another sent
     * @param roundBytes of payload that a rank sends in a round, on average
     * @param overlap what ranks do while a message is under way
     * @param isSerial whether its flows are there one after another, in an order that is not known: all passes of a pipeline
     */
    record Shape(long messages, long rounds, double roundBytes, Overlap overlap, boolean isSerial) {
        /** Flows that are there together. */
        Shape(long messages, long rounds, double roundBytes, Overlap overlap) {
            this(messages, rounds, roundBytes, overlap, false);
        }

        /** Computation alone. */
        static final Shape NONE = new Shape(1, 0, 0, Overlap.NONE);
    }

    /** What ranks do while a message is under way. */
    enum Overlap {
        /** They wait for it. */
        NONE,
        /** They compute what is in front of the next message. */
        NEXT,
        /** They go on until the optimiser's step. */
        STEP
    }

    /** Takes over a copy. */
    Slot {
        bytes = Collections.unmodifiableMap(new LinkedHashMap<>(bytes));
    }

    /** Computation alone. */
    static Slot computation(String label, long ns) {
        return new Slot(label, ns, Map.of(), Shape.NONE);
    }

    /** For how long those who send wait for what is under way, all rounds together: around a ring as long as its links take on average, in one round as the slowest does. */
    double latencyNs(FabricRoutes fabric) {
        double packetBytes = Wire.lastPacketBytes(shape.roundBytes());
        double sum = 0;
        double most = 0;
        for (Flow flow : bytes.keySet()) {
            double ns = fabric.latencyNs(flow, packetBytes);
            sum += ns;
            most = Math.max(most, ns);
        }
        boolean isRing = shape.rounds() > shape.messages();
        double each = isRing && !bytes.isEmpty() ? sum / bytes.size() : most;
        return each * shape.rounds();
    }
}
