package io.heliograph.transport.rate;

/**
 * The parameters of {@link Swift}, by their names in the paper (Kumar et al., "Swift: Delay is Simple and Effective for Congestion Control in the Datacenter", SIGCOMM 2020, section 3).
 *
 * @param packetWireBytes of a full packet, which windows are counted in
 * @param lineRateBitsPerSecond of the port
 * @param baseTargetNs target delay without scaling, nanoseconds
 * @param flowScalingRangeNs fs_range: how much the target grows for small windows; 0 for none
 * @param flowScalingMinWindow fs_min_cwnd, packets: at and below it the target is the greatest
 * @param flowScalingMaxWindow fs_max_cwnd, packets: from it on there is no scaling
 * @param additiveIncrease ai, packets a round trip
 * @param beta multiplicative decrease for each unit of relative excess delay
 * @param maxDecrease max_mdf: the greatest part of the window that goes at once
 * @param minWindow packets; below 1 a flow sends a packet in several round trips
 * @param maxWindow packets
 * @param initialWindow packets
 */
public record SwiftConfig(
        int packetWireBytes,
        long lineRateBitsPerSecond,
        long baseTargetNs,
        long flowScalingRangeNs,
        double flowScalingMinWindow,
        double flowScalingMaxWindow,
        double additiveIncrease,
        double beta,
        double maxDecrease,
        double minWindow,
        double maxWindow,
        double initialWindow) {
    /** Checks the ranges. */
    public SwiftConfig {
        require("packetWireBytes", packetWireBytes, 1, 1 << 16);
        requireWhole("lineRateBitsPerSecond", lineRateBitsPerSecond, 1, RateTable.MAX_LINE_RATE);
        requireWhole("baseTargetNs", baseTargetNs, 1, RateTable.MAX_PERIOD_NS);
        requireWhole("flowScalingRangeNs", flowScalingRangeNs, 0, RateTable.MAX_PERIOD_NS);
        require("flowScalingMinWindow", flowScalingMinWindow, Math.ulp(1.0), 1e6);
        require("flowScalingMaxWindow", flowScalingMaxWindow, Math.nextUp(flowScalingMinWindow), 1e9);
        require("additiveIncrease", additiveIncrease, Math.ulp(1.0), 1e3);
        require("beta", beta, 0, 1e3);
        require("maxDecrease", maxDecrease, 0, Math.nextDown(1.0));
        require("minWindow", minWindow, 1e-3, 1e6);
        require("maxWindow", maxWindow, Math.max(1, minWindow), 1e6);
        require("initialWindow", initialWindow, minWindow, maxWindow);
    }

    /** What the paper gives as typical, for a target delay: windows from a thousandth of a packet to 1,024, scaling by as much as the target again. */
    public static SwiftConfig of(int packetWireBytes, long lineRateBitsPerSecond, long baseTargetNs) {
        return new SwiftConfig(
                packetWireBytes,
                lineRateBitsPerSecond,
                baseTargetNs,
                baseTargetNs,
                0.1,
                100,
                1,
                0.8,
                0.5,
                1e-3,
                1024,
                10);
    }

    private static void requireWhole(String name, long value, long least, long greatest) {
        require(name, (double) value, (double) least, (double) greatest);
    }

    private static void require(String name, double value, double least, double greatest) {
        // Written so that NaN is refused.
        if (!(value >= least && value <= greatest)) {
            throw new IllegalArgumentException(
                    "swift: " + name + "=" + value + "; from " + least + " to " + greatest + " is possible");
        }
    }
}
