package io.heliograph.emulator.conformance;

import io.heliograph.emulator.input.YamlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** PSNs of a flow that began at 0, such as {@code 0..3, 7}; none is the empty set. */
final class PsnSet {
    private record Range(Expression first, Expression last) {}

    private final List<Range> ranges = new ArrayList<>();

    static PsnSet parse(YamlValue from) {
        PsnSet set = new PsnSet();
        String text = from.text();
        if (text.equals("none")) {
            return set;
        }
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("\\.\\.", -1);
            if (ends.length > 2) {
                throw from.error("'" + part + "' is no range of PSNs; write 0..3");
            }
            Expression first = Expression.parse(ends[0].strip(), from);
            set.ranges.add(new Range(first, ends.length == 1 ? first : Expression.parse(ends[1].strip(), from)));
        }
        return set;
    }

    NavigableSet<Long> make(Map<String, Long> names) {
        TreeSet<Long> psns = new TreeSet<>();
        for (Range each : ranges) {
            long last = each.last().value(names);
            for (long psn = each.first().value(names); psn <= last; psn++) {
                psns.add(psn);
            }
        }
        return psns;
    }
}
