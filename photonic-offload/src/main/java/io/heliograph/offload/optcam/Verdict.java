package io.heliograph.offload.optcam;

/** What is done with a frame that a rule matches; it is counted in any case. */
public enum Verdict {
    /** Goes on as it is. */
    PASS,
    /** Goes on as it is, and is reported as an alert. */
    ALERT,
    /** Goes on, and is handed to the capture as well. */
    LOG,
    /** Goes on with another DSCP. */
    MARK,
    /** Goes no further. */
    DROP
}
