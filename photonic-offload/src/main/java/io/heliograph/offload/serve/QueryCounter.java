package io.heliograph.offload.serve;

/** What is counted of queries; labels are stable. */
public enum QueryCounter {
    /** Queries that came, whole. */
    RECEIVED("received", "queries that came, malformed ones included"),
    /** Answered. */
    RESULTS("results", "answered with a class and sums"),
    /** Of the results. */
    STEPPED("stepped", "results for which every cycle was stepped"),
    /** Error replies. */
    UNKNOWN_MODEL("unknown_model", "answered that no such model is loaded"),
    /** Error replies. */
    WRONG_SIZE("wrong_size", "answered that the model takes another number of activations"),
    /** Error replies. */
    MALFORMED("malformed", "whose header is none; answered so where there is somebody to answer"),
    /** Busy replies. */
    BUSY("busy", "answered that the queue is full"),
    /** No answer. */
    NO_ANSWER("no_answer", "answered that the datapath came to none"),
    /** Answers that arrive. */
    NOT_QUERIES("not_queries", "answers that came where queries should: dropped"),
    /** Bad checksums. */
    DAMAGED("damaged", "packets with a wrong checksum: dropped"),
    /** Slots. */
    OVERRUN("overrun", "queries in a slot whose former query was not answered yet: dropped"),
    /** Replies. */
    REPLIES_DROPPED("replies_dropped", "answers that could not be sent: no room, or the asker is gone");

    private final String label;
    private final String meaning;

    QueryCounter(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
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
