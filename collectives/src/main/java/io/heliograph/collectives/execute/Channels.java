package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import org.jspecify.annotations.Nullable;

/**
 * Chunks between this rank and every other, in order, each way: a chunk is a WRITE-with-IMM into the next slot of the receiver's area for this rank, if the receiver has given that slot back.
 *
 * <p>Slots are given back by counting: an immediate says how many were taken out so far, each time half of them were.
 */
final class Channels {
    private static final int QUEUE = 0;
    /** Cookie of what is no chunk. */
    private static final int NO_SLOT = -1;
    /** Cookie of a word to rank 0; those to others come before it. */
    private static final int WORD = -2;

    private final Progress progress;
    private final Endpoint endpoint;
    private final int context;
    private final int id;
    private final Members members;
    private final LandingLayout layout;
    private final int eagerBytes;
    private final Arrivals arrivals;
    private final long landing;
    private final MemoryRegion outbox;
    private final Listener listener;
    private final int slots;

    // By rank.
    private final long[] sent;
    private final long[] creditReceived;
    /** What is to be sent when the word before is there. */
    private final @Nullable Word[] words;

    private final boolean[] wordUnderWay;
    // By rank and slot.
    private final byte[] unacknowledged;

    private int chunksOutstanding;
    private int othersOutstanding;
    private boolean moved;

    /** What channels do not know what to do about. */
    interface Listener {
        /** A control immediate came. */
        void onControl(int rank, int code, int value);

        /** A rank cannot be written to any more, or is gone. */
        void onLost(int rank, int status);

        /** What came makes no sense. */
        void onNonsense(int rank, int immediate);
    }

    /**
     * Nothing is under way.
     *
     * @param context of the communicator, see {@link Progress}
     * @param landing address of the memory that others write to
     * @param outbox as {@link #outboxBytes}
     */
    Channels(
            Transport transport,
            int context,
            Members members,
            LandingLayout layout,
            int eagerBytes,
            long landing,
            MemoryRegion outbox,
            Listener listener) {
        this.context = context;
        progress = transport.progress();
        endpoint = transport.endpoint();
        id = progress.newId(context);
        this.members = members;
        this.layout = layout;
        this.eagerBytes = eagerBytes;
        this.landing = landing;
        this.outbox = outbox;
        this.listener = listener;
        slots = layout.slots();
        int size = members.size();
        sent = new long[size];
        creditReceived = new long[size];
        words = new Word[size];
        wordUnderWay = new boolean[size];
        arrivals = new Arrivals(layout, landing, size);
        unacknowledged = new byte[size * slots];
    }

    /** Memory to send headers and short chunks from. */
    static long outboxBytes(int size, LandingLayout layout, int eagerBytes) {
        return size * outboxAreaBytes(layout, eagerBytes);
    }

    private static long outboxAreaBytes(LandingLayout layout, int eagerBytes) {
        return layout.slots() * (long) (Header.BYTES + eagerBytes) + Note.BYTES + layout.wordBytes();
    }

    private long outboxOffset(int rank, int slot) {
        return slot * (long) (Header.BYTES + eagerBytes) + rank * outboxAreaBytes(layout, eagerBytes);
    }

    /** What the cookies of its posts have, see {@link Progress#cookie}. */
    int id() {
        return id;
    }

    /** Whether anything came, or ended, since this was asked last. */
    boolean hasMoved() {
        boolean result = moved;
        moved = false;
        return result;
    }

    /** Whether there is a slot for the next chunk to a rank. */
    boolean canSend(int rank) {
        long number = sent[rank];
        return number - creditReceived[rank] < slots && unacknowledged[index(rank, number)] == 0;
    }

    /**
     * Sends a chunk that has no header; {@link #canSend} was true.
     *
     * @return its number
     */
    long send(int rank, MemoryRegion source, long address, int lengthBytes) {
        long number = sent[rank]++;
        post(
                rank,
                number,
                source,
                address - source.address(),
                lengthBytes,
                Header.BYTES,
                Immediate.data(context, false, false, number),
                false);
        return number;
    }

