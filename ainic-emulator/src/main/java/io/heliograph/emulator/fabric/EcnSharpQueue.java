package io.heliograph.emulator.fabric;

/** What ECN# remembers of one queue: since when frames waited too long, and when the next one is to be marked. See {@link EcnMarking.Sharp}. */
final class EcnSharpQueue {
    private static final long NOT_ABOVE = -1;

    private final EcnMarking.Sharp config;
    /** When the low target will have been missed for an interval, or NOT_ABOVE. */
    private long persistentFromPs = NOT_ABOVE;

    private boolean marking;
    private long marks;
    private long nextMarkPs;

    EcnSharpQueue(EcnMarking.Sharp config) {
        this.config = config;
    }

    /** Whether a frame that leaves now, having waited for a time, is to be marked. */
    boolean marks(long waitedPs, long nowPs) {
        boolean persistent = persistent(isPersistent(waitedPs, nowPs), nowPs);
        return persistent || waitedPs > config.instantPs();
    }

    private boolean isPersistent(long waitedPs, long nowPs) {
        if (waitedPs < config.persistentTargetPs()) {
            persistentFromPs = NOT_ABOVE;
            return false;
        }
        if (persistentFromPs == NOT_ABOVE) {
            persistentFromPs = nowPs + config.persistentIntervalPs();
            return false;
        }
        return nowPs > persistentFromPs;
    }

    private boolean persistent(boolean isPersistent, long nowPs) {
        if (!isPersistent) {
            marking = false;
            return false;
        }
        if (!marking) {
            marking = true;
            marks = 1;
            nextMarkPs = nowPs + config.persistentIntervalPs();
            return true;
        }
        if (nowPs < nextMarkPs) {
            return false;
        }
        marks++;
        nextMarkPs = nowPs + (long) (config.persistentIntervalPs() / Math.sqrt(marks));
        return true;
    }
}
