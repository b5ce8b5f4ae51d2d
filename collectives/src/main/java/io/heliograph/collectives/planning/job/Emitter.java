package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Message;
import io.heliograph.collectives.planning.traffic.Message.Overlap;
import io.heliograph.collectives.planning.traffic.Operation;
import java.util.function.Consumer;

/** Hands messages on; a group of one rank sends nothing. */
final class Emitter {
    private final Consumer<Message> to;

    Emitter(Consumer<Message> to) {
        this.to = to;
    }

    /** A message that the rank waits for. */
    void emit(Operation operation, Group group, long bytes, String cause) {
        emit(operation, group, bytes, cause, Overlap.NONE);
    }

    void emit(Operation operation, Group group, long bytes, String cause, Overlap overlap) {
        if (group.size() > 1 && bytes > 0) {
            to.accept(new Message(operation, group, bytes, cause, overlap));
        }
    }
}
