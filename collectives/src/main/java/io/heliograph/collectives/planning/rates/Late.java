package io.heliograph.collectives.planning.rates;

/** What a table says of a flow outside of its slots, where only what is late or early comes. */
public enum Late {
    /** Nothing is sent: it waits for the flow's next slot, maybe in the next iteration. No link is ever asked for more than it carries. */
    WAIT("wait"),
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
