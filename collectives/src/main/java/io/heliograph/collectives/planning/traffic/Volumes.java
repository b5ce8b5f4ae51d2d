package io.heliograph.collectives.planning.traffic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What ranks send in an iteration, counted: a section for those that send the same.
 *
 * @param sections at least one
 * @param setUp what is sent once, before the first iteration; not part of any section
 * @param notes what the input leaves open or what is not counted, a sentence each
 */
public record Volumes(List<Section> sections, List<VolumeRow> setUp, List<String> notes) {
    /**
     * Ranks, or iterations, with the same messages.
     *
     * @param label who or when, such as {@code stages 1-6}
     */
    public record Section(String label, List<VolumeRow> rows) {}

    /** Takes over copies. */
    public Volumes {
        sections = List.copyOf(sections);
        setUp = List.copyOf(setUp);
        notes = List.copyOf(notes);
    }

    /**
     * One section for each of some numbered things, those with equal rows joined.
     *
     * @param singular what one is called, such as {@code stage}
     * @param rows by number
     */
    public static List<Section> join(String singular, List<List<VolumeRow>> rows) {
        Map<List<VolumeRow>, List<Integer>> equal = new LinkedHashMap<>();
        for (int number = 0; number < rows.size(); number++) {
            equal.computeIfAbsent(rows.get(number), key -> new ArrayList<>()).add(number);
        }
        List<Section> sections = new ArrayList<>();
        equal.forEach((each, numbers) ->
                sections.add(new Section(singular + (numbers.size() == 1 ? " " : "s ") + ranges(numbers), each)));
        return sections;
    }

    /** Sorted numbers as people write them, such as {@code 0, 3-5}. */
    static String ranges(List<Integer> sorted) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < sorted.size(); ) {
            int end = i;
            while (end + 1 < sorted.size() && sorted.get(end + 1) == sorted.get(end) + 1) {
                end++;
            }
            text.append(text.isEmpty() ? "" : ", ").append(sorted.get(i));
            if (end > i) {
                text.append('-').append(sorted.get(end));
            }
            i = end + 1;
        }
        return text.toString();
    }
}
