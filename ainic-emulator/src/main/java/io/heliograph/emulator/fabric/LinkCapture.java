package io.heliograph.emulator.fabric;

import io.heliograph.transport.capture.PcapngWriter;
import io.heliograph.transport.port.Frame;
import java.nio.file.Path;
import java.util.IdentityHashMap;

/**
 * Writes what comes out of links to a pcapng file, an interface for each, with virtual time as time since 1970, cut to nanoseconds. Frames are there as they arrive: corrupted, marked and trimmed.
 *
 * <p>Closed by whoever made it, after the run.
 */
public final class LinkCapture implements FabricObserver, AutoCloseable {
    private static final long PS_PER_NS = 1_000;

    private final PcapngWriter writer;
    private final IdentityHashMap<Link, Integer> interfaces = new IdentityHashMap<>();

    /**
     * Creates the file, or empties the one of that name.
     *
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    public LinkCapture(Path file) {
        writer = PcapngWriter.create(file);
    }

    /** Captures a link from now on. */
    public LinkCapture add(Link link) {
        if (interfaces.putIfAbsent(link, interfaces.size()) == null) {
            writer.addInterface(link.name());
            link.observe(this);
        }
        return this;
    }

    @Override
    public void arrived(Link link, long frame, long nowPs) {
        Integer number = interfaces.get(link);
        if (number != null) {
            writer.received(number, nowPs / PS_PER_NS, Frame.dataAddress(frame), Frame.lengthBytes(frame));
        }
    }

    /** Writes the rest and closes the file. */
    @Override
    public void close() {
        writer.close();
    }
}
