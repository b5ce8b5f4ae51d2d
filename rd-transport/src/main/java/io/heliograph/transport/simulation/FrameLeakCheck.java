package io.heliograph.transport.simulation;

/** What a node takes from its ports it gives back, once, and all of it when it closes. */
final class FrameLeakCheck {
    private FrameLeakCheck() {}

    static void afterClose(SimulatedNode node) {
        if (node.heldFrames() != 0) {
            throw new Violation(
                    FrameLeakCheck.class, "node " + node.index + " closed and kept frames: " + node.heldFrames());
        }
    }

    static void atEnd(FramePool pool) {
        if (!pool.isComplete()) {
            throw new Violation(FrameLeakCheck.class, "frames are missing: " + pool.missing());
        }
    }
}
