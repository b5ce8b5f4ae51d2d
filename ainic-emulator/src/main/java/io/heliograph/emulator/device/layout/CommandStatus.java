package io.heliograph.emulator.device.layout;

/** How a table entry, a doorbell or the device as a whole was taken. */
public enum CommandStatus implements Code {
    /** Nothing was asked yet. */
    NONE(0, "nothing was asked yet"),
    /** Done. */
    OK(1, "done"),
    /** No such entry: past the end of the table, or of the path table before its peer is known. */
    BAD_INDEX(2, "no such entry: past the end of the table, or of the path table before its peer is known"),
    /** Unknown table command. */
    BAD_COMMAND(3, "unknown table command"),
    /** A field has a value that is not allowed. */
    BAD_VALUE(4, "a field has a value that is not allowed"),
    /** The memory overlaps a region that peers may write to. */
    OVERLAP(5, "the memory overlaps a region that peers may write to"),
    /** No room for another entry. */
    FULL(6, "no room for another entry"),
    /** The entry is taken: remove what it holds first. */
    BUSY(7, "the entry is taken: remove what it holds first"),
    /** The entry holds nothing. */
    NOT_PRESENT(8, "the entry holds nothing"),
    /** The memory is not mapped for the device, or not for writing. */
    NOT_MAPPED(9, "the memory is not mapped for the device, or not for writing"),
    /** The device or the queue is not enabled. */
    NOT_ENABLED(10, "the device or the queue is not enabled"),
    /** The register is not to be changed while the device or the queue is enabled. */
    LOCKED(11, "the register is not to be changed while the device or the queue is enabled"),
    /** The doorbell names more entries than the ring has. */
    PAST_RING(12, "the doorbell names more entries than the ring has"),
    /** The access is not of the width of the register, or not at its offset. */
    MISALIGNED(13, "the access is not of the width of the register, or not at its offset"),
    /** There is no register. */
    OUT_OF_MAP(14, "there is no register"),
    /** The register is not to be written. */
    READ_ONLY(15, "the register is not to be written");

    private final int value;
    private final String meaning;

    CommandStatus(int value, String meaning) {
        this.value = value;
        this.meaning = meaning;
    }

    @Override
    public int value() {
        return value;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
