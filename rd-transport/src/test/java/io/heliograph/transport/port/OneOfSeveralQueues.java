package io.heliograph.transport.port;

import java.util.List;

/** A queue of a device whose other queues are closed with it. */
final class OneOfSeveralQueues extends PortWrapper {
    private final List<Port> all;

    OneOfSeveralQueues(List<Port> all, int queue) {
        super(all.get(queue));
        this.all = all;
    }

    @Override
    public void close() {
        all.forEach(Port::close);
    }
}
