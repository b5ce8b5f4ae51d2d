package io.heliograph.emulator.device.layout;

/** A number with a name and a meaning, which drivers and device exchange. */
public interface Code {
    /** Its name, in capitals. */
    String name();

    /** The number. */
    int value();

    /** One line for people. */
    String meaning();
}
