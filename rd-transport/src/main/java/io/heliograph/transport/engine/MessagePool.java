package io.heliograph.transport.engine;

import org.jspecify.annotations.Nullable;

/** Messages that are not in use, for all engines of an endpoint: as many are made as are ever outstanding at once, and kept. */
final class MessagePool {
    private final SpinLock lock;
    private @Nullable OutboundMessage free;

    /** A pool with {@code count} messages to begin with. */
    MessagePool(int count, boolean shared) {
        lock = new SpinLock(shared);
        for (int i = 0; i < count; i++) {
            recycle(new OutboundMessage());
        }
    }

    OutboundMessage take() {
        lock.lock();
        OutboundMessage message = free;
        if (message != null) {
            free = message.nextInQueue;
        }
        lock.unlock();
        return message == null ? new OutboundMessage() : message;
    }

    void recycle(OutboundMessage message) {
        lock.lock();
        message.nextInQueue = free;
        free = message;
        lock.unlock();
    }
}
