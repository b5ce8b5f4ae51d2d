package io.heliograph.emulator.fabric;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Frame;
import org.jspecify.annotations.Nullable;

/** What becomes of frames on a wire: they are lost or changed by the wire's own error rates and by a {@link LinkFault}, as chance decides. */
final class WireFaults {
    private final SeededRandom random;
    private final @Nullable Trials bitErrors;
    private final @Nullable Trials frameErrors;
    private boolean blackHole;
    private @Nullable Trials losses;

    WireFaults(LinkConfig config, SeededRandom random) {
        this.random = random;
        bitErrors = config.bitErrorRate() > 0 ? new Trials(config.bitErrorRate(), random) : null;
        frameErrors = config.frameErrorRate() > 0 ? new Trials(config.frameErrorRate(), random) : null;
    }

    /** Changes the fault. */
    void fault(LinkFault now) {
        blackHole = now instanceof LinkFault.BlackHole;
        losses = now instanceof LinkFault.Lossy lossy && lossy.probability() > 0
                ? new Trials(lossy.probability(), random)
                : null;
    }

    /** Whether all frames arrive as they were sent, at present. */
    boolean areNone() {
        return !blackHole && losses == null && frameErrors == null && bitErrors == null;
    }

    /** What becomes of the next frame: null if it arrives, perhaps with other bits. */
    @Nullable
    DropReason fate(long frame) {
        if (blackHole) {
            return DropReason.BLACK_HOLE;
        }
        if (losses != null && losses.first(1) != Trials.NONE) {
            return DropReason.LOST;
        }
        if (frameErrors != null && frameErrors.first(1) != Trials.NONE) {
            return DropReason.FRAME_ERROR;
        }
        if (bitErrors != null) {
            corrupt(frame, bitErrors);
        }
        return null;
    }

    private static void corrupt(long frame, Trials errors) {
        long data = Frame.dataAddress(frame);
        long bits = 8L * Frame.lengthBytes(frame);
        long bit = errors.first(bits);
        long tried = 0;
        while (bit != Trials.NONE) {
            tried += bit;
            long at = data + tried / 8;
            NativeMemory.putByte(at, (byte) (NativeMemory.getByte(at) ^ 1 << tried % 8));
            FabricFrame.flags(frame, FabricFrame.flags(frame) | FabricFrame.CORRUPTED);
            tried++;
            bit = errors.first(bits - tried);
        }
    }
}
