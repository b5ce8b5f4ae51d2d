package io.heliograph.benchmarks.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 512}, {@code 64k}, {@code 8m} or {@code 1g}. */
public final class ByteCount implements ITypeConverter<Long> {

    private static final int BITS_PER_STEP = 10;
    private static final String STEPS = "kmg";

    @Override
    public Long convert(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.matches("[1-9]\\d{0,11}[kmg]?")) {
            throw new TypeConversionException("'" + text + "' is not a number of bytes such as 512, 64k, 8m or 1g");
        }
        int step = STEPS.indexOf(lower.charAt(lower.length() - 1)) + 1;
        long number = Long.parseLong(step == 0 ? lower : lower.substring(0, lower.length() - 1));
        return number << (BITS_PER_STEP * step);
    }
}
