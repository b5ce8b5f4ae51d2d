package io.heliograph.emulator.conformance;

/** The driver's side of a device that has registers: the kit as a driver. */
public interface RegisterAccess {
    /** Reads {@code bytes} (4 or 8) at an offset of the register space. */
    long read(int offset, int bytes);

    /** Writes the lower {@code bytes} (4 or 8) of a value at an offset of the register space. */
    void write(int offset, int bytes, long value);

    /** Makes memory of this process reachable for the device, for reading and writing, until the device ends. */
    void map(long address, long lengthBytes);

    /** Takes memory away from the device that {@link #map} gave it from that address on. */
    void unmap(long address);

    /** Interrupts of a vector since the device was made. */
    int interrupts(int vector);
}
