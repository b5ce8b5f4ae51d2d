package io.heliograph.emulator.device.layout;

import java.util.Locale;

/** A register of 4 or 8 bytes, at an offset that is a multiple of its width. */
public interface RegisterField {
    /** Its name, in capitals. */
    String name();

    /** Where it lies and what it means. */
    RegisterWord word();

    /** Bytes from the beginning of its block. */
    default int offset() {
        return word().offset();
    }

    /** 4 or 8. */
    default int bytes() {
        return word().bytes();
    }

    /** What a driver may do with it. */
    default Access access() {
        return word().access();
    }

    /** Its value after a reset; what the device is made with where the meaning says so. */
    default long reset() {
        return word().reset();
    }

    /** One line for people. */
    default String meaning() {
        return word().meaning();
    }

    /** The name as C and JSON have it. */
    default String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
