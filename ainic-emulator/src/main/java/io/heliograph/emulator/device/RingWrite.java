package io.heliograph.emulator.device;

/**
 * A completion or event on its way to host memory.
 *
 * @see io.heliograph.emulator.device.layout.CompletionEntry
 * @see io.heliograph.emulator.device.layout.EventEntry
 */
final class RingWrite extends Item {
    /** Where it goes: the number of a queue, or the event vector. */
    final int vector;
    /** Which life of the queue it belongs to. */
    final int life;
    /** Kind of a completion, type of an event. */
    final int kind;
    /** Status of a completion, code of an event. */
    final int status;

    final int queue;
    /** Peer of a completion, index of an event. */
    final int index;
    /** Cookie of a completion, information of an event. */
    final long word;

    final int immediate;
    final long lengthBytes;

    @SuppressWarnings("TooManyParameters") // one per field of the entry
    RingWrite(
            int vector,
            int life,
            int kind,
            int status,
            int queue,
            int index,
            long word,
            int immediate,
            long lengthBytes) {
        this.vector = vector;
        this.life = life;
        this.kind = kind;
        this.status = status;
        this.queue = queue;
        this.index = index;
        this.word = word;
        this.immediate = immediate;
        this.lengthBytes = lengthBytes;
    }
}
