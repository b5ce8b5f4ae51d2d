package io.heliograph.emulator.fabric;

import io.heliograph.transport.SeededRandom;
import org.jspecify.annotations.Nullable;

/** Marks frames for a switch as its {@link EcnMarking} says: as they come to a queue, or as they leave it. */
final class EcnMarker {
    private final SeededRandom random;
    /** What is decided as a frame comes, if it is. */
    private final @Nullable EcnMarking atEntrance;
    /** What is decided as it leaves, if it is. */
    private final EcnMarking.@Nullable Sharp atExit;
    /** By port and class; made when a first frame leaves. */
    private @Nullable EcnSharpQueue[] queues = new EcnSharpQueue[0];

    EcnMarker(EcnMarking marking, SeededRandom random) {
        this.random = random;
        atEntrance = marking instanceof EcnMarking.Threshold || marking instanceof EcnMarking.Red ? marking : null;
        atExit = marking instanceof EcnMarking.Sharp sharp ? sharp : null;
    }

    void start(int ports) {
        queues = new EcnSharpQueue[atExit == null ? 0 : ports * PriorityQueues.CLASSES];
    }

    /** Looks at a frame that comes to a queue, which holds some bytes with it. */
    void entering(long frame, Link out, long queuedBytes, long nowPs) {
        if (atEntrance != null && FabricFrame.is(frame, FabricFrame.ECN_CAPABLE) && marks(queuedBytes)) {
            mark(frame, out, nowPs);
        }
    }

    private boolean marks(long queuedBytes) {
        return switch (atEntrance) {
            case EcnMarking.Threshold threshold -> queuedBytes > threshold.queueBytes();
            case EcnMarking.Red red -> marks(red, queuedBytes);
            case null, default -> false;
        };
    }

    private boolean marks(EcnMarking.Red red, long queuedBytes) {
        if (queuedBytes <= red.minBytes()) {
            return false;
        }
        if (queuedBytes > red.maxBytes()) {
            return true;
        }
        double share = (double) (queuedBytes - red.minBytes()) / (red.maxBytes() - red.minBytes());
        return (random.nextLong() >>> 11) * 0x1.0p-53 < share * red.maxProbability();
    }

    /** Looks at a frame that leaves its queue. */
    void leaving(long frame, Link out, long nowPs) {
        if (atExit == null || !FabricFrame.is(frame, FabricFrame.ECN_CAPABLE)) {
            return;
        }
        int queue = out.fromPort() * PriorityQueues.CLASSES + FabricFrame.trafficClass(frame);
        EcnSharpQueue state = queues[queue];
        if (state == null) {
            state = new EcnSharpQueue(atExit);
            queues[queue] = state;
        }
        if (state.marks(nowPs - FabricFrame.timePs(frame), nowPs)) {
            mark(frame, out, nowPs);
        }
    }

    private static void mark(long frame, Link out, long nowPs) {
        if (!FabricFrame.is(frame, FabricFrame.MARKED)) {
            IpEdits.mark(frame);
            FabricFrame.flags(frame, FabricFrame.flags(frame) | FabricFrame.MARKED);
            out.noteMarked(frame, nowPs);
        }
    }
}
