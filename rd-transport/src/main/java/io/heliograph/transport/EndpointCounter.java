package io.heliograph.transport;

/** What an endpoint counts, each with its meaning. The names are stable: tools and JSON use {@link #label()}. */
public enum EndpointCounter {
    /** Data packets sent, retransmissions included. */
    DATA_SENT("data_sent", "data packets sent, retransmissions included"),
    /** Payload bytes sent. */
    PAYLOAD_BYTES_SENT("payload_bytes_sent", "payload bytes sent, retransmissions included"),
    /** Retransmitted. */
    RETRANSMITTED("retransmitted", "data packets sent again"),
    /** Retransmissions because of SACKs. */
    LOST_BY_SACK("lost_by_sack", "packets found lost by SACK (R9.1)"),
    /** Retransmissions because of a timer. */
    LOST_BY_TIMER("lost_by_timer", "packets found lost by timer (R9.2)"),
    /** Retransmissions because of trim notices. */
    LOST_BY_TRIM("lost_by_trim", "packets found lost by trim notice (R9.3)"),
    /** Acknowledgements sent. */
    SACK_SENT("sack_sent", "SACKs sent"),
    /** Refusals sent. */
    NACK_SENT("nack_sent", "NACKs sent"),
    /** Probes sent. */
    PROBE_SENT("probe_sent", "probes and answers to probes sent"),
    /** Acknowledgements received. */
    SACK_RECEIVED("sack_received", "SACKs received and believed"),
    /** Refusals received. */
    NACK_RECEIVED("nack_received", "NACKs received and believed"),
    /** Accepted data packets. */
    DATA_ACCEPTED("data_accepted", "data packets accepted"),
    /** Placed payload bytes. */
    PAYLOAD_BYTES_PLACED("payload_bytes_placed", "payload bytes placed"),
    /** Duplicates. */
    DUPLICATE("duplicate", "data packets received already (R4.1)"),
    /** Packets of messages that are over. */
    STALE_MESSAGE("stale_message", "data packets of completed messages (R4.2)"),
    /** Beyond the window. */
    OUT_OF_WINDOW("out_of_window", "data packets beyond the receive window (R4.3)"),
    /** No slot. */
    NO_RESOURCE("no_resource", "immediates refused for want of a receive slot or relation (R7.1, R1.3)"),
    /** Access errors. */
    ACCESS_ERROR("access_error", "data packets refused for key, bounds, permission or message (R8)"),
    /** Earlier incarnations. */
    STALE_INCARNATION("stale_incarnation", "packets of an earlier incarnation (R1.5)"),
    /** Meant for a former self. */
    WRONG_DESTINATION("wrong_destination", "packets for another incarnation of this node (R1.6)"),
    /** Asked to show that they can be reached. */
    CHALLENGED("challenged", "data packets of strangers answered by a challenge (R1.9)"),
    /** Notices that nothing outstanding fits. */
    UNBELIEVED("unbelieved", "SACKs, NACKs and probes that fit nothing outstanding or no relation (R9.5)"),
    /** Trimmed. */
    TRIMMED("trimmed", "trimmed data packets received (R9.3)"),
    /** ICRC. */
    BAD_ICRC("bad_icrc", "frames with a wrong ICRC (R9.4)"),
    /** Malformed. */
    MALFORMED("malformed", "frames with malformed IP, UDP or transport headers (R2.2)"),
    /** Foreign. */
    FOREIGN("foreign", "frames that are not for this protocol, port or address (R2.2)"),
    /** Pauses. */
    PAUSE_RECEIVED("pause_received", "priority pause frames received (R12.6)"),
    /** Pauses asked for. */
    PAUSE_SENT("pause_sent", "priority pause frames sent (R12.7)"),
    /** Pauses that did not end. */
    PAUSE_STORMS("pause_storms", "pauses of a class cut short by the watchdog (R12.6)"),
    /** At another engine's port. */
    HANDED_OVER("handed_over", "frames that arrived at another engine than theirs (R10.3)"),
    /** Paths that lost something. */
    PATHS_SUSPECTED("paths_suspected", "times that a path was suspected of being dead (R11.5)"),
    /** Paths given up for now. */
    PATHS_ASSUMED_BAD("paths_assumed_bad", "times that a path was assumed bad (R11.6)"),
    /** Paths back in use. */
    PATHS_RETURNED("paths_returned", "times that a suspected or bad path was taken back (R11.7)"),
    /** Paths passed over. */
    PATHS_SKIPPED("paths_skipped", "times that a path was passed over for congestion (R11.4)"),
    /** Probes of paths. */
    PATH_PROBE_SENT("path_probe_sent", "probes sent to find out whether a path is dead, also counted in probe_sent"),
    /** Flows of a rate table that go to nobody; not a count of events, it goes down again. */
    RATE_FLOWS_UNKNOWN("rate_flows_unknown", "flows of the rate table to peers that nothing was sent to yet (R12.5)"),
    /** Relations begun. */
    RELATIONS("relations", "relations begun"),
    /** Peers lost. */
    PEERS_GONE("peers_gone", "peers found gone (R1.8)"),
    /** Peers restarted. */
    PEERS_RESTARTED("peers_restarted", "peers found restarted (R1.4 to R1.6)"),
    /** Strangers without a place. */
    STRANGERS_REFUSED(
            "strangers_refused",
            "data packets of unknown nodes refused because maxPeers are known, also counted in no_resource (R1.10)"),
    /** Packets that were late, not lost. */
    LOST_IN_VAIN("lost_in_vain", "packets found lost by SACK that are known to have arrived (R9.1)"),
    /** Packets sent again for want of an answer. */
    TAIL_PROBES("tail_probes", "packets sent again to learn what became of the last ones (R9.7)"),
    /** Packets that had arrived when they were sent again. */
    TAIL_PROBES_IN_VAIN("tail_probes_in_vain", "tail probes whose packet is known to have arrived before (R9.7)");

    private final String label;
    private final String meaning;

    EndpointCounter(final String label, final String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** Its place in an array of counters. */
    @SuppressWarnings("EnumOrdinal") // not stored anywhere
    public int index() {
        return ordinal();
    }

    /** Stable name. */
    public String label() {
        return label;
    }

    /** One line for people. */
    public String meaning() {
        return meaning;
    }
}
