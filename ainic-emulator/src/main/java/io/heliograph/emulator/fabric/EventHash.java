package io.heliograph.emulator.fabric;

import io.heliograph.transport.port.Frame;

/** One number that all that happens on the observed links comes to: two runs that differ in anything differ in it. */
public final class EventHash implements FabricObserver {
    private static final int QUEUED = 1;
    private static final int SENT = 2;
    private static final int ARRIVED = 3;
    private static final int DROPPED = 4;
    private static final int TRIMMED = 16;
    private static final int MARKED = 17;
    private static final int PAUSED = 18;

    private long hash;

    private void add(long kind, Link link, long id, long detail, long nowPs) {
        hash = FrameReader.mix(hash ^ nowPs);
        hash = FrameReader.mix(hash ^ (kind << 56 | (long) link.number() << 32) ^ id ^ FrameReader.mix(detail));
    }

    @Override
    public void queued(Link link, long frame, long queuedBytes, long nowPs) {
        add(QUEUED, link, FabricFrame.id(frame), queuedBytes, nowPs);
    }

    @Override
    public void sent(Link link, long frame, long nowPs) {
        add(SENT, link, FabricFrame.id(frame), Frame.lengthBytes(frame), nowPs);
    }

    @Override
    public void arrived(Link link, long frame, long nowPs) {
        add(ARRIVED, link, FabricFrame.id(frame), FabricFrame.flags(frame), nowPs);
    }

    @Override
    public void dropped(Link link, long frame, DropReason reason, long nowPs) {
        add(DROPPED + reason.index(), link, FabricFrame.id(frame), 0, nowPs);
    }

    @Override
    public void trimmed(Link link, long frame, long nowPs) {
        add(TRIMMED, link, FabricFrame.id(frame), 0, nowPs);
    }

    @Override
    public void marked(Link link, long frame, long nowPs) {
        add(MARKED, link, FabricFrame.id(frame), 0, nowPs);
    }

    @Override
    public void paused(Link link, int classes, long nowPs) {
        add(PAUSED, link, 0, classes, nowPs);
    }

    /** What everything so far comes to. */
    public long value() {
        return hash;
    }
}
