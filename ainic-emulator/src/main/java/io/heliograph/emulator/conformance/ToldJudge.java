package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether the device's application is told what it must be, and nothing else. */
final class ToldJudge {
    private final Bench bench;
    private final DeviceUnderTest device;
    private final Arrivals arrivals;
    private final Map<String, Long> names;

    ToldJudge(Bench bench, Arrivals arrivals, Map<String, Long> names) {
        this.bench = bench;
        this.arrivals = arrivals;
        this.names = names;
        device = bench.device;
    }

    void judge(Step.Completions step) {
        List<CompletionMatch> open = new ArrayList<>(step.expected());
        Expression within = step.within();
        long waitNs = step.expected().isEmpty() ? device.settleNs() : device.patienceNs();
        long untilNs = device.nowNs() + (within == null ? waitNs : within.value(names));
        while (!open.isEmpty()) {
            Told told = next(untilNs);
            if (told == null) {
                throw broken(
                        step, "the application was not told: " + open.getFirst().describe(names));
            }
            CompletionMatch fits = step.ordered()
                    ? open.getFirst().matches(told, names) ? open.getFirst() : null
                    : open.stream()
                            .filter(each -> each.matches(told, names))
                            .findFirst()
                            .orElse(null);
            if (fits == null) {
                throw broken(
                        step,
                        "expected " + open.getFirst().describe(names) + ", but the application was told: "
                                + CompletionMatch.text(told));
            }
            open.remove(fits);
        }
        if (step.expected().isEmpty()) {
            Told told = next(untilNs);
            if (told != null) {
                throw broken(step, "the application was to be told nothing, but was: " + CompletionMatch.text(told));
            }
        }
    }

    private BrokenRuleException broken(Step.Completions step, String what) {
        return new BrokenRuleException(step.rule(), bench.trace().size(), what + " (" + step.where() + ")");
    }

    private @Nullable Told next(long untilNs) {
        while (true) {
            arrivals.now();
            List<Told> told = device.poll(1);
            if (!told.isEmpty()) {
                return told.getFirst();
            }
            if (device.nowNs() >= untilNs) {
                return null;
            }
            // In parts, for a completion does not end the wait.
            long leftNs = untilNs - device.nowNs();
            boolean isVirtual = device.abilities().contains(DeviceUnderTest.Ability.VIRTUAL_TIME);
            long partNs = (isVirtual ? leftNs : Math.min(leftNs, device.settleNs())) / 8;
            arrivals.step(Math.min(untilNs, device.nowNs() + Math.max(1, partNs)));
        }
    }
}
