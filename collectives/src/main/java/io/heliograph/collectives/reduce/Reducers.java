package io.heliograph.collectives.reduce;

import io.heliograph.collectives.DataType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The reducers by type. */
public final class Reducers {
    private static final Map<DataType, Reducer> BY_TYPE = new EnumMap<>(DataType.class);

    static {
        for (DataType type : DataType.values()) {
            Reducer reducer = switch (type) {
                case F32 -> new FloatReducer();
                case F64 -> new DoubleReducer();
                case F16 -> new HalfReducer();
                case BF16 -> new Bfloat16Reducer();
                case I8 -> new ByteReducer();
                case I32 -> new IntReducer();
                case I64 -> new LongReducer();
            };
            BY_TYPE.put(type, reducer);
        }
    }

    private Reducers() {}

    /** The one for a type; always the same. */
    public static Reducer of(DataType type) {
        return Objects.requireNonNull(BY_TYPE.get(type));
    }
}
