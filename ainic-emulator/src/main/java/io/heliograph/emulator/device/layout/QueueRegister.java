package io.heliograph.emulator.device.layout;

/** The registers of one queue; those of queue q begin at FIRST_OFFSET + q * STRIDE_BYTES. */
public enum QueueRegister implements RegisterField {
    /** Address of the submission ring, a multiple of 64. */
    SUBMISSION_BASE(0x000, 8, Access.RW, 0, "address of the submission ring, a multiple of 64"),
    /** Address of the completion ring, a multiple of 64. */
    COMPLETION_BASE(0x008, 8, Access.RW, 0, "address of the completion ring, a multiple of 64"),
    /** Entries of the submission ring, a power of two. */
    SUBMISSION_ENTRIES(0x010, 4, Access.RW, 0, "entries of the submission ring, a power of two"),
    /** Entries of the completion ring, a power of two. */
    COMPLETION_ENTRIES(0x014, 4, Access.RW, 0, "entries of the completion ring, a power of two"),
    /** 1 enables the queue, 0 disables it. */
    QUEUE_CONTROL(0x018, 4, Access.RW, 0, "1 enables the queue, 0 disables it"),
    /** Queue state. */
    QUEUE_STATE(0x01c, 4, Access.RO, 0, "queue state"),
    /** Command status of the last enable, or why the queue is in ERROR. */
    QUEUE_STATUS(0x020, 4, Access.RO, 0, "command status of the last enable, or why the queue is in ERROR"),
    /** 0 to 7; looked at when the device is enabled. */
    TRAFFIC_CLASS(0x024, 4, Access.RW, 0, "0 to 7; looked at when the device is enabled"),
    /** Entries written so far, modulo 2^32. */
    SUBMISSION_DOORBELL(0x040, 4, Access.WO, 0, "entries written so far, modulo 2^32"),
    /** Entries read by the device, modulo 2^32. */
    SUBMISSION_TAKEN(0x044, 4, Access.RO, 0, "entries read by the device, modulo 2^32"),
    /** Completions that the driver has taken, modulo 2^32. */
    COMPLETION_DOORBELL(0x048, 4, Access.WO, 0, "completions that the driver has taken, modulo 2^32"),
    /** Completions written, modulo 2^32. */
    COMPLETION_PRODUCER(0x04c, 4, Access.RO, 0, "completions written, modulo 2^32");

    /** Where those of queue 0 begin. */
    public static final int FIRST_OFFSET = 0x2000;
    /** From the registers of one queue to those of the next. */
    public static final int STRIDE_BYTES = 0x80;
    /** The most queues that the map has room for. */
    public static final int MAX_QUEUES = 63;

    private final RegisterWord word;

    QueueRegister(int offset, int bytes, Access access, long reset, String meaning) {
        word = new RegisterWord(offset, bytes, access, reset, meaning);
    }

    @Override
    public RegisterWord word() {
        return word;
    }

    /** Its offset in the BAR for a queue. */
    public int offset(int queue) {
        return FIRST_OFFSET + queue * STRIDE_BYTES + offset();
    }
}
