package io.heliograph.collectives.execute;

/** What goes with the first chunk of a collective to another rank: what was called, and where its receiver may write the result. Filled anew for each, so that nothing is allocated. */
final class Opening {
    long call;
    long count;
    /** Of the whole chunk, of which the first piece goes along. */
    long chunkBytes;
    /** Collectives between the two ranks before this one. */
    long number;
    /** Where the receiver may write what becomes of the chunk, if that is lent; or {@link Offers#NONE}. */
    long output;
    /** Of the region there. */
    int outputKey;

    boolean offers() {
        return output != Offers.NONE;
    }

    void write(long header) {
        Header.write(header, call, count, chunkBytes, number);
    }
}
