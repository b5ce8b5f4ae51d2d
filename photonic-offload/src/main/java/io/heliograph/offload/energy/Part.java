package io.heliograph.offload.energy;

/** Where energy goes. */
public enum Part {
    /** Both converters in front of the light. */
    DACS("DACs"),
    /** Both modulators. */
    MODULATORS("modulators"),
    /** Electricity of the laser. */
    LASER("laser"),
    /** The receiver. */
    DETECTOR("detector"),
    /** The converter behind the light. */
    ADC("ADC"),
    /** Reading weights and activations. */
    MEMORY("memory"),
    /** Additions. */
    LOGIC("logic");

    private final String title;

    Part(String title) {
        this.title = title;
    }

    /** Above a column. */
    public String title() {
        return title;
    }
}
