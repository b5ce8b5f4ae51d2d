package io.heliograph.benchmarks.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One line of the {@link Rendezvous}: a JSON object whose field {@code op} says what it means. What comes from the peer is
 * read through {@link #text} and {@link #number}, which check type and range.
 */
public final class Message {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();
    private static final int MOST_TEXT_SHOWN = 80;

    private final ObjectNode fields;

    private Message(ObjectNode fields) {
        this.fields = fields;
    }

    /** A message that means {@code op}. */
    public static Message of(String op) {
        return new Message(JSON.createObjectNode().put("op", op));
    }

    /**
     * Reads one line.
     *
     * @throws RunFailure if it is not a JSON object with a field {@code op}
     */
    static Message parse(String line) {
        try {
            if (JSON.readTree(line) instanceof ObjectNode object
                    && object.path("op").isTextual()) {
                return new Message(object);
            }
        } catch (JsonProcessingException e) {
            throw malformed("not JSON", line, e);
        }
        throw malformed("not an object with a field op", line, null);
    }

    private static RunFailure malformed(String why, String line, @Nullable Throwable cause) {
        String shown = line.length() <= MOST_TEXT_SHOWN ? line : line.substring(0, MOST_TEXT_SHOWN) + "...";
        return new RunFailure(
                "malformed rendezvous message: " + why + ": line=" + printable(shown)
                        + "; is there a helio of the same version at the other end?",
                cause);
    }

    /** Text from elsewhere as it may be shown on a terminal: control characters, those above ASCII too, become question marks. */
    public static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }

    /** Adds a number. */
    public Message with(String field, long value) {
        fields.put(field, value);
        return this;
    }

    /** Adds a number. */
    public Message with(String field, double value) {
        fields.put(field, value);
        return this;
    }

    /** Adds text. */
    public Message with(String field, String value) {
        fields.put(field, value);
        return this;
    }

    /** Adds a list of numbers. */
    public Message with(String field, long[] values) {
        var array = fields.putArray(field);
        for (long value : values) {
            array.add(value);
        }
        return this;
    }

    /** What the message means. */
    public String op() {
        return fields.path("op").asText();
    }

    /**
     * Text of at most {@code most} characters.
     *
     * @throws RunFailure if the field is missing or something else
     */
    public String text(String field, int most) {
        JsonNode value = fields.path(field);
        if (!value.isTextual() || value.textValue().length() > most) {
            throw unfit(field, "text of at most " + most + " characters");
        }
        return value.textValue();
    }

    /**
     * A whole number within bounds.
     *
     * @throws RunFailure if the field is missing or something else
     */
    public long number(String field, long least, long most) {
        JsonNode value = fields.path(field);
        if (!value.canConvertToExactIntegral()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw unfit(field, "a whole number from " + least + " to " + most);
        }
        return value.longValue();
    }

    /**
     * A measured value, not below 0.
     *
     * @throws RunFailure if the field is missing or something else
     */
    public double measure(String field) {
        JsonNode value = fields.path(field);
        if (!value.isNumber() || !(value.doubleValue() >= 0)) {
            throw unfit(field, "a number that is not negative");
        }
        return value.doubleValue();
    }

    /**
     * A list of exactly {@code count} whole numbers.
     *
     * @throws RunFailure if the field is missing or something else
     */
    public long[] numbers(String field, int count) {
        JsonNode values = fields.path(field);
        if (!values.isArray() || values.size() != count) {
            throw unfit(field, "a list of " + count + " numbers");
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            if (!values.path(i).canConvertToExactIntegral() || !values.path(i).canConvertToLong()) {
                throw unfit(field, "a list of whole numbers");
            }
            numbers[i] = values.path(i).longValue();
        }
        return numbers;
    }

    private RunFailure unfit(String field, String wanted) {
        return malformed("field " + field + " must be " + wanted, fields.toString(), null);
    }

    /** The line as it is sent, without its end. */
    @Override
    public String toString() {
        return fields.toString();
    }
}
