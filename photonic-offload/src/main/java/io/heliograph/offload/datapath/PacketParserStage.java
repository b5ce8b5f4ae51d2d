package io.heliograph.offload.datapath;

/** Takes the words of a query from the bus, one a cycle, and starts when it has counted all of them. */
final class PacketParserStage extends Stage {

    private static final int WORD = 0;
    private static final int START = 1;

    private final Signal start;
    private final int busBytes;
    private long payload;
    private int wordsLeft;

    PacketParserStage(StageSpec spec, Wiring wiring, int layers) {
        super(spec, layers, 1);
        start = wiring.output(spec, "start");
        busBytes = spec.setting("bus-bytes");
    }

    /** A query arrives. */
    void arrive(long address, int lengthBytes) {
        payload = address;
        wordsLeft = (lengthBytes + busBytes - 1) / busBytes;
    }

    @Override
    void reset() {
        super.reset();
        wordsLeft = 0;
    }

    @Override
    void step(long cycle) {
        boolean all = false;
        if (wordsLeft > 0) {
            wordsLeft--;
            all = (fire(WORD) & START) != 0;
        }
        start.put(cycle + latency, all ? payload : Signal.NONE);
    }

    @Override
    String state() {
        return wordsLeft > 0 ? "payload" : "idle";
    }
}
