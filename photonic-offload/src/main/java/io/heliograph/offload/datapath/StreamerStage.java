package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;
import io.heliograph.offload.device.OperandWord;
import io.heliograph.offload.device.PhotonicDevice;

/**
 * Sends a word of activations and a word of weights in the same cycle, when both are valid; else zeros. It widens each byte to what the DAC takes, straight into the device's ring,
 * and so much later, and shifted by so many lanes, that both arms meet in the light.
 */
final class StreamerStage extends Stage {

    private static final int VALID = 0;
    private static final int SEND = 1;

    private final Tap activation;
    private final Tap weight;
    private final Signal sent;
    private final DeviceRings rings;
    private final int lanes;
    private final int wavelengths;
    private final int activationCycles;
    private final int sampleShift;
    private final int weightCycles;
    private boolean sending;

    StreamerStage(StageSpec spec, Wiring wiring, DatapathProgram program, DeviceRings rings) {
        super(spec, program.layers(), 1);
        activation = wiring.input(spec, "activation");
        weight = wiring.input(spec, "weight");
        sent = wiring.output(spec, "sent");
        this.rings = rings;
        lanes = program.lanes();
        wavelengths = program.wavelengths();
        activationCycles = latency + DatapathCompiler.SHIFT_REGISTERS + spec.setting("activation-delay");
        sampleShift = spec.setting("sample-shift");
        weightCycles = latency + spec.setting("weight-delay");
        int ahead = Math.max(activationCycles + 1, weightCycles);
        if (ahead + 1 > rings.entries()) {
            throw new IllegalArgumentException(
                    "the device's rings are too short: entries=" + rings.entries() + " needed=" + (ahead + 1));
        }
    }

    @Override
    void reset() {
        super.reset();
        sending = false;
    }

    @Override
    void step(long cycle) {
        clearCounts();
        long vector = activation.get(cycle);
        long weights = weight.get(cycle);
        int fired = vector == Signal.NONE ? 0 : fire(VALID);
        fired |= weights == Signal.NONE ? 0 : fire(VALID);
        sending = (fired & SEND) != 0;
        rings.putWeight(cycle + weightCycles, sending ? (int) weights : OperandWord.DARK);
        long sample = (cycle + activationCycles + rings.firstEntry()) * lanes + sampleShift;
        for (int k = 0; k < wavelengths; k++) {
            if (!sending || vector == Signal.PREAMBLE && k > 0) {
                rings.putSamples(k, sample, 0L);
            } else if (vector == Signal.PREAMBLE) {
                rings.putSamples(k, sample, -1L);
            } else {
                rings.putWidened(k, sample, vector + (long) k * lanes);
            }
        }
        sent.put(cycle + latency, sending ? weights : Signal.NONE);
    }

    /** Whether both operands were valid in the last cycle. */
    boolean isSending() {
        return sending;
    }

    @Override
    String state() {
        return sending ? "send" : "zeros";
    }

    /** The rings of a device, as a datapath fills them: entries by cycle, activations by sample. */
    static final class DeviceRings {

        private final PhotonicDevice device;
        private final long[] activations;
        private final long weights;
        private final long samples;
        private final int lanes;
        private final int entries;
        private final long sampleMask;
        private long firstEntry;

        DeviceRings(PhotonicDevice device) {
            this.device = device;
            activations = new long[device.capabilities().wavelengths()];
            for (int k = 0; k < activations.length; k++) {
                activations[k] = device.activationRing(k);
            }
            weights = device.weightRing();
            samples = device.sampleRing();
            lanes = device.capabilities().lanes();
            entries = device.capabilities().ringEntries();
            sampleMask = (long) entries * lanes - 1;
        }

        int entries() {
            return entries;
        }

        /** The entry of cycle 0. */
        long firstEntry() {
            return firstEntry;
        }

        /** Darkens all entries; cycle 0 is the next one that the device takes. */
        void begin() {
            firstEntry = device.operandsTaken();
            for (long ring : activations) {
                NativeMemory.fill(ring, (sampleMask + 1) * OperandWord.LANE_BYTES, (byte) 0);
            }
            NativeMemory.fill(weights, (long) entries * Integer.BYTES, (byte) OperandWord.DARK);
        }

        void putWeight(long cycle, int word) {
            NativeMemory.putInt(weights + (cycle + firstEntry & entries - 1L) * Integer.BYTES, word);
        }

        /** The same four codes all along a word. */
        void putSamples(int wavelength, long sample, long codes) {
            for (int lane = 0; lane < lanes; lane += 4) {
                putFour(activations[wavelength], sample + lane, codes);
            }
        }

        /** {@code lanes} bytes, each as a code. */
        void putWidened(int wavelength, long sample, long bytes) {
            for (int lane = 0; lane < lanes; lane += 4) {
                long four = NativeMemory.getInt(bytes + lane) & 0xFFFF_FFFFL;
                long pairs = (four | four << 16) & 0x0000_FFFF_0000_FFFFL;
                long values = (pairs | pairs << 8) & 0x00FF_00FF_00FF_00FFL;
                putFour(activations[wavelength], sample + lane, values << OperandWord.VALUE_SHIFT);
            }
        }

        private void putFour(long ring, long sample, long codes) {
            long at = sample & sampleMask;
            if (at + 4 <= sampleMask + 1) {
                NativeMemory.putLong(ring + at * OperandWord.LANE_BYTES, codes);
                return;
            }
            for (int k = 0; k < 4; k++) {
                NativeMemory.putShort(
                        ring + (at + k & sampleMask) * OperandWord.LANE_BYTES, (short) (codes >>> Short.SIZE * k));
            }
        }

        /** Runs the device for one cycle; returns the address of its samples. */
        long run(long cycle) {
            long entry = cycle + firstEntry;
            device.postOperands(entry + 1);
            device.releaseSamples(entry + 1);
            return samples + (entry & entries - 1L) * lanes * OperandWord.LANE_BYTES;
        }
    }
}
