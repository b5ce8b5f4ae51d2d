package io.heliograph.collectives.execute;

import org.jspecify.annotations.Nullable;

/** What ranks tell each other beside chunks: credits, control immediates, notes, and words while they rebuild. */
final class Notices {
    // What posts are known by; those of chunks by indices from 0.
    private static final int OTHER = -1;
    private static final int CREDIT = -2;
    private static final int WORD = -3;

    private final int context;
    private final Members members;
    private final LandingLayout layout;
    private final long landing;
    private final Outbox outbox;
    private final Posts posts;

    // By rank.
    /** What is to be sent when the word before is there. */
    private final @Nullable Word[] words;

    private final boolean[] wordUnderWay;
    private final int[] outstanding;

    private int creditsOutstanding;

    Notices(int context, Members members, LandingLayout layout, long landing, Outbox outbox, Posts posts) {
        this.context = context;
        this.members = members;
        this.layout = layout;
        this.landing = landing;
        this.outbox = outbox;
        this.posts = posts;
        words = new Word[members.size()];
        wordUnderWay = new boolean[members.size()];
        outstanding = new int[members.size()];
    }

    /** Sends an immediate of {@link Immediate#control}; fenced, so that it comes after all chunks and the note. */
    void control(int rank, int code, int value) {
        post(rank, Immediate.control(context, code, value), true, OTHER);
    }

    /**
     * Says how many chunks of a rank were taken out.
     *
     * @param wasLent whether the last of them was, so that the rank waits for this before its call is over
     */
    void credit(int rank, long taken, boolean wasLent) {
        creditsOutstanding += wasLent ? 1 : 0;
        post(rank, Immediate.credit(context, taken), false, wasLent ? CREDIT : OTHER);
    }

    private void post(int rank, int immediate, boolean fenced, int index) {
        outstanding[rank]++;
        posts.writeImm(rank, outbox.region(), 0, 0, members.area(rank), immediate, fenced, index);
    }

    /** Sends a note, to be followed by a control immediate that says that it is there. */
    void note(int rank, String sentence) {
        long offset = outbox.note(rank);
        Note.writeReason(outbox.address(offset), sentence);
        write(rank, offset, Note.REASON_BYTES, layout.note(0), OTHER);
    }

    /** Says which call this rank is in, and answers whom it waits for there. */
    void answer(int rank, String call, int waitsFor) {
        long offset = outbox.note(rank);
        Note.writeCall(outbox.address(offset), call);
        write(rank, offset + Note.REASON_BYTES, Note.CALL_BYTES, layout.note(0) + Note.REASON_BYTES, OTHER);
        control(rank, Immediate.ANSWER, waitsFor);
    }

    /** The call that a rank was in when it answered last. */
    String call(int rank) {
        return Note.call(landing + layout.note(rank));
    }

    private void write(int rank, long offset, int lengthBytes, long to, int index) {
        outstanding[rank]++;
        posts.write(rank, outbox.region(), offset, lengthBytes, members.area(rank) + to, index);
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
        long offset = outbox.word(rank);
        word.write(outbox.address(offset), layout.wordBytes());
        write(rank, offset, layout.wordBytes(), layout.word(0), WORD);
        control(rank, Immediate.WORD, 0);
    }

    /** The last word of a rank; null if it sent none, or is in the middle of it. */
    @Nullable
    Word word(int rank) {
        return Word.read(landing + layout.word(rank), layout.wordBytes());
    }

    /** The note that a rank sent. */
    String note(int rank) {
        return Note.reason(landing + layout.note(rank));
    }

    /** A post ended that is none of a chunk. */
    void onWritten(int rank, int index) {
        outstanding[rank]--;
        if (index == CREDIT) {
            creditsOutstanding--;
        } else if (index == WORD) {
            wordUnderWay[rank] = false;
        }
    }

    /** Whether credits for lent chunks are not there yet: whoever waits for one does so until this rank turns again. */
    boolean areCreditsUnderWay() {
        return creditsOutstanding > 0;
    }

    /** Whether all that was posted to a rank is there. */
    boolean isQuiet(int rank) {
        return outstanding[rank] == 0;
    }
}
