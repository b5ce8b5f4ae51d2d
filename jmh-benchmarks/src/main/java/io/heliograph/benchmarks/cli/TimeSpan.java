package io.heliograph.benchmarks.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 90}, {@code 90s}, {@code 5m} or {@code 1h} as nanoseconds. */
final class TimeSpan implements ITypeConverter<Long> {

    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(TimeUnit.DAYS.toSeconds(365));

    @Override
    public Long convert(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.matches("\\d{1,9}(\\.\\d{1,9})?[smh]?")) {
            throw unfit(text);
        }
        char unit = lower.charAt(lower.length() - 1);
        boolean named = !Character.isDigit(unit);
        long seconds = unit == 'h' ? TimeUnit.HOURS.toSeconds(1) : unit == 'm' ? TimeUnit.MINUTES.toSeconds(1) : 1;
        BigDecimal span = new BigDecimal(named ? lower.substring(0, lower.length() - 1) : lower)
                .multiply(BigDecimal.valueOf(seconds));
        if (span.compareTo(MOST_SECONDS) > 0) {
            throw unfit(text);
        }
        return span.multiply(BigDecimal.valueOf(TimeUnit.SECONDS.toNanos(1))).longValue();
    }

    private static TypeConversionException unfit(String text) {
        return new TypeConversionException("'" + text + "' is not a time such as 90, 90s, 5m or 1h, up to a year");
    }
}
