package io.heliograph.transport.rules;

/** What a packet of a script can say; the names are those of PROTOCOL.md section 2. */
enum Field {
    ENTROPY,
    OPCODE,
    DESTINATION_ENGINE,
    DESTINATION_QUEUE,
    ACKNOWLEDGE,
    PSN,
    FLAGS,
    MESSAGE_PACKETS,
    MSN,
    DESTINATION,
    SOURCE,
    SOURCE_ENGINE,
    SOURCE_QUEUE,
    ADDRESS,
    KEY,
    DMA_LENGTH,
    IMMEDIATE,
    CUMULATIVE,
    OFFSET,
    REFLECTED,
    BITMAP,
    REASON,
    INFORMATION,
    ANSWER,
    NONCE
}
