package io.heliograph.emulator.device.layout;

import java.util.Locale;

/** A register of 4 or 8 bytes, at an offset that is a multiple of its width. */
public interface RegisterField {
    /** Its name, in capitals. */
    String name();

    /** Bytes from the beginning of its block. */
    int offset();

    /** 4 or 8. */
    int bytes();

    /** What a driver may do with it. */
    Access access();

    /** Its value after a reset; what the device is made with where the meaning says so. */
    long reset();

    /** One line for people. */
    String meaning();

    /** The name as C and JSON have it. */
    default String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
