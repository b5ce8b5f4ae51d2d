package io.heliograph.offload.optcam;

/**
 * One row of a rule table.
 *
 * @param priority the lowest one that matches wins; no two entries of a table have the same
 * @param pattern of the key
 * @param result what a lookup gives, at least 0; several entries may give the same
 */
public record TableEntry(int priority, TernaryPattern pattern, int result) {

    /** Refuses a result that would read as none. */
    public TableEntry {
        if (result < 0) {
            throw new IllegalArgumentException("no result of an entry: priority=" + priority + " result=" + result);
        }
    }
}
