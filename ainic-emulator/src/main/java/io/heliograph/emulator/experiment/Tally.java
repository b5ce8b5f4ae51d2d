package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.DropReason;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.host.Host;
import io.heliograph.transport.EndpointCounter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a fabric and its endpoints have counted so far; the difference of two is what happened in between.
 *
 * @param dropped frames by every reason
 * @param trimmed packets
 * @param marked packets
 * @param pauses of links
 * @param packets of the endpoints
 */
record Tally(Map<DropReason, Long> dropped, long trimmed, long marked, long pauses, Packets packets) {
    static Tally of(Fabric fabric, List<Host> hosts) {
        Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, fabric.droppedFrames(reason));
        }
        long trimmed = 0;
        long marked = 0;
        long pauses = 0;
        for (Link link : fabric.links()) {
            trimmed += link.trimmedFrames();
            marked += link.markedFrames();
            pauses += link.pauses();
        }
        Packets packets = new Packets(
                sum(hosts, EndpointCounter.DATA_SENT),
                sum(hosts, EndpointCounter.RETRANSMITTED),
                sum(hosts, EndpointCounter.LOST_BY_TIMER),
                fabric.hops(),
                fabric.time().events());
        return new Tally(dropped, trimmed, marked, pauses, packets);
    }

    private static long sum(List<Host> hosts, EndpointCounter counter) {
        long sum = 0;
        for (Host host : hosts) {
            sum += host.endpoint().counters().get(counter);
        }
        return sum;
    }

    /** What happened since an earlier tally; reasons for which nothing was dropped are left out. */
    Tally since(Tally before) {
        Map<DropReason, Long> more = new EnumMap<>(DropReason.class);
        dropped.forEach((reason, count) -> {
            long difference = count - before.dropped.getOrDefault(reason, 0L);
            if (difference > 0) {
                more.put(reason, difference);
            }
        });
        return new Tally(
                more,
                trimmed - before.trimmed,
                marked - before.marked,
                pauses - before.pauses,
                new Packets(
                        packets.dataSent() - before.packets.dataSent(),
                        packets.retransmitted() - before.packets.retransmitted(),
                        packets.byTimer() - before.packets.byTimer(),
                        packets.hops() - before.packets.hops(),
                        packets.events() - before.packets.events()));
    }
}
