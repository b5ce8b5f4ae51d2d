package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Who the ranks are: their numbers as peers of the endpoint, and where the areas for this rank lie in their memory. */
final class Members {
    private static final int VERSION = 4;
    static final int CARD_BYTES = 64;
    private static final int NOBODY = -1;

    private final int rank;
    private final int[] peers;
    private final long[] areas;
    private final int[] keys;
    private int[] ranksByPeer = new int[0];

    private Members(int rank, int size) {
        this.rank = rank;
        peers = new int[size];
        areas = new long[size];
        keys = new int[size];
    }

    /**
     * Tells the others where this rank's landing is, and learns theirs.
     *
     * @throws CollectiveException if ranks were opened with different settings or addresses
     */
    static Members meet(
            Endpoint endpoint,
            CommunicatorConfig config,
            Landing landing,
            LandingLayout layout,
            int rank,
            int size,
            Exchange exchange) {
        List<byte[]> cards = exchange.allGather(card(endpoint.address(), config, landing));
        if (cards.size() != size) {
            throw new CollectiveException(
                    CollectiveException.UNKNOWN_RANK,
                    "the rendezvous has another size: size=" + size + " rendezvous=" + cards.size());
        }
        Members members = new Members(rank, size);
        for (int other = 0; other < size; other++) {
            byte[] card = cards.get(other);
            if (card.length != CARD_BYTES || ByteBuffer.wrap(card).getInt() != VERSION) {
                throw new CollectiveException(
                        other, "rank " + other + " runs another version: bytes=" + card.length + "; use one version");
            }
            if (!settings(card).equals(settings(cards.get(rank)))) {
                throw new CollectiveException(
                        other,
                        "rank " + other + " was opened with other settings than rank " + rank
                                + "; give the same CommunicatorConfig");
            }
            members.admit(endpoint, other, ByteBuffer.wrap(card), layout);
        }
        return members;
    }

    /** What others are to know of a rank. */
    @SuppressWarnings("EnumOrdinal") // compared with that of the same version alone
    static byte[] card(IpAddress address, CommunicatorConfig config, Landing landing) {
        return ByteBuffer.allocate(CARD_BYTES)
                .putInt(VERSION)
                .putInt(landing.region().key())
                .putLong(address.high())
                .putLong(address.low())
                .putLong(landing.address())
                .putInt(config.slotBytes())
                .putInt(config.slots())
                .putInt(config.eagerBytes())
                .putInt(config.algorithm() == null ? NOBODY : config.algorithm().ordinal())
                .putLong(config.directBytes())
                .putLong(config.timeoutNs())
                .array();
    }

    private static ByteBuffer settings(byte[] card) {
        int from = 2 * Integer.BYTES + 3 * Long.BYTES;
        return ByteBuffer.wrap(card, from, card.length - from).slice();
    }

    private void admit(Endpoint endpoint, int other, ByteBuffer card, LandingLayout layout) {
        card.getInt();
        keys[other] = card.getInt();
        IpAddress address = new IpAddress(card.getLong(), card.getLong());
        areas[other] = card.getLong() + layout.area(rank);
        if (other == rank) {
            peers[other] = NOBODY;
            return;
        }
        int peer = address.equals(endpoint.address()) ? NOBODY : endpoint.addPeer(address);
        if (peer == NOBODY || rankOf(peer) != NOBODY) {
            throw new CollectiveException(
                    other,
                    "two ranks have one address: rank=" + other + " address=" + address + "; open an endpoint each");
        }
        peers[other] = peer;
        if (peer >= ranksByPeer.length) {
            int known = ranksByPeer.length;
            ranksByPeer = Arrays.copyOf(ranksByPeer, peer + 1);
            Arrays.fill(ranksByPeer, known, peer + 1, NOBODY);
        }
        ranksByPeer[peer] = other;
    }

    int rank() {
        return rank;
    }

    int size() {
        return peers.length;
    }

    /** The endpoint's number for a rank. */
    int peer(int other) {
        return peers[other];
    }

    /** The rank that the endpoint has a number for; negative if it is none of ours. */
    int rankOf(int peer) {
        return peer >= 0 && peer < ranksByPeer.length ? ranksByPeer[peer] : NOBODY;
    }

    /** Address of the area that a rank keeps for this one, in its process. */
    long area(int other) {
        return areas[other];
    }

    /** Key of the memory that area lies in. */
    int key(int other) {
        return keys[other];
    }
}
