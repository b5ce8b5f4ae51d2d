package io.heliograph.transport.neighbour;

/** What {@link Neighbours} counts. The names are stable. */
public enum NeighbourCounter {
    /** Requests written. */
    REQUESTS_SENT("requests_sent", "ARP requests and neighbour solicitations sent"),
    /** Answers written. */
    ANSWERS_SENT("answers_sent", "ARP replies and neighbour advertisements sent"),
    /** Learned from an answer to a request. */
    LEARNED_BY_ANSWER("learned_by_answer", "addresses learned from answers to what was asked"),
    /** Learned from a request that was directed to us. */
    LEARNED_BY_REQUEST("learned_by_request", "addresses learned from requests directed to us"),
    /** Given up. */
    GIVEN_UP("given_up", "addresses that nobody answered for"),
    /** Not believed. */
    UNASKED("unasked", "answers to what was not asked, ignored"),
    /** Not ours. */
    NOT_FOR_US("not_for_us", "messages for others or of a kind that is not used, ignored"),
    /** Dropped for its form. */
    MALFORMED("malformed", "messages dropped for their form, checksum or hop limit"),
    /** Somebody claims our address. */
    CONFLICT("conflict", "messages from another station that has our IP address"),
    /** No room for an answer. */
    ANSWER_DROPPED("answer_dropped", "requests not answered for want of room in the queue"),
    /** No room in the table. */
    TABLE_FULL("table_full", "addresses not kept for want of room in the table");

    private final String label;
    private final String meaning;

    NeighbourCounter(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** The stable name. */
    public String label() {
        return label;
    }

    /** What it means. */
    public String meaning() {
        return meaning;
    }
}
