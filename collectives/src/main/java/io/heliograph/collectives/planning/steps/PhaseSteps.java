package io.heliograph.collectives.planning.steps;

import io.heliograph.collectives.planning.phases.MatchingPhase;
import io.heliograph.collectives.planning.rates.RateSchedule;
import java.util.Arrays;
import java.util.List;

/** The messages of an uneven all-to-all in phases, rank r at host r: a host sends when it has received what earlier phases have for it. There are no barriers. */
public final class PhaseSteps {
    private PhaseSteps() {}

    /**
     * The steps of all phases.
     *
     * @param schedule of the same phases, {@link RateSchedule#ofPhases}
     * @throws IllegalArgumentException if there are more than {@link JobSteps#MOST}
     */
    public static List<JobStep> of(List<MatchingPhase> phases, RateSchedule schedule) {
        StepList list = new StepList(JobSteps.MOST);
        int[] received = new int[phases.isEmpty() ? 0 : phases.getFirst().to().length];
        Arrays.fill(received, StepList.NONE);
        for (int number = 0; number < phases.size(); number++) {
            MatchingPhase phase = phases.get(number);
            int[] before = received.clone();
            for (int from = 0; from < before.length; from++) {
                int to = phase.to()[from];
                if (to != MatchingPhase.NOBODY) {
                    received[to] =
                            list.send("a2a", from, to, phase.bytes()[from], schedule.passNs(number, 0), before[from]);
                }
            }
        }
        return list.steps();
    }
}
