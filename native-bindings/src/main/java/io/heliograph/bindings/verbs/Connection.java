package io.heliograph.bindings.verbs;

/**
 * What a reliable connection needs to know of its other end and of the way there; the defaults are those of perftest, but for a retry less.
 *
 * @param path the way there
 * @param queuePair the other end's number
 * @param mtuBytes the packets' largest payload, 256 to 4096 and a power of two; both ends the same, neither above its port's
 * @param receivePsn the other end's first packet sequence number, 24 bits
 * @param sendPsn the own first one
 * @param timeout of an acknowledgement: 4.096 us * 2^timeout, 0 is for ever (InfiniBand architecture, section 9.7.6.1.3)
 * @param retries how often to repeat after it, 0 to 7
 * @param receiverRetries how often to repeat where the other end has no receive posted, 0 to 6; 7 is for ever
 * @param receiverTimer how long the other end is to wait before, in the codes of table 45; 12 is 0.64 ms
 */
public record Connection(
        AddressVector path,
        int queuePair,
        int mtuBytes,
        int receivePsn,
        int sendPsn,
        int timeout,
        int retries,
        int receiverRetries,
        int receiverTimer) {
    private static final int TIMEOUT = 14;
    /** Not seven, which is for ever to Soft-RoCE (rxe_comp.c; the architecture has that for missing receives alone). */
    private static final int RETRIES = 6;

    private static final int FOR_EVER = 7;
    private static final int RECEIVER_TIMER = 12;

    /** With the usual timers: 67 ms, six retries, and for ever where no receive is posted. */
    public static Connection to(AddressVector path, int queuePair, int mtuBytes, int receivePsn, int sendPsn) {
        return new Connection(
                path, queuePair, mtuBytes, receivePsn, sendPsn, TIMEOUT, RETRIES, FOR_EVER, RECEIVER_TIMER);
    }

    /** {@code enum ibv_mtu}: 256 bytes are 1, each step doubles. */
    int mtuCode() {
        if (mtuBytes < 256 || mtuBytes > 4096 || Integer.bitCount(mtuBytes) != 1) {
            throw new IllegalArgumentException(
                    "not an RDMA MTU: mtuBytes=" + mtuBytes + "; give 256, 512, 1024, 2048 or 4096");
        }
        return Integer.numberOfTrailingZeros(mtuBytes) - 7;
    }
}
