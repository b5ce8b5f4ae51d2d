package io.heliograph.emulator.fabric;

import org.jspecify.annotations.Nullable;

/**
 * Is told what happens on a link; what nobody observes costs nothing.
 *
 * <p>Called in the middle of an event: it may read the frame ({@link FabricFrame}, {@link io.heliograph.transport.port.Frame}) and the link, and change neither. Frames are valid during the call only.
 */
public interface FabricObserver {
    /** A frame joined a queue in front of a link, which holds {@code queuedBytes} of its class now; not called for one that found the link idle. */
    default void queued(Link link, long frame, long queuedBytes, long nowPs) {}

    /** A frame's first bit goes out. */
    default void sent(Link link, long frame, long nowPs) {}

    /** A frame's last bit came out at the far end. */
    default void arrived(Link link, long frame, long nowPs) {}

    /** A frame was dropped: at the entrance of a link, on it, or by what is at the end of it. */
    default void dropped(Link link, long frame, DropReason reason, long nowPs) {}

    /** A frame was cut to its headers, in front of a link. */
    default void trimmed(Link link, long frame, long nowPs) {}

    /** Congestion experienced was set, in front of a link. */
    default void marked(Link link, long frame, long nowPs) {}

    /** Classes of a link were paused or may go on: a bit for each that is paused now. */
    default void paused(Link link, int classes, long nowPs) {}

    /** One that tells both; either may be null. */
    static @Nullable FabricObserver both(@Nullable FabricObserver first, @Nullable FabricObserver second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return new ObserverPair(first, second);
    }
}
