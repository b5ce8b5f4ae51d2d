package io.heliograph.offload.energy;

/** What a device description states, with the unit that it must be stated in. */
public enum EnergyConstant {
    /** A conversion of the activation arm. */
    ACTIVATION_DAC("activation-dac", "pJ/sample", 1e-12),
    /** A conversion of the weight arm. */
    WEIGHT_DAC("weight-dac", "pJ/sample", 1e-12),
    /** A change of one modulator; there are two. */
    MODULATOR("modulator", "fJ/sample", 1e-15),
    /** Light at the detector at full scale. */
    PHOTONS("photons", "photons/sample", 1),
    /** Of the light. */
    WAVELENGTH("wavelength", "nm", 1e-9),
    /** From laser to detector. */
    OPTICAL_LOSS("optical-loss", "dB", 1),
    /** Light of the laser for its electricity. */
    WALL_PLUG_EFFICIENCY("wall-plug-efficiency", "%", 1e-2),
    /** Power of the receiver. */
    DETECTOR("detector", "mW", 1e-3),
    /** A conversion behind the detector. */
    ADC("adc", "pJ/sample", 1e-12),
    /** Reading weights. */
    WEIGHT_MEMORY("weight-memory", "pJ/bit", 1e-12),
    /** Reading activations. */
    ACTIVATION_MEMORY("activation-memory", "pJ/bit", 1e-12),
    /** A digital addition of 16 bits. */
    ADDER("adder", "pJ/add", 1e-12);

    private final String text;
    private final String unit;
    private final double toSi;

    EnergyConstant(String text, String unit, double toSi) {
        this.text = text;
        this.unit = unit;
        this.toSi = toSi;
    }

    /** As descriptions have it. */
    public String text() {
        return text;
    }

    /** As descriptions have it. */
    public String unit() {
        return unit;
    }

    /** Joules, watts or metres for one of the unit; 1 where it has none of them. */
    double toSi() {
        return toSi;
    }
}
