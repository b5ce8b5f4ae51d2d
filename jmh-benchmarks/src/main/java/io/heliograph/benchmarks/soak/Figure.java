package io.heliograph.benchmarks.soak;

/** What an end of a soak counts or weighs, as its samples name it; all but the resident set, which goes up and down, only grow. */
public enum Figure {
    /** Time since messages were first posted. */
    RAN_NS("ranNs"),
    /** Messages posted. */
    POSTED("posted"),
    /** Messages completed with success at their sender. */
    COMPLETED("completed"),
    /** Messages that ended with an error as they had to: their region or their peer had gone. */
    FAILED_AS_DUE("failedAsDue"),
    /** Messages under way when this end closed its own endpoint. */
    ABANDONED("abandoned"),
    /** Messages received whose bytes were compared. */
    VERIFIED("verified"),
    /** Bytes of those. */
    VERIFIED_BYTES("verifiedBytes"),
    /** Immediates received. */
    IMMEDIATES("immediates"),
    /** Checks that failed. */
    ERRORS("errors"),
    /** Regions taken back and registered anew. */
    REREGISTERED("reregistered"),
    /** Own endpoint closed and opened anew. */
    RESTARTED("restarted"),
    /** Data packets sent. */
    PACKETS("packets"),
    /** Data packets sent again. */
    RETRANSMITTED("retransmitted"),
    /** Heap bytes that the threads of the traffic allocated while they moved it. */
    TRAFFIC_HEAP_BYTES("trafficHeapBytes"),
    /** Heap bytes that the whole process allocated. */
    HEAP_BYTES("heapBytes"),
    /** Garbage collections. */
    GC_CYCLES("gcCycles"),
    /** Time on processors, all threads. */
    CPU_NS("cpuNs"),
    /** Resident set. */
    RESIDENT_BYTES("residentBytes");

    private final String label;

    Figure(String label) {
        this.label = label;
    }

    /** Its name in samples and reports. */
    public String label() {
        return label;
    }
}
