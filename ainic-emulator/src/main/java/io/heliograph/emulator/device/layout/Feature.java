package io.heliograph.emulator.device.layout;

/** Bits of FEATURES. */
public enum Feature implements Code {
    /** Speaks IPv4. */
    IPV4(1, "speaks IPv4"),
    /** Speaks IPv6. */
    IPV6(2, "speaks IPv6"),
    /** Has the rate limiter. */
    RATE_TABLE(4, "has the rate limiter"),
    /** Lets paths be denied. */
    PATH_TABLE(8, "lets paths be denied"),
    /** Takes virtual addresses of the process, translated by the platform (PASID): regions need no page lists. */
    SHARED_ADDRESSES(
            16,
            "takes virtual addresses of the process, translated by the platform (PASID): regions need no page lists"),
    /** Listens to priority pause frames where FLOW_CONTROL says so. */
    FLOW_CONTROL(32, "listens to priority pause frames where FLOW_CONTROL says so");

    private final int value;
    private final String meaning;

    Feature(int value, String meaning) {
        this.value = value;
        this.meaning = meaning;
    }

    @Override
    public int value() {
        return value;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
