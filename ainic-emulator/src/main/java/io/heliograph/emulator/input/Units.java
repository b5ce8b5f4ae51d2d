package io.heliograph.emulator.input;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quantities as people write them, such as 400Gbps or 1.5us: a number and one of some units, exact. Immutable. */
public final class Units {
    /** Rates in bits per second. */
    public static final Units RATES = new Units("rate")
            .with("bps", "1")
            .with("Kbps", "1e3")
            .with("Mbps", "1e6")
            .with("Gbps", "1e9")
            .with("Tbps", "1e12")
            .with("b/s", "1")
            .with("Kb/s", "1e3")
            .with("Mb/s", "1e6")
            .with("Gb/s", "1e9")
            .with("Tb/s", "1e12");

    /** Amounts in bytes. */
    public static final Units BYTES = new Units("number of bytes")
            .with("B", "1")
            .with("KB", "1e3")
            .with("MB", "1e6")
            .with("GB", "1e9")
            .with("KiB", "1024")
            .with("MiB", "1048576")
            .with("GiB", "1073741824");

    /** Times in picoseconds. */
    public static final Units TIMES_PS = new Units("time")
            .with("ps", "1")
            .with("ns", "1e3")
            .with("us", "1e6")
            .with("ms", "1e9")
            .with("s", "1e12");

    private static final Pattern QUANTITY = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([A-Za-z/]+)");

    private final String what;
    private final Map<String, BigDecimal> factors = new LinkedHashMap<>();

    private Units(String what) {
        this.what = what;
    }

    private Units with(String unit, String factor) {
        factors.put(unit, new BigDecimal(factor));
        return this;
    }

    /**
     * The quantity in the smallest unit.
     *
     * @throws IllegalArgumentException if it is no number with one of the units, or not a whole number of the smallest
     */
    public long parse(String text) {
        Matcher matcher = QUANTITY.matcher(text);
        BigDecimal factor = matcher.matches() ? factors.get(matcher.group(2)) : null;
        if (factor == null) {
            throw new IllegalArgumentException(
                    "not a " + what + ": " + text + "; a number and one of " + String.join(", ", factors.keySet()));
        }
        try {
            return new BigDecimal(matcher.group(1)).multiply(factor).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "not a whole number of " + factors.keySet().iterator().next() + ", or too large: " + text, e);
        }
    }
}
