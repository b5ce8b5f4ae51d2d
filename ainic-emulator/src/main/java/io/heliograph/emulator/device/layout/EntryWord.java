package io.heliograph.emulator.device.layout;

/**
 * What the document says of an {@link EntryField}.
 *
 * @param offset bytes from the beginning of the entry
 * @param bytes 1, 2, 4 or 8; more for bytes without an order among them
 * @param meaning one line for people
 */
public record EntryWord(int offset, int bytes, String meaning) {}
