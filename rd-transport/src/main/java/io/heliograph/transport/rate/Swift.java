package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;
import java.util.Arrays;

/**
 * A window for each flow that aims at a delay: what this transport does without, for comparison only.
 *
 * <p>Swift (SIGCOMM 2020), algorithm 1, with the fabric window alone: additive increase while the round trip is below the target, multiplicative decrease by the excess at
 * most once a round trip, flow scaling of the target (section 3.5), pacing below a window of one packet (section 3.4). Without what the paper takes from hops and from the receiving host. Losses
 * halve at most once a round trip; {@link #RESET_LOSSES} in a row without an acknowledgement leave the least window, which at the paper's 0.001 packets holds the next packet for 1,000
 * round trips: the paper has no other bound, so whoever needs progress sooner gives a greater {@link SwiftConfig#minWindow}. A round trip of more than
 * {@link Tunables#MAX_RTO_NS} was spent in a host that stood still, not in the network, and counts as one of that length. Flows with an open window share the line by a {@link Pacer}.
 */
public final class Swift implements RatePolicy {
    /** RETX_RESET_THRESHOLD: losses in a row after which the window begins anew. */
    private static final int RESET_LOSSES = 5;

    private static final long BURST_NS = 10_000;

    private final SwiftConfig config;
    private final Aggressiveness aggressiveness;
    private final Pacer pacer;
    private final boolean[] wanted;
    private final double[] windows;
    private final double[] windowBytes;
    private final long[] outstandingBytes;
    private final long[] roundTripsNs;
    private final long[] sentNs;
    private final long[] decreasesNs;
    private final int[] losses;
    /** Nothing is heard of what is under way: one packet may leave beside it. */
    private final boolean[] silent;

    private final double scalingAlpha;
    private final double scalingBeta;
    private long nowNs = Long.MIN_VALUE;

    /** Swift for flows 0 to {@code flows} - 1; {@link Aggressiveness#EVEN} is as in the paper, {@link IterationWeighting} makes it MLTCP. */
    public Swift(int flows, SwiftConfig config, Aggressiveness aggressiveness) {
        this.config = config;
        this.aggressiveness = aggressiveness;
        pacer = new Pacer(flows, config.lineRateBitsPerSecond(), BURST_NS);
        wanted = new boolean[flows];
        windows = new double[flows];
        windowBytes = new double[flows];
        outstandingBytes = new long[flows];
        roundTripsNs = new long[flows];
        sentNs = new long[flows];
        decreasesNs = new long[flows];
        losses = new int[flows];
        silent = new boolean[flows];
        double atMost = 1 / Math.sqrt(config.flowScalingMaxWindow());
        scalingAlpha = config.flowScalingRangeNs() / (1 / Math.sqrt(config.flowScalingMinWindow()) - atMost);
        scalingBeta = -scalingAlpha * atMost;
        Arrays.fill(roundTripsNs, config.baseTargetNs());
        for (int flow = 0; flow < flows; flow++) {
            begin(flow);
        }
    }

    private void begin(int flow) {
        setWindow(flow, config.initialWindow());
        outstandingBytes[flow] = 0;
        sentNs[flow] = Long.MIN_VALUE;
        decreasesNs[flow] = Long.MIN_VALUE;
        losses[flow] = 0;
        silent[flow] = false;
    }

    /** The window of a flow, packets. */
    public double window(int flow) {
        return windows[flow];
    }

    /** What a flow has sent and heard nothing of, wire bytes. */
    public long outstandingBytes(int flow) {
        return outstandingBytes[flow];
    }

    @Override
    public void addFlow(int flow, IpAddress destination, int trafficClass, long timeNs) {}

    @Override
    public void onDutyCycle(long timeNs) {
        advance(timeNs);
    }

    @Override
    public void activate(int flow, long timeNs) {
        advance(timeNs);
        wanted[flow] = true;
        openOrShut(flow);
    }

    @Override
    public void deactivate(int flow) {
        wanted[flow] = false;
        pacer.deactivate(flow);
    }

    @Override
    public int nextFlow(long timeNs) {
        return pacer.nextFlow(timeNs);
    }

