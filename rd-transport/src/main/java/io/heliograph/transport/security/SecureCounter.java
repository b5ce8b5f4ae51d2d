package io.heliograph.transport.security;

/** What a {@link SecurePort} counts, each with its meaning. The names are stable: tools use {@link #label()}. */
public enum SecureCounter {
    /** Encrypted. */
    SEALED("sealed", "packets encrypted and sent"),
    /** Decrypted. */
    OPENED("opened", "packets verified, decrypted and handed on"),
    /** Not IP, or neighbour discovery. */
    PASSED("passed", "frames passed as they are in either direction: not IP, or neighbour discovery"),
    /** Keys. */
    KEYS_MADE("keys_made", "keys begun for sending"),
    /** Plain. */
    PLAIN("plain", "packets received unencrypted, dropped", true),
    /** Not ours. */
    FOREIGN("foreign", "packets received for other addresses, ports or protocols, dropped", true),
    /** Malformed. */
    MALFORMED("malformed", "packets received with wrong lengths, version or reserved bits, dropped", true),
    /** Trimmed. */
    TRIMMED("trimmed", "packets received without their end, which cannot be authenticated, dropped", true),
    /** No secret. */
    NO_SECRET("no_secret", "packets received under the phase of a secret that is not there, dropped", true),
    /** Unknown key at a wrong time. */
    UNTIMELY("untimely", "packets received under an unknown key whose counter is not of now or not new, dropped", true),
    /** Unknown key, wrong tag. */
    UNKNOWN_KEY("unknown_key", "packets received under an unknown key that our secret does not explain, dropped", true),
    /** Wrong tag. */
    BAD_TAG("bad_tag", "packets received under a known key with a wrong tag, dropped", true),
    /** Replayed. */
    REPLAYED("replayed", "packets received a second time, dropped", true),
    /** Behind the window. */
    TOO_OLD("too_old", "packets received too far behind the newest, dropped", true),
    /** No room for a peer to receive from. */
    PEERS_FULL("peers_full", "authentic packets received from one peer too many, dropped", true),
    /** No room for a peer to send to. */
    PEERS_FULL_SENDING("peers_full_sending", "packets to one peer too many, dropped"),
    /** Not sent. */
    UNSENDABLE("unsendable", "frames given for sending that are no packets of this node or too long, dropped"),
    /** Cipher failed. */
    CIPHER_FAILED("cipher_failed", "packets that libcrypto did not encrypt, dropped");

    private final String label;
    private final String meaning;
    private final boolean receiveDrop;

    SecureCounter(String label, String meaning) {
        this(label, meaning, false);
    }

    SecureCounter(String label, String meaning, boolean receiveDrop) {
        this.label = label;
        this.meaning = meaning;
        this.receiveDrop = receiveDrop;
    }

    /** The stable name. */
    public String label() {
        return label;
    }

    /** What is counted. */
    public String meaning() {
        return meaning;
    }

    /** Position in an array of counters. */
    @SuppressWarnings("EnumOrdinal") // an index within one run, never stored
    int index() {
        return ordinal();
    }

    /** Whether it counts received frames that were dropped. */
    boolean isReceiveDrop() {
        return receiveDrop;
    }
}
