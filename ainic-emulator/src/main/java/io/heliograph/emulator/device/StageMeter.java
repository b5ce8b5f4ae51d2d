package io.heliograph.emulator.device;

/** What can be seen of a step of the pipeline: what it does now, how much waits in front of it, and for how long it did what. */
public final class StageMeter {
    private final String name;
    private final long cyclePs;
    private StageObserver observer = StageObserver.NONE;
    private StageState state = StageState.IDLE;
    private int depth;
    private int maxDepth;
    private int psn;
    private long items;
    private long sincePs;
    private long busyPs;
    private long stalledPs;

    StageMeter(String name, long cyclePs) {
        this.name = name;
        this.cyclePs = cyclePs;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** What it does now. */
    public StageState state() {
        return state;
    }

    /** How many items wait in front of it. */
    public int depth() {
        return depth;
    }

    /** The most that ever waited. */
    public int maxDepth() {
        return maxDepth;
    }

    /** The PSN of the packet that it took last; 0 if it has to do with none. */
    public int psn() {
        return psn;
    }

    /** How many items it has passed on. */
    public long items() {
        return items;
    }

    /** Cycles in which it worked. */
    public long busyCycles(long nowPs) {
        return (busyPs + (state == StageState.BUSY ? nowPs - sincePs : 0)) / cyclePs;
    }

    /** Cycles in which the next step kept it. */
    public long stalledCycles(long nowPs) {
        return (stalledPs + (state == StageState.STALLED ? nowPs - sincePs : 0)) / cyclePs;
    }

    /** All other cycles since the beginning. */
    public long idleCycles(long nowPs) {
        return nowPs / cyclePs - busyCycles(nowPs) - stalledCycles(nowPs);
    }

    /** Says who is told of changes. */
    public void observe(StageObserver value) {
        observer = value;
    }

    void took(int newPsn) {
        psn = newPsn;
    }

    void passed() {
        items++;
    }

    void set(StageState newState, int newDepth, long nowPs) {
        if (newState != state) {
            long elapsedPs = nowPs - sincePs;
            busyPs += state == StageState.BUSY ? elapsedPs : 0;
            stalledPs += state == StageState.STALLED ? elapsedPs : 0;
            sincePs = nowPs;
            state = newState;
        }
        depth = newDepth;
        maxDepth = Math.max(maxDepth, newDepth);
        observer.changed(this, nowPs);
    }
}
