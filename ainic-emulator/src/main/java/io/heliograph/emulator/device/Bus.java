package io.heliograph.emulator.device;

/** The bus to host memory under way: each direction carries one transfer after the other, and the bytes are counted. */
final class Bus {
    private static final long PS_PER_SECOND = 1_000_000_000_000L;
    private static final long BITS_PER_BYTE = 8;

    private final BusConfig config;
    private long readFreePs;
    private long writeFreePs;
    private long readBytes;
    private long writtenBytes;

    Bus(BusConfig config) {
        this.config = config;
    }

    /** Asks for bytes; returns when the last of them is there. */
    long read(int bytes, long nowPs) {
        readBytes += bytes;
        readFreePs = Math.max(readFreePs, nowPs) + transferPs(bytes);
        return readFreePs + config.readLatencyPs();
    }

    /** Until when the answers to what was asked so far keep the bus. */
    long readFreePs() {
        return readFreePs;
    }

    /** Sends bytes; returns when they are visible to the processor. */
    long write(int bytes, long nowPs) {
        writtenBytes += bytes;
        writeFreePs = Math.max(writeFreePs, nowPs) + transferPs(bytes);
        return writeFreePs + config.writeLatencyPs();
    }

    /** Until when what was sent so far keeps the bus. */
    long writeFreePs() {
        return writeFreePs;
    }

    long writeLatencyPs() {
        return config.writeLatencyPs();
    }

    /** Counts bytes read in a moment that set-up takes. */
    void countRead(int bytes) {
        readBytes += bytes;
    }

    /** Counts bytes written in a moment that set-up takes. */
    void countWritten(int bytes) {
        writtenBytes += bytes;
    }

    long readBytes() {
        return readBytes;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    void reset() {
        readBytes = 0;
        writtenBytes = 0;
    }

    private long transferPs(int bytes) {
        // In kilobits, so that the product stays within 63 bits.
        return Math.ceilDiv(bytes * BITS_PER_BYTE * (PS_PER_SECOND / 1_000), config.bitsPerSecond() / 1_000);
    }
}
