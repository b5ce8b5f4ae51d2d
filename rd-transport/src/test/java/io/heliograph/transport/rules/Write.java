package io.heliograph.transport.rules;

import io.heliograph.transport.Endpoint;
import org.jspecify.annotations.Nullable;

/** A WRITE that a script's application posts: from the start of its source to {@link Script#REMOTE_ADDRESS}, unless told otherwise. */
final class Write {
    private final long cookie;
    private final long lengthBytes;
    private long offset;
    private int queue;
    private @Nullable Integer immediate;
    private boolean fenced;
    private @Nullable RawPeer to;

    private Write(long cookie, long lengthBytes) {
        this.cookie = cookie;
        this.lengthBytes = lengthBytes;
    }

    static Write write(long cookie, long lengthBytes) {
        return new Write(cookie, lengthBytes);
    }

    /** Offset both in the source and behind the remote address. */
    Write at(long value) {
        offset = value;
        return this;
    }

    Write on(int workQueue) {
        queue = workQueue;
        return this;
    }

    Write immediate(int value) {
        immediate = value;
        return this;
    }

    Write fenced() {
        fenced = true;
        return this;
    }

    Write to(RawPeer peer) {
        to = peer;
        return this;
    }

    int post(Endpoint endpoint, App app, RawPeer usualPeer) {
        int number = app.numberOf(to == null ? usualPeer : to);
        long remote = Script.REMOTE_ADDRESS + offset;
        return immediate == null
                ? endpoint.write(queue, number, app.source(), offset, lengthBytes, remote, Script.REMOTE_KEY, cookie)
                : endpoint.writeImm(
                        queue,
                        number,
                        app.source(),
                        offset,
                        lengthBytes,
                        remote,
                        Script.REMOTE_KEY,
                        immediate,
                        fenced,
                        cookie);
    }
}
