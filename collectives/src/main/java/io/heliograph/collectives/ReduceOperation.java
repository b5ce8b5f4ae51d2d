package io.heliograph.collectives;

/**
 * How elements of several ranks become one. In which order is up to the algorithm, see {@code collectives/COLLECTIVES.md}; each single step is
 * exact or rounded as follows.
 *
 * <p>Integers wrap around. F32 and F64 are IEEE 754, to nearest even. F16 and BF16 are widened to F32, combined, and rounded to nearest even
 * after every step; a result that is not a number is the type's quiet NaN, positive. Minimum and maximum are those of {@link Math#min(float, float)}: NaN if either is,
 * and -0 before +0.
 */
public enum ReduceOperation {
    /** Adds. */
    SUM("sum"),
    /** Multiplies. */
    PRODUCT("prod"),
    /** The least. */
    MIN("min"),
    /** The greatest. */
    MAX("max"),
    /** Adds, and in the end divides by the number of ranks, once: integers towards zero, after the sum wrapped. */
    AVERAGE("avg");

    private final String label;

    ReduceOperation(String label) {
        this.label = label;
    }

    /** The name that nccl-tests has for it. */
    public String label() {
        return label;
    }

    /**
     * The operation of a {@link #label}.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static ReduceOperation parse(String label) {
        for (ReduceOperation operation : values()) {
            if (operation.label.equals(label)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("not a reduction: text=" + label + "; give sum, prod, min, max or avg");
    }
}
