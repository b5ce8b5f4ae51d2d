package io.heliograph.benchmarks.simulate;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.SequenceOrigin;
import io.heliograph.transport.simulation.Event;
import io.heliograph.transport.simulation.Outcome;
import io.heliograph.transport.simulation.Scenario;
import io.heliograph.transport.simulation.Settings;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** In how many schedules each trouble happened, each completion status was seen, and each counter moved; what never did is there with 0. Any thread. */
public final class Coverage {
    private static final String STRANGERS = "more strangers than room";
    private static final String NUMBERS = "PSNs or MSNs that wrap";
    private static final String WINDOWS = "windows that differ";

    private final Map<String, Long> troubles = new TreeMap<>();
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final Map<String, Long> counters = new TreeMap<>();

    /** Nothing seen yet. */
    public Coverage() {
        for (Class<?> kind : Event.class.getPermittedSubclasses()) {
            troubles.put(kind.getSimpleName(), 0L);
        }
        for (String setting : List.of(STRANGERS, NUMBERS, WINDOWS)) {
            troubles.put(setting, 0L);
        }
        for (int status = CompletionStatus.SUCCESS; status <= CompletionStatus.UNDELIVERABLE; status++) {
            outcomes.put(CompletionStatus.describe(status), 0L);
        }
        for (EndpointCounter counter : EndpointCounter.values()) {
            counters.put(counter.label(), 0L);
        }
    }

    /** Takes note of a schedule that ran. */
    public void add(Scenario scenario, Outcome outcome) {
        Set<String> kinds = new HashSet<>();
        for (Event event : scenario.events()) {
            kinds.add(event.getClass().getSimpleName());
        }
        Settings settings = scenario.settings();
        addIf(kinds, settings.strangerRoom() > 0, STRANGERS);
        addIf(kinds, !settings.sequences().origin().equals(SequenceOrigin.ZERO), NUMBERS);
        addIf(
                kinds,
                settings.sequences().windowPackets() != settings.sequences().oddWindowPackets(),
                WINDOWS);
        synchronized (this) {
            for (String kind : kinds) {
                troubles.merge(kind, 1L, Long::sum);
            }
            for (int status : outcome.statuses()) {
                outcomes.merge(CompletionStatus.describe(status), 1L, Long::sum);
            }
            for (EndpointCounter counter : outcome.counted()) {
                counters.merge(counter.label(), 1L, Long::sum);
            }
        }
    }

    private static void addIf(Set<String> kinds, boolean present, String kind) {
        if (present) {
            kinds.add(kind);
        }
    }

    /** Schedules by kind of event, and by settings that are trouble themselves. */
    public synchronized Map<String, Long> troubles() {
        return Collections.unmodifiableMap(new TreeMap<>(troubles));
    }

    /** Schedules by completion status, in words. */
    public synchronized Map<String, Long> outcomes() {
        return Collections.unmodifiableMap(new TreeMap<>(outcomes));
    }

    /** Schedules by label of a counter. */
    public synchronized Map<String, Long> counters() {
        return Collections.unmodifiableMap(new TreeMap<>(counters));
    }
}
