package io.heliograph.emulator.device;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.RatePolicy;

/**
 * The gate between an engine's rate limiter and the pipeline: a data packet leaves the limiter only when segmentation has room for it, one at a time. What may leave, and when, is the
 * limiter's decision.
 */
final class Departure implements RatePolicy {
    private final RatePolicy limiter;
    private int permits;
    private boolean departed;

    Departure(RatePolicy limiter) {
        this.limiter = limiter;
    }

    /** Lets one packet leave, or none, until it is called again. */
    void open(boolean permit) {
        permits = permit ? 1 : 0;
        departed = false;
    }

    /** Whether a packet left since the gate was opened. */
    boolean departed() {
        return departed;
    }

    /** When the limiter wants to be asked, whatever room there is. */
    long demandNs() {
        return limiter.nextDeadlineNs();
    }

    @Override
    public void addFlow(int flow, IpAddress destination, int trafficClass, long nowNs) {
        limiter.addFlow(flow, destination, trafficClass, nowNs);
    }

    @Override
    public void onDutyCycle(long nowNs) {
        limiter.onDutyCycle(nowNs);
    }

    @Override
    public void activate(int flow, long nowNs) {
        limiter.activate(flow, nowNs);
    }

    @Override
    public void deactivate(int flow) {
        limiter.deactivate(flow);
    }

    @Override
    public int nextFlow(long nowNs) {
        return permits > 0 ? limiter.nextFlow(nowNs) : NONE;
    }

    @Override
    public int packetsAtOnce() {
        return permits;
    }

    @Override
    public boolean isShared() {
        return limiter.isShared();
    }

    @Override
    public void onSent(int flow, int wireBytes, long nowNs) {
        permits--;
        departed = true;
        limiter.onSent(flow, wireBytes, nowNs);
    }

    @Override
    public void onAcknowledged(int flow, int wireBytes, long rttNs, long nowNs) {
        limiter.onAcknowledged(flow, wireBytes, rttNs, nowNs);
    }

    @Override
    public void onLost(int flow, int wireBytes, long nowNs) {
        limiter.onLost(flow, wireBytes, nowNs);
    }

    @Override
    public void onSilence(int flow, int wireBytes, long nowNs) {
        limiter.onSilence(flow, wireBytes, nowNs);
    }

    @Override
    public void reset(int flow) {
        limiter.reset(flow);
    }

    /** The engine need not run for what the gate keeps back: the device runs it when there is room. */
    @Override
    public long nextDeadlineNs() {
        return permits > 0 ? limiter.nextDeadlineNs() : Long.MAX_VALUE;
    }
}
