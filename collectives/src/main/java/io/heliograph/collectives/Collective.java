package io.heliograph.collectives;

/** What ranks can do together. */
public enum Collective {
    /** Every rank gets the reduction of all inputs. */
    ALL_REDUCE("allReduce", true, false),
    /** Rank r gets the r-th part of the reduction of all inputs. */
    REDUCE_SCATTER("reduceScatter", true, false),
    /** Every rank gets the inputs of all, in the order of ranks. */
    ALL_GATHER("allGather", false, false),
    /** Part p of rank r's input becomes part r of rank p's output. */
    ALL_TO_ALL("allToAll", false, false),
    /** As {@link #ALL_TO_ALL}, with a length for each part. */
    ALL_TO_ALL_V("allToAllv", false, false),
    /** Every rank gets the root's input. */
    BROADCAST("broadcast", false, true),
    /** The root gets the reduction of all inputs. */
    REDUCE("reduce", true, true),
    /** The root gets the inputs of all, in the order of ranks. */
    GATHER("gather", false, true),
    /** Rank r gets the r-th part of the root's input. */
    SCATTER("scatter", false, true),
    /** Nobody goes on before all have come. */
    BARRIER("barrier", false, false),
    /** One rank sends, another receives; no other takes part. */
    SEND_RECEIVE("sendReceive", false, false);

    private final String label;
    private final boolean reduces;
    private final boolean rooted;

    Collective(String label, boolean reduces, boolean rooted) {
        this.label = label;
        this.reduces = reduces;
        this.rooted = rooted;
    }

    /** The name of the method of {@link Communicator}. */
    public String label() {
        return label;
    }

    /** Whether it has a {@link ReduceOperation}. */
    public boolean reduces() {
        return reduces;
    }

    /** Whether it has a root. */
    public boolean isRooted() {
        return rooted;
    }
}
