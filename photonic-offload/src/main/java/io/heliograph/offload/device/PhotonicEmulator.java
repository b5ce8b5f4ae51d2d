package io.heliograph.offload.device;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;

/**
 * A photonic device in software: DACs, modulators, wavelengths, photodetector, ADC, time of flight, loss and noise.
 *
 * <p>A posted entry is taken at once, within the doorbell. The light in flight is what the DACs gave in the last cycles, kept as values in off-heap histories, one
 * for each arm and wavelength; a sample reads both at its time minus the time of flight. An exact device multiplies integers, any other one in
 * double precision.
 */
public final class PhotonicEmulator implements PhotonicDevice {

    private final PhotonicCapabilities capabilities;
    private final Detector detector;
    private final Arena arena;
    private final boolean ownsArena;
    private final int lanes;
    private final int wavelengths;
    private final int wordBytes;
    private final int ringMask;
    private final int dacDropped;

    private final long activationRing;
    private final long weightRing;
    private final long sampleRing;
    private final long weightMemory;

    private final LightHistory[] activationArm;
    private final LightHistory[] weightArm;
    private final int activationFlight;
    private final int weightFlight;

    private long taken;
    private long posted;
    private long released;

    /** A device with dark arms and empty rings. */
    public PhotonicEmulator(EmulatorConfig config) {
        this(config, Arena.ofConfined(), true);
    }

    /** The same in memory of an arena, which {@link #close} leaves open. */
    public PhotonicEmulator(EmulatorConfig config, Arena arena) {
        this(config, arena, false);
    }

    private PhotonicEmulator(EmulatorConfig config, Arena arena, boolean ownsArena) {
        this.arena = arena;
        this.ownsArena = ownsArena;
        lanes = config.lanes();
        wavelengths = config.wavelengths();
        wordBytes = lanes * OperandWord.LANE_BYTES;
        ringMask = config.ringEntries() - 1;
        dacDropped = Byte.SIZE - config.dacBits();
        activationFlight = config.activationFlight();
        weightFlight = config.weightFlight();
        int latency = (Math.max(activationFlight, weightFlight) + lanes - 1) / lanes;
        capabilities = new PhotonicCapabilities(
                lanes,
                wavelengths,
                config.dacBits(),
                config.adcBits(),
                config.sampleRateHz(),
                latency,
                config.weightWords(),
                config.ringEntries());
        long ringBytes = (long) config.ringEntries() * wordBytes;
        activationRing = allocate(ringBytes * wavelengths);
        weightRing = allocate((long) config.ringEntries() * Integer.BYTES);
        sampleRing = allocate(ringBytes);
        weightMemory = allocate((long) config.weightWords() * wordBytes);
        activationArm = new LightHistory[wavelengths];
        weightArm = new LightHistory[wavelengths];
        for (int k = 0; k < wavelengths; k++) {
            activationArm[k] = new LightHistory(arena, lanes, activationFlight);
            weightArm[k] = new LightHistory(arena, lanes, weightFlight);
        }
        detector = config.isExact() && wavelengths == 1
                ? new ExactDetector(activationArm[0], weightArm[0], lanes)
                : new AnalogDetector(config, new SeededRandom(config.seed()), activationArm, weightArm);
    }

    private long allocate(long bytes) {
        return arena.allocate(bytes, Long.BYTES * Byte.SIZE).address();
    }

    @Override
    public PhotonicCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public int loadWeights(long address, int firstWord, int words) {
        if (firstWord < 0 || words < 0 || firstWord > capabilities.weightWords() - words) {
            return PAST_MEMORY;
        }
        NativeMemory.copy(address, weightMemory + (long) firstWord * wordBytes, (long) words * wordBytes);
        return OK;
    }

    @Override
    public long activationRing(int wavelength) {
        return activationRing + (long) wavelength * capabilities.ringEntries() * wordBytes;
    }

    @Override
    public long weightRing() {
        return weightRing;
    }

    @Override
    public long sampleRing() {
        return sampleRing;
    }

    @Override
    public int postOperands(long written) {
        if (written < posted || written - taken > capabilities.ringEntries()) {
            return PAST_RING;
        }
        posted = written;
        takeAll();
        return OK;
    }

    @Override
    public long operandsTaken() {
        return taken;
    }

    @Override
    public long samplesWritten() {
        return taken;
    }

    @Override
    public int releaseSamples(long read) {
        if (read < released || read > taken) {
            return PAST_RING;
        }
        released = read;
        takeAll();
        return OK;
    }

    private void takeAll() {
        while (taken < posted && taken - released < capabilities.ringEntries()) {
            take(taken);
            taken++;
        }
    }

    /** One cycle: converts the operands of an entry, and samples what arrives. */
    private void take(long entry) {
        int slot = (int) entry & ringMask;
        int weight = NativeMemory.getInt(weightRing + (long) slot * Integer.BYTES);
        boolean dark = weight < 0 || weight > capabilities.weightWords() - wavelengths;
        for (int k = 0; k < wavelengths; k++) {
            activationArm[k].put(entry, activationRing(k) + (long) slot * wordBytes, dacDropped);
            if (dark) {
                weightArm[k].putDark(entry);
            } else {
                weightArm[k].put(entry, weightMemory + (long) (weight + k) * wordBytes, dacDropped);
            }
        }
        detector.sample(
                entry,
                entry * lanes - activationFlight,
                entry * lanes - weightFlight,
                sampleRing + (long) slot * wordBytes);
    }

    @Override
    public void close() {
        if (ownsArena) {
            arena.close();
        }
    }
}