    /**
     * Sends the first chunk of a collective to a rank, with what the collective is; {@link #canSend} was true.
     *
     * @return its number, or -1 if the source may change already
     */
    long sendFirst(
            int rank,
            MemoryRegion source,
            long address,
            int lengthBytes,
            long call,
            long count,
            long chunkBytes,
            long collectiveNumber) {
        long number = sent[rank]++;
        long offset = outboxOffset(rank, slot(number));
        Header.write(outbox.address() + offset, call, count, chunkBytes, collectiveNumber);
        boolean whole = lengthBytes <= eagerBytes;
        int immediate = Immediate.data(context, true, whole, number);
        if (whole) {
            BulkCopy.copy(address, outbox.address() + offset + Header.BYTES, lengthBytes);
            post(rank, number, outbox, offset, Header.BYTES + lengthBytes, 0, immediate, false);
            return -1;
        }
        long remote = members.area(rank) + slot(number) * layout.stride();
        write(rank, offset, Header.BYTES, remote, index(rank, number));
        chunksOutstanding++;
        unacknowledged[index(rank, number)]++;
        post(rank, number, source, address - source.address(), lengthBytes, Header.BYTES, immediate, true);
        return number;
    }

    private void write(int rank, long offset, int lengthBytes, long remote, int index) {
        int code = Post.RING_FULL;
        while (code == Post.RING_FULL) {
            code = endpoint.write(
                    QUEUE,
                    members.peer(rank),
                    outbox,
                    offset,
                    lengthBytes,
                    remote,
                    members.key(rank),
                    Progress.cookie(id, index));
            if (code == Post.RING_FULL) {
                progress.makeRoom();
            }
        }
        check(code, rank, lengthBytes);
    }

    private void post(
            int rank,
            long number,
            MemoryRegion source,
            long sourceOffset,
            int lengthBytes,
            int slotOffset,
            int immediate,
            boolean fenced) {
        int index = index(rank, number);
        long remote = members.area(rank) + slot(number) * layout.stride() + slotOffset;
        writeImm(rank, source, sourceOffset, lengthBytes, remote, immediate, fenced, index);
        chunksOutstanding++;
        unacknowledged[index]++;
    }

    private void writeImm(
            int rank,
            MemoryRegion source,
            long sourceOffset,
            int lengthBytes,
            long remote,
            int immediate,
            boolean fenced,
            int index) {
        int code = Post.RING_FULL;
        while (code == Post.RING_FULL) {
            code = endpoint.writeImm(
                    QUEUE,
                    members.peer(rank),
                    source,
                    sourceOffset,
                    lengthBytes,
                    remote,
                    members.key(rank),
                    immediate,
                    fenced,
                    Progress.cookie(id, index));
            if (code == Post.RING_FULL) {
                progress.makeRoom();
            }
        }
        check(code, rank, lengthBytes);
    }

    private static void check(int code, int rank, int lengthBytes) {
        if (code != Post.OK) {
            throw new IllegalStateException(
                    "chunk not posted: rank=" + rank + " lengthBytes=" + lengthBytes + ": " + Post.describe(code));
        }
    }

    /** Sends an immediate of {@link Immediate#control}; fenced, so that it comes after all chunks and the note. */
    void control(int rank, int code, int value) {
        othersOutstanding++;
        writeImm(rank, outbox, 0, 0, members.area(rank), Immediate.control(context, code, value), true, NO_SLOT);
    }

    /** Sends a note, to be followed by a control immediate that says that it is there. */
    void note(int rank, String sentence) {
        long offset = outboxOffset(rank, slots);
        Note.write(outbox.address() + offset, sentence);
        write(rank, offset, Note.BYTES, members.area(rank) + layout.note(0), NO_SLOT);
        othersOutstanding++;
    }

    /** Sends a word, in the place of an earlier one: when that is there, for WRITEs to one place come in any order. */
    void word(int rank, Word word) {
        words[rank] = word;
        sendWord(rank);
    }

