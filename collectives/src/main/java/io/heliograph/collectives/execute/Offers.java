package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.Post;

/**
 * Outputs that ranks offer each other to write to, where memory is mapped: a rank that adds up a part of the result writes it to the other's output as well as to its own.
 *
 * <p>A caller who heard that the communicator failed may use its output for something else, while another rank, which did not hear of it yet, or was stopped and goes on, still writes. So offers are <em>withdrawn</em> before
 * the caller hears: by a word in the landing, at which a rank looks within each write, and by waiting until the writes are over that may not have seen it (Dekker's pattern, as with a deregistration).
 */
final class Offers {
    /** No place is offered. */
    static final long NONE = 0;
    /** {@link #place}: it is not offered any more, and will not be. */
    private static final long WITHDRAWN = Post.NOT_WRITABLE;

    private final Transport transport;
    private final Endpoint endpoint;
    private final Members members;
    private final LandingLayout layout;
    private final long landing;
    private boolean anyMade;
    private boolean withdrawn;

    /** None are made. */
    Offers(Transport transport, Members members, LandingLayout layout, long landing) {
        this.transport = transport;
        endpoint = transport.endpoint();
        this.members = members;
        this.layout = layout;
        this.landing = landing;
    }

    /** One is about to be made. */
    void made() {
        anyMade = true;
    }

    /** Nobody begins to write to an output any more, and those who did are through, or the transport knows that they are not. */
    void withdraw() {
        if (withdrawn || !anyMade) {
            return;
        }
        withdrawn = true;
        for (int rank = 0; rank < members.size(); rank++) {
            NativeMemory.putLongRelease(landing + layout.withdrawn(rank), 1);
        }
        transport.awaitPeers();
    }

    /** Writes to another's output if that is still offered: not negative, or a code of {@link Post}. */
    long place(int rank, long address, int key, long from, int lengthBytes) {
        int peer = members.peer(rank);
        long word = endpoint.beginWrite(peer, members.area(rank) + layout.withdrawn(0), Long.BYTES, members.key(rank));
        if (word < 0) {
            return word;
        }
        long to = NativeMemory.getLongAcquire(word) != 0
                ? WITHDRAWN
                : endpoint.beginWrite(peer, address, lengthBytes, key);
        if (to >= 0) {
            BulkCopy.copy(from, to, lengthBytes);
            endpoint.endWrite();
        }
        endpoint.endWrite();
        return to;
    }
}
