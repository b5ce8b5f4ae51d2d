package io.heliograph.emulator.device.layout;

import io.heliograph.bindings.memory.NativeMemory;
import java.util.Locale;

/** A field of an entry in host memory: little-endian, at a fixed offset. The accessors know the address of an entry that the caller has checked. */
public interface EntryField {
    /** Its name, in capitals. */
    String name();

    /** Where it lies and what it means. */
    EntryWord word();

    /** Bytes from the beginning of the entry. */
    default int offset() {
        return word().offset();
    }

    /** 1, 2, 4 or 8; more for bytes without an order among them. */
    default int bytes() {
        return word().bytes();
    }

    /** One line for people. */
    default String meaning() {
        return word().meaning();
    }

    /** The name as C and JSON have it. */
    default String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The value in an entry, without sign unless it has 8 bytes. */
    default long get(long entry) {
        long address = entry + offset();
        return switch (bytes()) {
            case 1 -> NativeMemory.getUnsignedByte(address);
            case 2 -> NativeMemory.getUnsignedShort(address);
            case 4 -> Integer.toUnsignedLong(NativeMemory.getInt(address));
            case 8 -> NativeMemory.getLong(address);
            default -> throw new IllegalStateException("field of no word: name=" + name() + " bytes=" + bytes());
        };
    }

    /** The lower 32 bits of the value in an entry. */
    default int getInt(long entry) {
        return (int) get(entry);
    }

    /** Sets the value in an entry; what does not fit is cut off. */
    default void put(long entry, long value) {
        long address = entry + offset();
        switch (bytes()) {
            case 1 -> NativeMemory.putByte(address, (byte) value);
            case 2 -> NativeMemory.putShort(address, (short) value);
            case 4 -> NativeMemory.putInt(address, (int) value);
            case 8 -> NativeMemory.putLong(address, value);
            default -> throw new IllegalStateException("field of no word: name=" + name() + " bytes=" + bytes());
        }
    }
}
