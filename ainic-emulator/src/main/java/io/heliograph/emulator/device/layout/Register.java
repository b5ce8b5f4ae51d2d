package io.heliograph.emulator.device.layout;

/** The registers of the device as a whole, from offset 0 of the BAR. */
public enum Register implements RegisterField {
    /** The bytes AINICDEV. */
    IDENTITY(0x000, 8, Access.RO, 0x5645_4443_494e_4941L, "the bytes AINICDEV"),
    /** Of this map: major in the upper, minor in the lower 16 bits. */
    VERSION(0x008, 4, Access.RO, 0x0001_0001, "of this map: major in the upper, minor in the lower 16 bits"),
    /** Feature bits, fixed by the device. */
    FEATURES(0x00c, 4, Access.RO, 0, "feature bits, fixed by the device"),
    /** Queues there are, fixed by the device; at most 63. */
    QUEUES(0x010, 4, Access.RO, 0, "queues there are, fixed by the device; at most 63"),
    /** Most entries of a submission ring, fixed by the device; completion rings and the event queue may have four times as many. */
    RING_ENTRIES(
            0x014,
            4,
            Access.RO,
            0,
            "most entries of a submission ring, fixed by the device; completion rings and the event queue may have four times as many"),
    /** Most regions at once, fixed by the device. */
    REGIONS(0x018, 4, Access.RO, 0, "most regions at once, fixed by the device"),
    /** Most entries of the address table, fixed by the device. */
    PEERS(0x01c, 4, Access.RO, 0, "most entries of the address table, fixed by the device"),
    /** Most entries of the rate table, fixed by the device. */
    RATE_PHASES(0x020, 4, Access.RO, 0, "most entries of the rate table, fixed by the device"),
    /** Engines there are, fixed by the device. */
    ENGINES(0x024, 4, Access.RO, 0, "engines there are, fixed by the device"),
    /** Paths to each peer: entropy 0xc000 and up, fixed by the device. */
    PATHS(0x028, 4, Access.RO, 0, "paths to each peer: entropy 0xc000 and up, fixed by the device"),
    /** Largest IP packet in bytes, fixed by the device. */
    MTU(0x02c, 4, Access.RO, 0, "largest IP packet in bytes, fixed by the device"),
    /** Of the link, in bits per second, fixed by the device. */
    LINE_RATE(0x030, 8, Access.RO, 0, "of the link, in bits per second, fixed by the device"),
    /** Own Ethernet address in the lower 48 bits, fixed by the device. */
    MAC(0x038, 8, Access.RO, 0, "own Ethernet address in the lower 48 bits, fixed by the device"),
    /** W of the protocol in packets, fixed by the device. */
    WINDOW(0x040, 4, Access.RO, 0, "W of the protocol in packets, fixed by the device"),
    /** Immediates that wait in the device for room in a completion ring, of each engine, fixed by the device. */
    RECEIVE_SLOTS(
            0x044,
            4,
            Access.RO,
            0,
            "immediates that wait in the device for room in a completion ring, of each engine, fixed by the device"),
    /** Clock of the pipeline, fixed by the device. */
    CLOCK_HZ(0x048, 8, Access.RO, 0, "clock of the pipeline, fixed by the device"),
    /** Longest message; known once READY. */
    MESSAGE_BYTES(0x050, 8, Access.RO, 0, "longest message; known once READY"),
    /** Control bits. */
    CONTROL(0x080, 4, Access.RW, 0, "control bits"),
    /** Device status bits. */
    STATUS(0x084, 4, Access.RO, 0, "device status bits"),
    /** Command status of the last ENABLE. */
    ENABLE_STATUS(0x088, 4, Access.RO, 0, "command status of the last ENABLE"),
    /** What relations begin with; must not be 0, and must be after that of any earlier life of this address. */
    INCARNATION(
            0x08c,
            4,
            Access.RW,
            0,
            "what relations begin with; must not be 0, and must be after that of any earlier life of this address"),
    /** Own IP address, as in an entry of the address table. */
    ADDRESS_HIGH(0x090, 8, Access.RW, 0, "own IP address, as in an entry of the address table"),
    /** Own IP address, as in an entry of the address table. */
    ADDRESS_LOW(0x098, 8, Access.RW, 0, "own IP address, as in an entry of the address table"),
    /** Destination port of all packets. */
    UDP_PORT(0x0a0, 4, Access.RW, 4791, "destination port of all packets"),
    /** Queues that the driver uses, from 0 on; what a peer sends from its queue s is told in the completion ring of queue s modulo this. */
    ACTIVE_QUEUES(
            0x0a4,
            4,
            Access.RW,
            1,
            "queues that the driver uses, from 0 on; the immediate that a peer sent from its queue s is told in the completion ring of queue s modulo this"),
    /** Nanoseconds of silence after which a peer is gone. */
    PEER_TIMEOUT(0x0a8, 8, Access.RW, 2_000_000_000L, "nanoseconds of silence after which a peer is gone"),
    /** 1 turns priority flow control on. */
    FLOW_CONTROL(
            0x0b0,
            4,
            Access.RW,
            0,
            "1: priority pause frames stop data of their classes (R12.6); 0: they are not listened to; other values are BAD_VALUE at ENABLE, and so is 1 without the feature"),
    /** A 1 keeps the interrupt of that vector back. */
    INTERRUPT_MASK(0x0c0, 8, Access.RW, -1L, "a 1 keeps the interrupt of that vector back"),
    /** A 1 says that there was a completion (or event) since that bit was cleared. */
    INTERRUPT_PENDING(
            0x0c8, 8, Access.W1C, 0, "a 1 says that there was a completion (or event) since that bit was cleared"),
    /** Address of the event queue, a multiple of 64. */
    EVENT_BASE(0x0e0, 8, Access.RW, 0, "address of the event queue, a multiple of 64"),
    /** Its entries, a power of two; 0 for none, then events are lost. */
    EVENT_ENTRIES(0x0e8, 4, Access.RW, 0, "its entries, a power of two; 0 for none, then events are lost"),
    /** Events written, modulo 2^32. */
    EVENT_PRODUCER(0x0ec, 4, Access.RO, 0, "events written, modulo 2^32"),
    /** Events that the driver has taken, modulo 2^32. */
    EVENT_DOORBELL(0x0f0, 4, Access.WO, 0, "events that the driver has taken, modulo 2^32"),
    /** Events that found no room. */
    EVENTS_LOST(0x0f4, 4, Access.RO, 0, "events that found no room"),
    /** Address of the memory translation table, a multiple of 64. */
    REGION_BASE(0x100, 8, Access.RW, 0, "address of the memory translation table, a multiple of 64"),
    /** Its entries. */
    REGION_ENTRIES(0x108, 4, Access.RW, 0, "its entries"),
    /** Index of an entry to look at. */
    REGION_DOORBELL(0x10c, 4, Access.WO, 0, "index of an entry to look at"),
    /** Command status of the last one. */
    REGION_STATUS(0x110, 4, Access.RO, 0, "command status of the last one"),
    /** Address of the address table, a multiple of 64. */
    PEER_BASE(0x120, 8, Access.RW, 0, "address of the address table, a multiple of 64"),
    /** Its entries. */
    PEER_ENTRIES(0x128, 4, Access.RW, 0, "its entries"),
    /** Index of an entry to look at. */
    PEER_DOORBELL(0x12c, 4, Access.WO, 0, "index of an entry to look at"),
    /** Command status of the last one. */
    PEER_STATUS(0x130, 4, Access.RO, 0, "command status of the last one"),
    /** Address of the rate table, a multiple of 64. */
    RATE_BASE(0x140, 8, Access.RW, 0, "address of the rate table, a multiple of 64"),
    /** Its entries. */
    RATE_ENTRIES(0x148, 4, Access.RW, 0, "its entries"),
    /** How many entries to load in place of those before; 0 takes the table away: line rate. */
    RATE_DOORBELL(
            0x14c,
            4,
            Access.WO,
            0,
            "how many entries to load in place of those before; 0 takes the table away: line rate"),
    /** Command status of the last one; the index of a refused entry is in the event. */
    RATE_STATUS(0x150, 4, Access.RO, 0, "command status of the last one; the index of a refused entry is in the event"),
    /** Device time at which iterations begin, and from when the table holds; looked at when the doorbell is rung. */
    RATE_START(
            0x158,
            8,
            Access.RW,
            0,
            "device time at which iterations begin, and from when the table holds; looked at when the doorbell is rung"),
    /** Bits per second of each flow that is not listed, 0 for line rate; looked at when the doorbell is rung. */
    RATE_OTHER(
            0x160,
            8,
            Access.RW,
            0,
            "bits per second of each flow that is not listed, 0 for line rate; looked at when the doorbell is rung"),
    /** Address of the path table, a multiple of 64. */
    PATH_BASE(0x180, 8, Access.RW, 0, "address of the path table, a multiple of 64"),
    /** Its entries. */
    PATH_ENTRIES(0x188, 4, Access.RW, 0, "its entries"),
    /** Index of an entry to look at. */
    PATH_DOORBELL(0x18c, 4, Access.WO, 0, "index of an entry to look at"),
    /** Command status of the last one. */
    PATH_STATUS(0x190, 4, Access.RO, 0, "command status of the last one"),
    /** Nanoseconds. */
    DEVICE_TIME(0x1a0, 8, Access.RO, 0, "nanoseconds");

    /** Bytes of the BAR. */
    public static final int BAR_BYTES = 0x10000;
    /** Vector of the event queue in the interrupt registers; that of a queue is its number. */
    public static final int EVENT_VECTOR = 63;
    /** What IDENTITY reads. */
    public static final long IDENTITY_VALUE = IDENTITY.reset();
    /** What VERSION reads. */
    public static final int VERSION_VALUE = (int) VERSION.reset();

    private final RegisterWord word;

    Register(int offset, int bytes, Access access, long reset, String meaning) {
        word = new RegisterWord(offset, bytes, access, reset, meaning);
    }

    @Override
    public RegisterWord word() {
        return word;
    }
}
