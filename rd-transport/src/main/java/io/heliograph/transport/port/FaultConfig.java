package io.heliograph.transport.port;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * How often a {@link FaultInjectorPort} does what to a frame. Probabilities are from 0 to 1 and independent of each other.
 *
 * @param loss of losing a frame
 * @param duplicate of sending it twice
 * @param reorder of holding it back behind up to {@value FaultInjectorPort#GREATEST_REORDER_DISTANCE} later frames
 * @param corrupt of flipping one bit anywhere in it
 * @param trim of cutting it to {@code trimBytes} as a switch does, if it is an IP packet with UDP and longer than that
 * @param trimBytes what is left of a trimmed frame, counted from the Ethernet header
 * @param delay of sending it {@code delayNs} later
 * @param delayNs the delay in nanoseconds
 * @param seed the same seed and the same frames meet the same fate
 */
public record FaultConfig(
        double loss,
        double duplicate,
        double reorder,
        double corrupt,
        double trim,
        int trimBytes,
        double delay,
        long delayNs,
        long seed) {
    /** What switches trim to by default, see PROTOCOL.md section 2.4. */
    public static final int DEFAULT_TRIM_BYTES = 128;

    /** The fewest bytes to trim to: Ethernet with a tag, IPv6 and UDP. */
    public static final int LEAST_TRIM_BYTES = 66;

    /** No faults. */
    public static final FaultConfig NONE = new FaultConfig(0, 0, 0, 0, 0, DEFAULT_TRIM_BYTES, 0, 0, 1);

    private static final String FORM = "; give items such as loss=0.01,dup=0.001,reorder=0.01,corrupt=0.001,"
            + "trim=0.01 (or trim=128:0.01),delay=50us:0.01,seed=7";

    /** Checks the ranges. */
    public FaultConfig {
        probability("loss", loss);
        probability("dup", duplicate);
        probability("reorder", reorder);
        probability("corrupt", corrupt);
        probability("trim", trim);
        probability("delay", delay);
        if (trimBytes < LEAST_TRIM_BYTES || trimBytes > LinkLayout.GREATEST_MTU_BYTES) {
            throw new IllegalArgumentException("trim size out of range: trimBytes=" + trimBytes + "; give "
                    + LEAST_TRIM_BYTES + " to " + LinkLayout.GREATEST_MTU_BYTES);
        }
        if (delayNs < 0) {
            throw new IllegalArgumentException("negative delay: delayNs=" + delayNs);
        }
    }

    /**
     * Parses what a command line gives, such as {@code loss=0.01,dup=0.001,delay=50us:0.01,seed=7}. What is not named does not happen.
     * {@code trim} takes a size in front ({@code trim=128:0.01}); {@code delay} takes a duration in ns, us, ms or s and, behind it, a
     * probability that is 1 if left out.
     *
     * @throws IllegalArgumentException with a sentence that names the item, if {@code text} has another form
     */
    public static FaultConfig parse(String text) {
        FaultConfig config = NONE;
        for (String item : text.split(",", -1)) {
            int equals = item.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not a fault: item=" + item + FORM);
            }
            config = config.with(
                    item.substring(0, equals).strip(),
                    item.substring(equals + 1).strip(),
                    item);
        }
        return config;
    }

    /** The same faults with another seed, so that each of several ports meets its own. */
    public FaultConfig withSeed(long value) {
        return new FaultConfig(loss, duplicate, reorder, corrupt, trim, trimBytes, delay, delayNs, value);
    }

    /** The form that {@link #parse} takes, with every item. */
    @Override
    public String toString() {
        return "loss=" + loss + ",dup=" + duplicate + ",reorder=" + reorder + ",corrupt=" + corrupt + ",trim="
                + trimBytes + ":" + trim + ",delay=" + delayNs + "ns:" + delay + ",seed=" + seed;
    }

    private FaultConfig with(String name, String value, String item) {
        try {
            int colon = value.indexOf(':');
            String first = colon < 0 ? value : value.substring(0, colon);
            String second = colon < 0 ? "" : value.substring(colon + 1);
            if (colon >= 0 && !name.equals("trim") && !name.equals("delay")) {
                throw new NumberFormatException("no colon here");
            }
            return switch (name) {
                case "loss" ->
                    new FaultConfig(number(value), duplicate, reorder, corrupt, trim, trimBytes, delay, delayNs, seed);
                case "dup" ->
                    new FaultConfig(loss, number(value), reorder, corrupt, trim, trimBytes, delay, delayNs, seed);
                case "reorder" ->
                    new FaultConfig(loss, duplicate, number(value), corrupt, trim, trimBytes, delay, delayNs, seed);
                case "corrupt" ->
                    new FaultConfig(loss, duplicate, reorder, number(value), trim, trimBytes, delay, delayNs, seed);
                case "trim" ->
                    new FaultConfig(
                            loss,
                            duplicate,
                            reorder,
                            corrupt,
                            number(colon < 0 ? first : second),
                            colon < 0 ? trimBytes : Integer.parseInt(first),
                            delay,
                            delayNs,
                            seed);
                case "delay" ->
                    new FaultConfig(
                            loss,
                            duplicate,
                            reorder,
                            corrupt,
                            trim,
                            trimBytes,
                            colon < 0 ? 1 : number(second),
                            nanoseconds(first),
                            seed);
                case "seed" ->
                    new FaultConfig(
                            loss, duplicate, reorder, corrupt, trim, trimBytes, delay, delayNs, Long.decode(value));
                default -> throw new IllegalArgumentException("unknown fault: item=" + item + FORM);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number where one belongs: item=" + item + FORM, e);
        }
    }

    private static void probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("probability out of range: " + name + "=" + value + "; give 0 to 1");
        }
    }

    // Not Double.parseDouble: it takes "1f" and "NaN" too.
    private static double number(String text) {
        return new BigDecimal(text).doubleValue();
    }

    private static long nanoseconds(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int scale = 0;
        int unit = 1;
        if (lower.endsWith("ns")) {
            unit = 2;
        } else if (lower.endsWith("us")) {
            scale = 3;
            unit = 2;
        } else if (lower.endsWith("ms")) {
            scale = 6;
            unit = 2;
        } else if (lower.endsWith("s")) {
            scale = 9;
        } else {
            throw new NumberFormatException("duration without a unit");
        }
        try {
            // Not movePointRight: it writes all the zeros of a great exponent, which takes minutes.
            return new BigDecimal(lower.substring(0, lower.length() - unit))
                    .scaleByPowerOfTen(scale)
                    .longValueExact();
        } catch (ArithmeticException e) {
            NumberFormatException notWhole = new NumberFormatException("duration not in whole nanoseconds");
            notWhole.initCause(e);
            throw notWhole;
        }
    }
}