    @Override
    public void onSent(int flow, int wireBytes, long timeNs) {
        advance(timeNs);
        pacer.sent(flow, wireBytes, nowNs);
        outstandingBytes[flow] += wireBytes;
        sentNs[flow] = nowNs;
        silent[flow] = false;
        openOrShut(flow);
    }

    @Override
    public void onAcknowledged(int flow, int wireBytes, long rttNs, long timeNs) {
        advance(timeNs);
        outstandingBytes[flow] = Math.max(0, outstandingBytes[flow] - wireBytes);
        losses[flow] = 0;
        silent[flow] = false;
        double factor = aggressiveness.onAcknowledged(flow, wireBytes, nowNs);
        if (rttNs >= 0) {
            // RFC 6298's alpha; what it paces by, and how often it decreases.
            roundTripsNs[flow] += (Math.min(rttNs, Tunables.MAX_RTO_NS) - roundTripsNs[flow]) / 8;
            adjust(flow, (double) wireBytes / config.packetWireBytes(), Math.max(1, rttNs), factor);
        }
        openOrShut(flow);
    }

    private void adjust(int flow, double acknowledgedPackets, long delayNs, double factor) {
        double window = windows[flow];
        double targetNs = targetNs(window);
        if (delayNs < targetNs) {
            double growth = config.additiveIncrease() * factor * acknowledgedPackets;
            setWindow(flow, window + (window >= 1 ? growth / window : growth));
        } else if (mayDecrease(flow)) {
            double excess = (delayNs - targetNs) / delayNs;
            decrease(flow, Math.max(1 - config.beta() * excess, 1 - config.maxDecrease()));
        }
    }

    private double targetNs(double window) {
        double scaling = scalingAlpha / Math.sqrt(window) + scalingBeta;
        return config.baseTargetNs() + Math.clamp(scaling, 0, (double) config.flowScalingRangeNs());
    }

    @Override
    public void onLost(int flow, int wireBytes, long timeNs) {
        advance(timeNs);
        outstandingBytes[flow] = Math.max(0, outstandingBytes[flow] - wireBytes);
        if (mayDecrease(flow)) {
            losses[flow]++;
            decrease(flow, losses[flow] >= RESET_LOSSES ? 0 : 1 - config.maxDecrease());
        }
        openOrShut(flow);
    }

    @Override
    public void onSilence(int flow, int wireBytes, long timeNs) {
        silent[flow] = true;
        onLost(flow, wireBytes, timeNs);
    }

    private boolean mayDecrease(int flow) {
        return decreasesNs[flow] == Long.MIN_VALUE || nowNs - decreasesNs[flow] >= roundTripsNs[flow];
    }

    private void decrease(int flow, double factor) {
        setWindow(flow, windows[flow] * factor);
        decreasesNs[flow] = nowNs;
    }

    private void setWindow(int flow, double packets) {
        windows[flow] = Math.clamp(packets, config.minWindow(), config.maxWindow());
        windowBytes[flow] = windows[flow] * config.packetWireBytes();
    }

    @Override
    public void reset(int flow) {
        deactivate(flow);
        begin(flow);
    }

    @Override
    public long nextDeadlineNs() {
        return pacer.nextDeadlineNs();
    }

    /**
     * A flow may send while less than its window is outstanding, and one packet more when nothing is heard of that (RFC 8985 section 7.3: a tail probe is not held back by the window). Below one packet it sends only alone, and RTT / window after the packet before, by the window that the
     * latest acknowledgement or loss left (algorithm 1: pacing_delay).
     */
    private void openOrShut(int flow) {
        if (wanted[flow] && (outstandingBytes[flow] < windowBytes[flow] || silent[flow])) {
            pacer.activate(flow, nowNs);
            if (windows[flow] < 1 && sentNs[flow] != Long.MIN_VALUE) {
                pacer.holdUntil(flow, sentNs[flow] + (long) (roundTripsNs[flow] / windows[flow]));
            }
        } else {
            pacer.deactivate(flow);
        }
    }

    private void advance(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
    }
}
