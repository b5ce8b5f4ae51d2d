package io.heliograph.offload.datapath;

/** The device: rings its doorbell once a cycle, and gives the address of the samples that the ADC has in that cycle. */
final class PhotonicCoreStage extends Stage {

    private final Signal samples;
    private final StreamerStage.DeviceRings rings;

    PhotonicCoreStage(StageSpec spec, Wiring wiring, int layers, StreamerStage.DeviceRings rings) {
        super(spec, layers, 1);
        samples = wiring.output(spec, "samples");
        this.rings = rings;
    }

    @Override
    void step(long cycle) {
        samples.put(cycle, rings.run(cycle));
    }

    @Override
    String state() {
        return "light";
    }
}
