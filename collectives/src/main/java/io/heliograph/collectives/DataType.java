package io.heliograph.collectives;

/** What the elements of a buffer are, in the machine's byte order. Names for people are nccl-tests'. */
public enum DataType {
    /** IEEE 754 binary32. */
    F32("float", 4),
    /** IEEE 754 binary64. */
    F64("double", 8),
    /** IEEE 754 binary16. */
    F16("half", 2),
    /** The upper half of a binary32. */
    BF16("bfloat16", 2),
    /** 8-bit two's complement. */
    I8("int8", 1),
    /** 32-bit two's complement. */
    I32("int32", 4),
    /** 64-bit two's complement. */
    I64("int64", 8);

    private final String label;
    private final int sizeBytes;

    DataType(String label, int sizeBytes) {
        this.label = label;
        this.sizeBytes = sizeBytes;
    }

    /** The name that nccl-tests has for it. */
    public String label() {
        return label;
    }

    /** Bytes of one element. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /**
     * The type of a {@link #label}.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static DataType parse(String label) {
        for (DataType type : values()) {
            if (type.label.equals(label)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "not a data type: text=" + label + "; give float, double, half, bfloat16, int8, int32 or int64");
    }
}
