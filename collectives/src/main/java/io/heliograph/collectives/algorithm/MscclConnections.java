package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.algorithm.MscclSource.Instruction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of an MSCCL program that are under way: on the channel between two ranks, which has room for one, or put aside at the receiver, in the order of their connection.
 */
final class MscclConnections {
    /** Chunks under way on a connection (NCCL_STEPS of NCCL): a program that needs more waits for ever there. */
    static final int MOST_UNDER_WAY = 8;

    /** By sender and receiver; in the order in which they were sent, so that all ranks find the same. */
    private final Map<Link, Message> arriving = new LinkedHashMap<>();

    private final Map<Connection, Deque<Message>> putAside = new LinkedHashMap<>();
    private final Map<Connection, Integer> underWay = new LinkedHashMap<>();

    private record Link(int from, int to) {}

    /** What MSCCL has between two ranks, by channel number. */
    record Connection(int from, int to, int channel) {}

    /**
     * A chunk.
     *
     * @param sent the step that sent it
     * @param chunk which one of the step's
     * @param stash where it was put aside; null if it is in the channel
     */
    record Message(
            Connection connection,
            Contents contents,
            Instruction sent,
            int chunk,
            @Nullable Place stash) {}

    boolean canSend(Connection connection) {
        return !arriving.containsKey(link(connection)) && underWay.getOrDefault(connection, 0) < MOST_UNDER_WAY;
    }

    void send(Message message) {
        arriving.put(link(message.connection()), message);
        underWay.merge(message.connection(), 1, Integer::sum);
    }

    /** The next one of a connection; null if it is not there. */
    @Nullable
    Message take(Connection connection) {
        Deque<Message> waiting = putAside.get(connection);
        Message message = waiting == null ? null : waiting.poll();
        if (message == null) {
            message = arriving.get(link(connection));
            if (message == null || !message.connection().equals(connection)) {
                return null;
            }
            arriving.remove(link(connection));
        }
        underWay.merge(connection, -1, Integer::sum);
        return message;
    }

    /** The one that has been in a channel for longest; null if there is none. */
    @Nullable
    Message oldest() {
        return arriving.isEmpty() ? null : arriving.values().iterator().next();
    }

    /** Takes one out of its channel, to be had from there. */
    void putAside(Message message, Place stash) {
        arriving.remove(link(message.connection()));
        putAside.computeIfAbsent(message.connection(), _ -> new ArrayDeque<>())
                .add(new Message(message.connection(), message.contents(), message.sent(), message.chunk(), stash));
    }

    /** One that was put aside and is still there; null if there is none. */
    @Nullable
    Message leftOver() {
        for (Deque<Message> left : putAside.values()) {
            if (!left.isEmpty()) {
                return left.peek();
            }
        }
        return null;
    }

    private static Link link(Connection connection) {
        return new Link(connection.from(), connection.to());
    }
}
