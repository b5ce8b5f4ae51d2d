package io.heliograph.offload.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.testing.Allocations;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every photonic device keeps to, whatever its optics are. */
abstract class PhotonicDeviceContract {

    private final Arena arena = Arena.ofConfined();
    private PhotonicDevice device;
    private PhotonicCapabilities is;
    private int wordBytes;
    private long entry;

    /** A device that was just opened. */
    abstract PhotonicDevice open();

    /** How far a sample of steady light may be off, in values. */
    abstract int tolerance();

    @BeforeEach
    void begin() {
        device = open();
        is = device.capabilities();
        wordBytes = is.lanes() * OperandWord.LANE_BYTES;
        entry = 0;
    }

    @AfterEach
    void end() {
        device.close();
        arena.close();
    }

    private long word(int value) {
        long address = arena.allocate(wordBytes, Long.BYTES).address();
        for (int lane = 0; lane < is.lanes(); lane++) {
            NativeMemory.putShort(address + (long) lane * OperandWord.LANE_BYTES, OperandWord.code(value));
        }
        return address;
    }

    private void load(int firstWord, int... values) {
        for (int k = 0; k < values.length; k++) {
            assertEquals(PhotonicDevice.OK, device.loadWeights(word(values[k]), firstWord + k, 1));
        }
    }

    /** Writes an entry with one value in all lanes of the first wavelength. */
    private void write(int value, int weightWord) {
        long slot = entry & is.ringEntries() - 1L;
        for (int k = 0; k < is.wavelengths(); k++) {
            for (int lane = 0; lane < is.lanes(); lane++) {
                NativeMemory.putShort(
                        device.activationRing(k) + slot * wordBytes + (long) lane * OperandWord.LANE_BYTES,
                        OperandWord.code(k == 0 ? value : 0));
            }
        }
        NativeMemory.putInt(device.weightRing() + slot * Integer.BYTES, weightWord);
        entry++;
    }

    private int sample(long ofEntry, int lane) {
        long slot = ofEntry & is.ringEntries() - 1L;
        return OperandWord.value(NativeMemory.getUnsignedShort(
                device.sampleRing() + slot * wordBytes + (long) lane * OperandWord.LANE_BYTES));
    }

    /** Sends one value long enough for it to arrive; the last samples are steady. */
    private void settle(int value, int weightWord) {
        for (int cycle = 0; cycle < is.latencyCycles() + 2; cycle++) {
            write(value, weightWord);
            assertEquals(PhotonicDevice.OK, device.postOperands(entry));
            assertEquals(PhotonicDevice.OK, device.releaseSamples(entry));
        }
    }

    @Test
    void shouldMultiplyWhatIsStreamedWithWhatIsLoaded() {
        load(3, 255, 0, 100);
        for (int k = 1; k < is.wavelengths(); k++) {
            load(6 + k - 1, 0);
        }
        settle(200, 3);
        int bright = sample(entry - 1, 0);
        settle(100, 3);
        int half = sample(entry - 1, 0);
        settle(200, OperandWord.DARK);
        for (int lane = 0; lane < is.lanes(); lane++) {
            assertEquals(0, sample(entry - 1, lane), tolerance(), "no weight, no light");
        }
        assertTrue(bright > 0, "light arrives: " + bright);
        assertEquals(bright, 2 * half, 2 + 3 * tolerance(), "twice the value, twice the light");
    }

    @Test
    void shouldGiveOneWordOfSamplesForEachEntry() {
        load(0, 255);
        for (int burst : new int[] {1, 3, is.ringEntries(), 7}) {
            for (int k = 0; k < burst; k++) {
                write(9, 0);
            }
            assertEquals(PhotonicDevice.OK, device.postOperands(entry));
            assertEquals(entry, device.operandsTaken());
            assertEquals(entry, device.samplesWritten());
            assertEquals(PhotonicDevice.OK, device.releaseSamples(entry));
        }
    }

    @Test
    void shouldWaitForRoomInTheSampleRing() {
        for (int k = 0; k < is.ringEntries(); k++) {
            write(1, OperandWord.DARK);
        }
        assertEquals(PhotonicDevice.OK, device.postOperands(entry));
        assertEquals(is.ringEntries(), device.operandsTaken());
        write(1, OperandWord.DARK);
        write(1, OperandWord.DARK);
        assertEquals(PhotonicDevice.OK, device.postOperands(entry));
        assertEquals(is.ringEntries(), device.operandsTaken(), "nobody has read a sample");
        assertEquals(PhotonicDevice.OK, device.releaseSamples(1));
        assertEquals(is.ringEntries() + 1, device.operandsTaken());
        assertEquals(PhotonicDevice.OK, device.releaseSamples(2));
        assertEquals(entry, device.operandsTaken());
    }

    @Test
    void shouldRefuseDoorbellsThatMakeNoSense() {
        assertEquals(PhotonicDevice.PAST_RING, device.postOperands(is.ringEntries() + 1L));
        assertEquals(PhotonicDevice.PAST_RING, device.postOperands(-1));
        assertEquals(PhotonicDevice.OK, device.postOperands(4));
        assertEquals(PhotonicDevice.PAST_RING, device.postOperands(3));
        assertEquals(PhotonicDevice.PAST_RING, device.releaseSamples(5));
        assertEquals(PhotonicDevice.OK, device.releaseSamples(2));
        assertEquals(PhotonicDevice.PAST_RING, device.releaseSamples(1));
        assertEquals(4, device.operandsTaken(), "nothing of it was taken");
    }

    @Test
    void shouldRefuseWeightsThatDoNotFit() {
        long one = word(1);
        assertEquals(PhotonicDevice.PAST_MEMORY, device.loadWeights(one, is.weightWords(), 1));
        assertEquals(PhotonicDevice.PAST_MEMORY, device.loadWeights(one, -1, 1));
        assertEquals(PhotonicDevice.PAST_MEMORY, device.loadWeights(one, 0, is.weightWords() + 1));
        assertEquals(PhotonicDevice.PAST_MEMORY, device.loadWeights(one, Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertEquals(PhotonicDevice.OK, device.loadWeights(one, is.weightWords() - 1, 1));
    }

    @Test
    void shouldStayDarkForAnIndexThatIsNoWord() {
        settle(255, is.weightWords());
        assertEquals(0, sample(entry - 1, 0), tolerance());
        settle(255, Integer.MIN_VALUE);
        assertEquals(0, sample(entry - 1, 0), tolerance());
    }

    @Test
    void shouldBeCalibrated() {
        Calibration calibration = Calibration.measure(device, CalibrationWave.SQUARE, 50);
        int most = is.latencyCycles() * is.lanes();
        assertTrue(
                calibration.activationFlight() >= 0 && calibration.activationFlight() <= most, calibration.toString());
        assertTrue(calibration.weightFlight() >= 0 && calibration.weightFlight() <= most, calibration.toString());
        assertTrue(calibration.transmission() > 0 && calibration.transmission() < 1.1, calibration.toString());
        assertTrue(calibration.lossMultiplier() >= 1);
    }

    @Test
    void shouldAllocateNothingPerCycle() {
        load(0, 255);
        assertEquals(0, Allocations.inSteadyState(() -> {
            for (int cycle = 0; cycle < 2_000; cycle++) {
                write(cycle & 0xFF, 0);
                device.postOperands(entry);
                device.releaseSamples(entry);
            }
        }));
    }
}
