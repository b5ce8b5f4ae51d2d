package io.heliograph.offload.serve;

import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.query.ReplyCode;
import io.heliograph.offload.query.ReplyLayout;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortWrapper;
import io.heliograph.transport.wire.UdpFrame;
import io.heliograph.transport.wire.UdpPacket;
import java.lang.foreign.Arena;

/**
 * A port around a port that answers inference queries on their way in, and hands on every other frame: whoever polls it, an engine say, serves.
 *
 * <p>A query stays in the frame that it came in: the frame waits in a bounded queue, the datapath reads the payload where it lies, the answer is written over it, and the frame goes back turned round
 * (QUERIES.md, Q6). A {@link #receive} takes up to {@code queriesPerPoll} queries from the queue, or one that is stepped. What the port within does not take is held back: keep polling.
 *
 * <p>Threads as the port within. Allocates nothing per frame.
 */
public final class QueryPort extends PortWrapper {
    /** Queries that wait, unless told otherwise. */
    public static final int DEFAULT_QUEUE_ENTRIES = 256;

    /** Queries served in a poll, unless told otherwise: some 50 us of LeNet-300-100. */
    public static final int DEFAULT_QUERIES_PER_POLL = 16;

    private static final int MORE_REPLIES = 256;

    private final Arena arena = Arena.ofAuto();
    private final QueryEngine engine;
    private final QueryCounters counters;
    private final IpAddress own;
    private final int udpPort;
    private final int queriesPerPoll;
    private final UdpFrame udp = new UdpFrame();
    /** Answers that the port within has not taken yet. */
    private final Burst replies;

    private final Burst dropped = new Burst(arena, MORE_REPLIES);
    private long handled;
    private boolean closed;

    /**
     * Wraps an open port, which is closed with this one.
     *
     * @param own queries to this address are taken
     * @param udpPort and to this port
     * @param models that may be asked
     * @param thread which of the table's threads polls this port, from 0
     * @param queueEntries queries that may wait, a power of two
     * @param queriesPerPoll the most to serve before other frames are looked after, at least 1
     * @param counters of that thread
     */
    public QueryPort(
            Port port,
            IpAddress own,
            int udpPort,
            ModelTable models,
            int thread,
            int queueEntries,
            int queriesPerPoll,
            QueryCounters counters) {
        super(port);
        if (queriesPerPoll < 1 || udpPort < 1 || udpPort > 0xFFFF) {
            throw new IllegalArgumentException(
                    "no port for queries: udpPort=" + udpPort + " queriesPerPoll=" + queriesPerPoll);
        }
        this.own = own;
        this.udpPort = udpPort;
        this.queriesPerPoll = queriesPerPoll;
        this.counters = counters;
        engine = new QueryEngine(models, thread, queueEntries, counters);
        replies = new Burst(arena, queueEntries + MORE_REPLIES);
    }

    /** Wraps an open port for the first thread, with the default sizes. */
    public static QueryPort of(Port port, IpAddress own, ModelTable models, QueryCounters counters) {
        return new QueryPort(
                port,
                own,
                QueryLayout.DEFAULT_UDP_PORT,
                models,
                0,
                DEFAULT_QUEUE_ENTRIES,
                DEFAULT_QUERIES_PER_POLL,
                counters);
    }

    /** Serves, and hands on the frames that are not queries. */
    @Override
    public int receive(Burst burst) {
        if (closed) {
            return 0;
        }
        int count = port.receive(burst);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            long frame = burst.frame(i);
            if (!take(frame)) {
                burst.frame(kept++, frame);
            }
        }
        burst.size(kept);
        serve();
        if (replies.size() > 0) {
            port.send(replies);
        }
        if (dropped.size() > 0) {
            port.release(dropped);
        }
        return kept;
    }

    /** Queries taken and answered so far; what changes shows that there was work. The polling thread. */
    public long handled() {
        return handled;
    }

    private boolean take(long frame) {
        if (udp.parse(Frame.dataAddress(frame), Frame.lengthBytes(frame)) != UdpFrame.UDP
                || udp.destinationPort() != udpPort
                || udp.destinationLow() != own.low()
                || udp.destinationHigh() != own.high()) {
            return false;
        }
        handled++;
        if (!UdpPacket.isIntact(udp.ip(), udp.isIpv4())) {
            counters.increment(QueryCounter.DAMAGED);
            drop(frame);
            return true;
        }
        long query = udp.payload();
        int lengthBytes = udp.payloadBytes();
        int code = engine.offer(query, lengthBytes, frame);
        if (ReplyCode.isSilent(code)) {
            drop(frame);
        } else if (code != ReplyCode.RESULT) {
            if (hasRoom(frame)) {
                reply(frame, engine.refuse(query, lengthBytes, code, query));
            } else {
                counters.increment(QueryCounter.REPLIES_DROPPED);
                drop(frame);
            }
        }
        return true;
    }

    private void serve() {
        for (int served = 0; served < queriesPerPoll && !engine.isEmpty() && replies.remaining() > 0; served++) {
            long frame = engine.headToken();
            boolean stepped = engine.headIsStepped();
            udp.parse(Frame.dataAddress(frame), Frame.lengthBytes(frame));
            if (hasRoom(frame)) {
                reply(frame, engine.answer(udp.payload(), roomBytes(frame)));
            } else {
                counters.increment(QueryCounter.REPLIES_DROPPED);
                engine.drop();
                drop(frame);
            }
            handled++;
            if (stepped) {
                return;
            }
        }
    }

    private boolean hasRoom(long frame) {
        return replies.remaining() > 0 && roomBytes(frame) >= ReplyLayout.HEADER;
    }

    /** From where the query begins to where the frame or the packet must end. */
    private int roomBytes(long frame) {
        int inFrame = Frame.roomBytes(frame) - (int) (udp.payload() - Frame.dataAddress(frame));
        int inPacket = port.info().mtuBytes() - (int) (udp.payload() - udp.ip());
        return Math.min(inFrame, inPacket);
    }

    /** The frame is the one that was parsed last. */
    private void reply(long frame, int replyBytes) {
        long data = Frame.dataAddress(frame);
        UdpPacket.turn(data, udp.ip(), udp.isIpv4());
        UdpPacket.complete(udp.ip(), udp.isIpv4(), replyBytes);
        Frame.lengthBytes(frame, (int) (udp.payload() - data) + replyBytes);
        replies.add(frame);
    }

    private void drop(long frame) {
        if (dropped.remaining() == 0) {
            port.release(dropped);
        }
        dropped.add(frame);
    }

    /** Returns the frames of queries that wait and of answers that were not sent, and closes the port within. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            while (!engine.isEmpty()) {
                drop(engine.headToken());
                engine.drop();
            }
            port.release(dropped);
            port.release(replies);
            port.close();
        }
    }
}