    /** Goes on with a word that waits; whether it still does. */
    boolean isWordWaiting(int rank) {
        sendWord(rank);
        return words[rank] != null;
    }

    private void sendWord(int rank) {
        Word word = words[rank];
        if (word == null || wordUnderWay[rank]) {
            return;
        }
        words[rank] = null;
        wordUnderWay[rank] = true;
        long offset = outboxOffset(rank, slots) + Note.BYTES;
        word.write(outbox.address() + offset, layout.wordBytes());
        write(rank, offset, layout.wordBytes(), members.area(rank) + layout.word(0), WORD - rank);
        othersOutstanding++;
        control(rank, Immediate.WORD, 0);
    }

    /** The last word of a rank; null if it sent none, or is in the middle of it. */
    @Nullable
    Word word(int rank) {
        return Word.read(landing + layout.word(rank), layout.wordBytes());
    }

    /** The note that a rank sent. */
    String note(int rank) {
        return Note.read(landing + layout.note(rank));
    }

    /** What has come. */
    Arrivals arrivals() {
        return arrivals;
    }

    /** The next chunk from a rank, which was there, was taken out. */
    void take(int rank) {
        if (arrivals.take(rank)) {
            othersOutstanding++;
            int immediate = Immediate.credit(context, arrivals.taken(rank));
            writeImm(rank, outbox, 0, 0, members.area(rank), immediate, false, NO_SLOT);
        }
    }

    /** Whether the source of a chunk may change. */
    boolean isAcknowledged(int rank, long number) {
        return sent[rank] - number > slots || unacknowledged[index(rank, number)] == 0;
    }

    /** Whether chunks to a rank are unacknowledged. */
    boolean isUnacknowledged(int rank) {
        for (int slot = 0; slot < slots; slot++) {
            if (unacknowledged[rank * slots + slot] != 0) {
                return true;
            }
        }
        return false;
    }

    /** A rank that chunks to are unacknowledged; negative if there is none. */
    int unacknowledgedRank() {
        if (chunksOutstanding == 0) {
            return -1;
        }
        int index = 0;
        while (unacknowledged[index] == 0) {
            index++;
        }
        return index / slots;
    }

    /** Whether everything that was posted is acknowledged. */
    boolean isQuiet() {
        return chunksOutstanding + othersOutstanding == 0;
    }

    private int slot(long number) {
        return (int) number & slots - 1;
    }

    private int index(int rank, long number) {
        return rank * slots + slot(number);
    }

    /** A post ended. */
    void onWritten(int index, int peer, int status) {
        moved = true;
        if (index >= 0) {
            chunksOutstanding--;
            unacknowledged[index]--;
        } else {
            othersOutstanding--;
            if (index <= WORD) {
                wordUnderWay[WORD - index] = false;
            }
        }
        if (status != CompletionStatus.SUCCESS) {
            onLost(peer, status);
        }
    }

    /** A peer, if it is one of the ranks, cannot be written to any more, or is gone. */
    void onLost(int peer, int status) {
        int rank = members.rankOf(peer);
        if (rank >= 0) {
            moved = true;
            listener.onLost(rank, status);
        }
    }

    /** An immediate in this context came. */
    void onImmediate(int peer, int immediate, long lengthBytes) {
        int rank = members.rankOf(peer);
        if (rank < 0) {
            // Strangers cannot know the key, and are nobody's business.
            return;
        }
        moved = true;
        switch (Immediate.kind(immediate)) {
            case Immediate.DATA -> {
                if (!arrivals.onChunk(rank, immediate, lengthBytes)) {
                    listener.onNonsense(rank, immediate);
                }
            }
            case Immediate.CREDIT -> {
                int more = Immediate.ahead(immediate, creditReceived[rank]);
                // Credits may overtake each other: one that is behind is old.
                if (more <= slots) {
                    creditReceived[rank] += more;
                }
            }
            case Immediate.CONTROL -> listener.onControl(rank, Immediate.code(immediate), Immediate.value(immediate));
            default -> listener.onNonsense(rank, immediate);
        }
    }
}
