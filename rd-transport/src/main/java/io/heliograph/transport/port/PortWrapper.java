package io.heliograph.transport.port;

/**
 * A port around a port that hands on everything: the wrappers override what they change.
 *
 * <p>Closing it closes the port within. Threads as the port within.
 */
public abstract class PortWrapper implements Port {
    /** The port within. */
    protected final Port port;

    /** Wraps {@code port}, which is closed with this one. */
    protected PortWrapper(Port port) {
        this.port = port;
    }

    @Override
    public PortInfo info() {
        return port.info();
    }

    @Override
    public int receive(Burst burst) {
        return port.receive(burst);
    }

    @Override
    public int allocate(Burst burst, int count) {
        return port.allocate(burst, count);
    }

    @Override
    public int send(Burst burst) {
        return port.send(burst);
    }

    @Override
    public void release(Burst burst) {
        port.release(burst);
    }

    @Override
    public LinkState linkState() {
        return port.linkState();
    }

    @Override
    public PortStatistics statistics() {
        return port.statistics();
    }

    @Override
    public void close() {
        port.close();
    }
}
