package io.heliograph.offload.optcam;

/**
 * What a classifier does for each result of its table.
 *
 * <p>Called by the thread that polls, for each frame that a rule matched; allocates nothing if the frames' path is not to.
 */
public interface ClassifierActions {

    /** What to do with a frame whose lookup gave this result. */
    Verdict verdict(int result);

    /** The DSCP, 0 to 63, that {@link Verdict#MARK} sets. */
    int dscp(int result);

    /**
     * Takes a frame of {@link Verdict#LOG}; its bytes are the port's and good until this returns.
     *
     * @param frame address of the Ethernet header
     */
    void capture(int result, long frame, int lengthBytes);
}
