package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.ClassifierActions;
import io.heliograph.offload.optcam.Verdict;
import io.heliograph.transport.Clock;
import io.heliograph.transport.capture.PcapngWriter;

/** What the rules of a set say is to be done, with a capture file for those that log. One thread; allocates nothing. */
public final class RuleActions implements ClassifierActions {

    private final Verdict[] verdicts;
    private final int[] dscps;
    private final PcapngWriter writer;
    private final int interfaceId;
    private final Clock clock;
    private final long epochOffsetNs;

    /**
     * For a set whose results are its indices.
     *
     * @param writer of the capture, which the caller closes
     * @param interfaceName as the capture calls where the frames come from
     * @param epochOffsetNs what to add to {@code clock} to have nanoseconds since 1970
     */
    public RuleActions(RuleSet rules, PcapngWriter writer, String interfaceName, Clock clock, long epochOffsetNs) {
        int count = rules.rules().size();
        verdicts = new Verdict[count];
        dscps = new int[count];
        for (int rule = 0; rule < count; rule++) {
            verdicts[rule] = rules.rules().get(rule).verdict();
            dscps[rule] = Math.max(0, rules.rules().get(rule).options().dscp());
        }
        this.writer = writer;
        interfaceId = writer.addInterface(interfaceName);
        this.clock = clock;
        this.epochOffsetNs = epochOffsetNs;
    }

    @Override
    public Verdict verdict(int result) {
        return verdicts[result];
    }

    @Override
    public int dscp(int result) {
        return dscps[result];
    }

    @Override
    public void capture(int result, long frame, int lengthBytes) {
        writer.received(interfaceId, clock.nowNs() + epochOffsetNs, frame, lengthBytes);
    }
}
