package io.heliograph.emulator.device.layout;

/**
 * What the document says of a {@link RegisterField}.
 *
 * @param offset bytes from the beginning of its block
 * @param bytes 4 or 8
 * @param access what a driver may do with it
 * @param reset its value after a reset; what the device is made with where the meaning says so
 * @param meaning one line for people
 */
public record RegisterWord(int offset, int bytes, Access access, long reset, String meaning) {}
