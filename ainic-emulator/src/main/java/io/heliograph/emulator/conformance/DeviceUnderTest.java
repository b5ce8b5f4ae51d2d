package io.heliograph.emulator.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A device on the bench: frames go in and come out, an application uses it, and time passes when the kit says so (or by itself, if the device lives in real time).
 *
 * <p>All its types are the JDK's or this package's, so that a device may be loaded apart from the kit. One thread, the kit's.
 */
public interface DeviceUnderTest extends AutoCloseable {
    /** What a device lets its bench do besides sending frames to it; a scenario that needs more is not exercised. */
    enum Ability {
        /** Regions may be registered and taken back while it runs. */
        REGIONS,
        /** Set-up values of a scenario other than the defaults take effect. */
        SETUP,
        /** Rate tables. */
        RATES,
        /** Paths may be denied. */
        PATHS,
        /** Priority pause frames. */
        FLOW_CONTROL,
        /** Frames wait in its port until it looks, so that it gets many at once. */
        BURSTS,
        /** Its engines share one Ethernet device. */
        SHARED_LINK,
        /** Its application posts and is told of completions. */
        APPLICATION,
        /** Its registered memory can be read. */
        MEMORY,
        /** Its timers run, in whatever time: expectations of milliseconds hold to the device's tolerance. */
        TIMERS,
        /** Time is virtual: deadlines of microseconds hold, too, and hours cost nothing. */
        VIRTUAL_TIME
    }

    /**
     * A frame that the device sent.
     *
     * @param timeNs when, on the device's clock
     * @param bytes from the Ethernet header on
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record SentFrame(long timeNs, byte[] bytes) {}

    /**
     * Registered memory of the device's application.
     *
     * @param number for the calls below
     * @param address first byte, as peers name it
     * @param key as peers name it
     * @param lengthBytes of the region
     */
    record Region(int number, long address, int key, int lengthBytes) {}

    /**
     * A WRITE to post.
     *
     * @param peer literal IP address
     * @param queue work queue
     * @param source region that the bytes come from
     * @param offset within it
     * @param lengthBytes how many
     * @param remoteAddress where they go
     * @param remoteKey with which key
     * @param immediate null for none
     * @param fenced only with an immediate
     * @param cookie comes back
     */
    record PostedWrite(
            String peer,
            int queue,
            Region source,
            long offset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            @Nullable Integer immediate,
            boolean fenced,
            long cookie) {}

    /**
     * What the application was told.
     *
     * @param kind as in {@link io.heliograph.transport.Completion}
     * @param status as in {@link io.heliograph.transport.CompletionStatus}
     * @param cookie of the post
     * @param immediate of the peer
     * @param queue the message's
     * @param lengthBytes of the message
     * @param peer literal IP address
     */
    record Told(int kind, int status, long cookie, int immediate, int queue, long lengthBytes, String peer) {}

    /** For people. */
    String name();

    /** What it lets the bench do. */
    Set<Ability> abilities();

    /** Its literal IP address. */
    String address();

    /** What it begins relations with; 0 if only its packets tell. */
    int incarnation();

    /** W of R4.3. */
    int windowPackets();

    /** The largest IP packet. */
    int mtuBytes();

    /** Immediates that wait for the application before others are refused (R7.1), all of one work queue. */
    int receiveSlots();

    /** Its clock. */
    long nowNs();

    /** How long it may take for what it does at once. */
    long settleNs();

    /** How far its moments may be from those that a scenario names. */
    long toleranceNs();

    /** How long to wait for what must come before it counts as missing; at least {@link #settleNs()}. */
    default long patienceNs() {
        return settleNs();
    }

    /** The literal IP address of a peer that the kit plays, by its number in scenarios (2 to 255). */
    String peerAddress(int number);

    /** Gives it a frame. */
    void deliver(byte[] frame);

    /** Lets time pass until then or, if that is sooner, until it has sent something. A moment that is over lets it do what it has to do at once. */
    void runUntil(long ns);

    /** Frames that it sent since the last call, oldest first. */
    List<SentFrame> take();

    /** Registers fresh memory. */
    Region register(int lengthBytes, boolean peersMayWrite);

    /** Takes memory back. */
    void deregister(Region region);

    /** What the memory around a region holds: {@link #guardBytes()} on either side, too. */
    byte[] read(Region region);

    /**
     * A part of what {@link #read(Region)} gives.
     *
     * @param offset from the region's first byte on; from -{@link #guardBytes()}
     */
    default byte[] read(Region region, int offset, int lengthBytes) {
        int from = guardBytes() + offset;
        return Arrays.copyOfRange(read(region), from, from + lengthBytes);
    }

    /** Fills a region. */
    void fill(Region region, byte[] bytes);

    /** Bytes on either side of a region that are looked at, too. */
    int guardBytes();

    /** Makes a peer known. */
    void addPeer(String peer);

    /** Posts; returns 0 or a negative code of {@link io.heliograph.transport.Post}. */
    int post(PostedWrite write);

    /** Takes what the application was told, at most so much. */
    List<Told> poll(int limit);

    /**
     * Loads a rate table.
     *
     * @param table as {@link io.heliograph.transport.rate.RateTableFile} has it; empty takes the table away
     * @throws IllegalArgumentException if it is refused
     */
    void loadRates(String table);

    /** Denies a path to a peer. */
    void denyPath(String peer, int entropy);

    /** Its registers, reset and without a driver from then on; null if it has none that the kit can reach. */
    default @Nullable RegisterAccess registers() {
        return null;
    }

    /** Ends it. */
    @Override
    void close();
}
