package io.heliograph.collectives.planning.rates;

/** What a table says of a flow outside of its slots, where only what is late or early comes. */
public enum Late {
    /** Nothing is sent: it waits for the flow's next slot, maybe in the next iteration. No link is ever asked for more than it carries. */
    WAIT("wait"),
    /**
     * What the slots of others leave on every link of its way, up to the rate of its last slot; those who are late at once share it in proportion to these. No link is ever asked for more than it carries, nor is the fullest fuller than by {@link #WAIT}. Less than a twentieth of a flow's greatest rate counts as nothing,
     * also in slots that have no more than that for it.
     */
    SPARE("spare"),
    /** It goes on at the rate of the flow's last slot, also through slots that have a trickle for it, less than a twentieth of its greatest rate: what is late there would hold up everybody behind it. A link may be asked for more than it carries, by what is late and no more. */
    KEEP("keep");

    private final String word;

    Late(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
