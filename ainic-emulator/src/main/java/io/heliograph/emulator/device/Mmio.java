package io.heliograph.emulator.device;

/**
 * A processor's way to the registers of a device.
 *
 * <p>Writes are posted: they arrive a bus latency later, in their order. A read is answered after all writes before it took effect (PCI Express ordering: a read does not pass a posted write); no virtual
 * time passes meanwhile, as none does for any instruction of an application. Accesses that make no sense are ignored and read as all ones.
 */
public interface Mmio {
    /** Reads {@code bytes} (4 or 8) at an offset. */
    long read(int offset, int bytes);

    /** Writes the lower {@code bytes} (4 or 8) of a value at an offset. */
    void write(int offset, int bytes, long value);
}
