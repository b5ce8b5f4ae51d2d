package io.heliograph.transport.path;

/** Is told of each path that changes its state; on the engine's thread, in the middle of a packet's work. */
@FunctionalInterface
public interface PathObserver {
    /** Nobody looks. */
    PathObserver NONE = (entropy, from, to) -> {};

    /** A path is in another state from now on. */
    void changed(int entropy, PathState from, PathState to);
}
