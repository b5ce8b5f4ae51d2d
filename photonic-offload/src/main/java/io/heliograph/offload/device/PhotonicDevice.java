package io.heliograph.offload.device;

/**
 * A photonic multiply-accumulate device as a card offers it: weight memory, operand rings with a doorbell, a sample ring with a doorbell.
 *
 * <p>Time is the device's: every entry of the operand rings is one cycle of its logic clock, and gives one word of samples. Entry number n of a ring, counted
 * from the first one ever, lies in slot n modulo {@link PhotonicCapabilities#ringEntries}:
 *
 * <ul>
 *   <li>activation ring, one per wavelength, one behind the other: {@code lanes} codes ({@link OperandWord}); the samples of successive entries lie
 *       next to each other, so that a stream may begin at any lane;
 *   <li>weight ring: one 32-bit index of a word of the weight memory, for the first wavelength; the others take the words that follow; {@link
 *       OperandWord#DARK} for none;
 *   <li>sample ring: {@code lanes} codes as the ADC gives them. A sample is the sum over the wavelengths of activation x weight, value x value / 256, as much later
 *       as light and converters take; the two arms may take different times, which is why there is {@link Calibration}.
 * </ul>
 *
 * <p>The host writes entries, then rings {@link #postOperands}; the device takes them in their order and fills the sample ring; the host reads samples, then
 * rings {@link #releaseSamples}. The device takes no entry whose samples would find no room: it waits. What was taken may be overwritten.
 *
 * <p>One thread at a time. None of the operand and sample methods allocates or throws.
 */
public interface PhotonicDevice extends AutoCloseable {

    /** Done. */
    int OK = 0;
    /** Answer to a doorbell that names entries which the ring does not have. */
    int PAST_RING = -1;
    /** Answer to weights that do not fit into the weight memory. */
    int PAST_MEMORY = -2;

    /** What it is; always the same. */
    PhotonicCapabilities capabilities();

    /**
     * Loads words into the weight memory. Entries already posted may see old or new words; later ones see the new ones.
     *
     * @param address of {@code words} times {@code lanes} codes
     * @param firstWord where they go
     * @return {@link #OK}, or {@link #PAST_MEMORY} and nothing changed
     */
    int loadWeights(long address, int firstWord, int words);

    /** The address of the activation ring of a wavelength. */
    long activationRing(int wavelength);

    /** The address of the weight ring. */
    long weightRing();

    /** The address of the sample ring. */
    long sampleRing();

    /**
     * Doorbell: says how many entries the host has written since the device was opened.
     *
     * @return {@link #OK}, or {@link #PAST_RING} if these are fewer than before or more than the ring holds beyond those taken
     */
    int postOperands(long written);

    /** How many entries the device has taken. */
    long operandsTaken();

    /** How many words of samples are there, counted from the first one ever. */
    long samplesWritten();

    /**
     * Doorbell: says how many words of samples the host has read.
     *
     * @return {@link #OK}, or {@link #PAST_RING} if these are fewer than before or more than were written
     */
    int releaseSamples(long read);

    @Override
    void close();
}
