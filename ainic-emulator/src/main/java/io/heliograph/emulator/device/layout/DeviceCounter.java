package io.heliograph.emulator.device.layout;

import java.util.Locale;

/** What the device counts beside the protocol's counters. */
public enum DeviceCounter {
    /** Doorbells of submission rings. */
    DOORBELLS("doorbells of submission rings"),
    /** Work entries read. */
    WORK_ENTRIES("work entries read"),
    /** Work entries refused. */
    WORK_ENTRIES_REFUSED("work entries refused by the device: completed with a status from 0x80 on"),
    /** Completions written. */
    COMPLETIONS("completions written"),
    /** Completions discarded. */
    COMPLETIONS_DISCARDED("completions of queues that are not running any more"),
    /** Events written. */
    EVENTS("events written"),
    /** Interrupts raised. */
    INTERRUPTS("interrupts raised"),
    /** Misuse of registers. */
    BAD_ACCESSES("accesses to registers that were refused"),
    /** Memory faults. */
    MEMORY_FAULTS("accesses to host memory that were refused because it is not mapped"),
    /** Frames that found the way in full. */
    RECEIVE_OVERRUNS("frames dropped because the way in was full"),
    /** Keys that were not cached. */
    KEY_MISSES("key lookups that had to read the memory translation table"),
    /** Bytes read over the bus. */
    BUS_READ_BYTES("bytes read from host memory: work entries, table entries, payload"),
    /** Bytes written over the bus. */
    BUS_WRITE_BYTES("bytes written to host memory: payload, completions, events, table status"),
    /** Frames received. */
    RECEIVED_FRAMES("frames taken from the link"),
    /** Bytes received. */
    RECEIVED_BYTES("their bytes, without check sequence"),
    /** Frames sent. */
    SENT_FRAMES("frames given to the link"),
    /** Bytes sent. */
    SENT_BYTES("their bytes, without check sequence");

    private final String meaning;

    DeviceCounter(String meaning) {
        this.meaning = meaning;
    }

    /** Its place in an array of counters and among the registers. */
    @SuppressWarnings("EnumOrdinal") // a new counter goes behind the others
    public int index() {
        return ordinal();
    }

    /** Stable name. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** One line for people. */
    public String meaning() {
        return meaning;
    }
}
