package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.DropReason;
import java.util.Map;

/**
 * What the network did to the frames of a run.
 *
 * @param dropped frames, by reason; only reasons that occurred
 * @param trimmed data packets cut to their headers
 * @param marked data packets with congestion experienced
 * @param pauses times that a class of a link was paused, or its pause renewed
 * @param queueMaxBytes the most that ever waited in front of one link of a switch
 * @param queueP99Bytes what the queue of a link does not exceed for 99 % of the time, whole KiB; of the link for which that is the greatest
 * @param queueMeanBytes the mean over time of the link of a switch whose mean is the greatest
 * @param deepest that link
 */
public record Congestion(
        Map<DropReason, Long> dropped,
        long trimmed,
        long marked,
        long pauses,
        long queueMaxBytes,
        long queueP99Bytes,
        double queueMeanBytes,
        String deepest) {
    /** Frames dropped for any reason. */
    public long droppedFrames() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
