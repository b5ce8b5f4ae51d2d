package io.heliograph.transport.security;

import io.heliograph.bindings.crypto.AesGcm;
import io.heliograph.bindings.crypto.Libcrypto;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one node: the key that we send to it with, the two latest keys that it sends with, and the greatest counter that was ever
 * authentic from it, under whatever key.
 */
final class SecurePeer implements AutoCloseable {
    /** No association's word: its version is not ours. */
    static final long NONE = 0;

    /** One key that the peer sends with. */
    private static final class Receiving {
        private final AntiReplayWindow window;
        private @Nullable AesGcm cipher;
        private long word = NONE;

        Receiving(int windowPackets) {
            window = new AntiReplayWindow(windowPackets);
        }

        void forget() {
            word = NONE;
            if (cipher != null) {
                cipher.close();
                cipher = null;
            }
        }
    }

    final long addressHigh;
    final long addressLow;

    private Receiving current;
    private Receiving previous;
    /** Counters up to here are not new under a key that is. */
    private long highestReceived = -1;

    private @Nullable AesGcm sendCipher;
    private long sendWord = NONE;
    private long nextCounter;
    private long endCounter;
    private long keyMadeNs;

    SecurePeer(long addressHigh, long addressLow, int windowPackets) {
        this.addressHigh = addressHigh;
        this.addressLow = addressLow;
        current = new Receiving(windowPackets);
        previous = new Receiving(windowPackets);
    }

    /** The association of a word, or null if it is unknown. */
    private @Nullable Receiving find(long word) {
        if (current.word == word) {
            return current;
        }
        return previous.word == word ? previous : null;
    }

    boolean knows(long word) {
        return current.word == word || previous.word == word;
    }

    /** What the window of a known association says of a counter. */
    int check(long word, long counter) {
        Receiving receiving = find(word);
        return receiving == null ? AntiReplayWindow.TOO_OLD : receiving.window.check(counter);
    }

    /** The cipher of a known association. */
    @Nullable
    AesGcm cipher(long word) {
        Receiving receiving = find(word);
        return receiving == null ? null : receiving.cipher;
    }

    /** A packet of a known association was authentic. */
    void accept(long word, long counter) {
        Receiving receiving = find(word);
        if (receiving != null) {
            receiving.window.accept(counter);
            highestReceived = Math.max(highestReceived, counter);
        }
    }

    /** Counters under an unknown key must be after this one. */
    long highestReceived() {
        return highestReceived;
    }

    /**
     * Takes up an association whose first packet was authentic, and drops the one before the last.
     *
     * @return a cipher that is not needed any more, if there is one
     */
    @Nullable
    AesGcm begin(long word, long counter, AesGcm cipher) {
        Receiving next = previous;
        previous = current;
        current = next;
        AesGcm unused = next.cipher;
        next.cipher = cipher;
        next.word = word;
        next.window.reset(highestReceived);
        accept(word, counter);
        return unused;
    }

    /** Whether a new key must be made before anything is sent. */
    boolean needsKey(long nowNs, long intervalNs) {
        return sendWord == NONE || nextCounter >= endCounter || nowNs - keyMadeNs >= intervalNs;
    }

    /** The cipher for sending, whose key the caller sets after {@link #beginSending}. */
    AesGcm sendCipher(Libcrypto library) {
        AesGcm cipher = sendCipher;
        if (cipher == null) {
            cipher = AesGcm.forSealing(library);
            sendCipher = cipher;
        }
        return cipher;
    }

    /** Starts a new key: counters begin at the time, or behind the last one, whichever is later. */
    void beginSending(long word, long nowNs, long packets) {
        nextCounter = Math.max(nowNs, nextCounter);
        endCounter = nextCounter + packets;
        keyMadeNs = nowNs;
        sendWord = word;
    }

    long sendWord() {
        return sendWord;
    }

    /** A counter that no packet had before. */
    long takeCounter() {
        return nextCounter++;
    }

    /** Makes no further use of the key for sending. */
    void endSending() {
        sendWord = NONE;
    }

    /** Forgets what was received under the secret of a phase, except how far the counters were. */
    void forget(int phase) {
        if (current.word != NONE && SecurityHeaderLayout.phase(current.word) == phase) {
            current.forget();
        }
        if (previous.word != NONE && SecurityHeaderLayout.phase(previous.word) == phase) {
            previous.forget();
        }
    }

    @Override
    public void close() {
        current.forget();
        previous.forget();
        sendWord = NONE;
        if (sendCipher != null) {
            sendCipher.close();
            sendCipher = null;
        }
    }
}
