package io.heliograph.emulator.conformance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scenario in which the device and a correct endpoint write to each other, and a switch in between does to packets what a list of events says, as Lumina does in hardware (Yu et al., SIGCOMM 2023).
 * What passes the device's port is judged, and what the applications see.
 *
 * @param delay of the cable, each way
 * @param operations what is written
 * @param events what happens to packets, by flow, PSN and iteration
 * @param noise what else happens, by chance; parts of a million
 * @param done by when all posts must have completed
 * @param counts how often packets must have been sent
 * @param rate of the device's class 0 to its peer in bit/s; null for line rate
 */
record LinkPlan(
        Expression delay,
        List<Operation> operations,
        List<Event> events,
        Noise noise,
        Expression done,
        List<Count> counts,
        @Nullable Expression rate)
        implements Scenario.Body {
    /** What an event does. */
    enum Deed {
        DROP,
        DUPLICATE,
        DELAY,
        CORRUPT,
        TRIM,
        FORGE
    }

    /**
     * WRITEs.
     *
     * @param fromDevice who writes
     * @param count how many
     * @param least and most bytes of each
     * @param immediates one of so many WRITEs has an immediate; 0 for none
     * @param fenced whether immediates are fenced
     * @param queues how many work queues take turns
     */
    record Operation(
            boolean fromDevice,
            Expression count,
            Expression least,
            Expression most,
            int immediates,
            boolean fenced,
            int queues) {}

    /**
     * Something that happens to one transmission of a packet.
     *
     * @param kind of packet
     * @param iteration the how manieth transmission of that PSN, from 1; 0 for every one
     * @param value of the deed: time, bytes or bit
     * @param forged FORGE: a packet that is sent to the receiver in front of it, as if from the sender
     */
    record Event(
            String where,
            boolean fromDevice,
            WireKind kind,
            long engine,
            @Nullable PsnSet psns,
            int iteration,
            Deed deed,
            Expression value,
            @Nullable PacketPlan forged) {}

    /** Chance of each packet, in parts of a million. */
    record Noise(int loss, int duplicate, int delay, int corrupt, int trim) {
        static final Noise NONE = new Noise(0, 0, 0, 0, 0);
    }

    /** How often the packets with these PSNs are sent, each. */
    record Count(String where, String rule, boolean fromDevice, PsnSet psns, int least, int most) {}
}
