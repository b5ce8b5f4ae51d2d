package io.heliograph.transport.simulation;

import java.util.List;

/**
 * All that happens to a few nodes: settings, and events in their order. The same scenario always ends the same way.
 *
 * @param seed what it was made from, and what chance in it goes by: frames to lose, keys to draw
 * @param settings what does not change
 * @param events what happens
 */
public record Scenario(long seed, Settings settings, List<Event> events) {
    /** Takes a copy of the events. */
    public Scenario {
        events = List.copyOf(events);
    }

    /** The same with other events. */
    public Scenario with(List<Event> others) {
        return new Scenario(seed, settings, others);
    }

    /** A line for the seed, one for the settings and one for each event, for people. */
    public String describe() {
        StringBuilder text = new StringBuilder()
                .append("seed ")
                .append(seed)
                .append(System.lineSeparator())
                .append(settings)
                .append(System.lineSeparator());
        for (int i = 0; i < events.size(); i++) {
            text.append("%4d  ".formatted(i)).append(events.get(i)).append(System.lineSeparator());
        }
        return text.toString();
    }
}
