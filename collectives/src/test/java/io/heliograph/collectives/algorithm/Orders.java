package io.heliograph.collectives.algorithm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Runs a schedule on texts, so that a result tells how it came about. */
final class Orders {
    private final Schedule schedule;
    private final Map<String, String> memory = new HashMap<>();
    private final Map<String, Deque<String>> channels = new HashMap<>();

    Orders(Schedule schedule) {
        this.schedule = schedule;
        int[] next = new int[schedule.ranks()];
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int rank = 0; rank < schedule.ranks(); rank++) {
                while (next[rank] < schedule.programs().get(rank).size()
                        && perform(rank, schedule.programs().get(rank).get(next[rank]))) {
                    next[rank]++;
                    moved = true;
                }
            }
        }
    }

    private boolean perform(int rank, Step step) {
        String received = "";
        if (step.receives()) {
            received = channel(step.peer(), rank).poll();
            if (received == null) {
                return false;
            }
        }
        switch (step.kind()) {
            case SEND -> channel(rank, step.peer()).add(read(rank, step.left(), received));
            case RECEIVE -> memory.put(rank + " " + step.to(), received);
            case COPY, FINISH -> memory.put(rank + " " + step.to(), read(rank, step.left(), received));
            case REDUCE ->
                memory.put(
                        rank + " " + step.to(),
                        "(" + read(rank, step.left(), received) + "+" + read(rank, step.right(), received) + ")");
        }
        return true;
    }

    private String read(int rank, Place place, String received) {
        return switch (place.buffer()) {
            case INPUT -> Integer.toString(rank);
            case RECEIVED -> received;
            default -> Objects.requireNonNull(memory.get(rank + " " + place));
        };
    }

    private Deque<String> channel(int from, int to) {
        return channels.computeIfAbsent(from + ">" + to, _ -> new ArrayDeque<>());
    }

    String order(int rank, int chunk) {
        return Objects.requireNonNull(memory.get(rank + " " + Place.output(chunk)), schedule::toString);
    }
}
