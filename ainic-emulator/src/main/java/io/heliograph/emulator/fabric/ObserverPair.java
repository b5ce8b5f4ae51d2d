package io.heliograph.emulator.fabric;

/** Two observers as one. */
record ObserverPair(FabricObserver first, FabricObserver second) implements FabricObserver {
    @Override
    public void queued(Link link, long frame, long queuedBytes, long nowPs) {
        first.queued(link, frame, queuedBytes, nowPs);
        second.queued(link, frame, queuedBytes, nowPs);
    }

    @Override
    public void sent(Link link, long frame, long nowPs) {
        first.sent(link, frame, nowPs);
        second.sent(link, frame, nowPs);
    }

    @Override
    public void arrived(Link link, long frame, long nowPs) {
        first.arrived(link, frame, nowPs);
        second.arrived(link, frame, nowPs);
    }

    @Override
    public void dropped(Link link, long frame, DropReason reason, long nowPs) {
        first.dropped(link, frame, reason, nowPs);
        second.dropped(link, frame, reason, nowPs);
    }

    @Override
    public void trimmed(Link link, long frame, long nowPs) {
        first.trimmed(link, frame, nowPs);
        second.trimmed(link, frame, nowPs);
    }

    @Override
    public void marked(Link link, long frame, long nowPs) {
        first.marked(link, frame, nowPs);
        second.marked(link, frame, nowPs);
    }

    @Override
    public void paused(Link link, int classes, long nowPs) {
        first.paused(link, classes, nowPs);
        second.paused(link, classes, nowPs);
    }
}
