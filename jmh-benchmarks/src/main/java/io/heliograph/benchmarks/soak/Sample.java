package io.heliograph.benchmarks.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.EnumMap;
import java.util.Map;

/**
 * The figures of one end at one moment.
 *
 * @param figures all of them
 * @param why the first check that failed, or empty
 * @param last whether the end is over
 */
public record Sample(Map<Figure, Long> figures, String why, boolean last) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Reads what a {@link Sampler} wrote. */
    static Sample parse(String line) throws JsonProcessingException {
        JsonNode node = JSON.readTree(line);
        Map<Figure, Long> figures = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            figures.put(figure, node.path(figure.label()).asLong());
        }
        return new Sample(
                figures, node.path("why").asText(""), node.path("op").asText().equals("last"));
    }

    /** One of them. */
    public long get(Figure figure) {
        return figures.getOrDefault(figure, 0L);
    }
}
