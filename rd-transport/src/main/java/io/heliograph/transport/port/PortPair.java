package io.heliograph.transport.port;

/**
 * Two ports that are joined: what one sends the other receives.
 *
 * @param left one of them
 * @param right the other
 */
public record PortPair(Port left, Port right) implements AutoCloseable {
    /** Closes both. */
    @Override
    public void close() {
        left.close();
        right.close();
    }
}
