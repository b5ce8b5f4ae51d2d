package io.heliograph.transport.engine;

/** Where finished messages go: the engine's completion rings. */
interface CompletionSink {
    void complete(Peer peer, OutboundMessage message);

    void recycle(OutboundMessage message);
}
