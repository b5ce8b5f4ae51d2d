package io.heliograph.collectives.execute;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;

/** Posts the WRITEs of one communicator; where the submission ring is full, it makes room first. */
final class Posts {
    private static final int QUEUE = 0;

    private final Progress progress;
    private final Endpoint endpoint;
    private final Members members;
    private final int id;

    /** What cookies have is a new {@link Progress#newId}. */
    Posts(Transport transport, int context, Members members) {
        progress = transport.progress();
        endpoint = transport.endpoint();
        id = progress.newId(context);
        this.members = members;
    }

    /** What the cookies of posts have, see {@link Progress#cookie}. */
    int id() {
        return id;
    }

    /** A WRITE; {@code index} comes back when it ended. */
    void write(int rank, MemoryRegion source, long sourceOffset, int lengthBytes, long remote, int index) {
        int code = Post.RING_FULL;
        while (code == Post.RING_FULL) {
            code = endpoint.write(
                    QUEUE,
                    members.peer(rank),
                    source,
                    sourceOffset,
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

    /** A WRITE-with-IMM; {@code index} comes back when it ended. */
    void writeImm(
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
}
