package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.rate.WireBytes;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps between memory and link, joined.
 *
 * <pre>
 * out:  fetch -> [engine] -> segmentation -> limiter -> path -> payload -> icrc_out -> mac
 *                [engine] -> acknowledgement -----------------------------> icrc_out
 * in:   parse -> icrc_in -> key -> placement -> [engine] -> completion
 * </pre>
 */
final class Pipeline {
    private static final long PS_PER_SECOND = 1_000_000_000_000L;
    private static final int BITS_PER_BYTE = 8;
    private static final int ENTRY_BYTES = 32;

    private final VirtualTime time;
    private final PipelineConfig config;
    private final DeviceParts parts;
    private final PacketPool packets;
    private final KeyCache keys;
    private final long cyclePs;
    private final long lineRate;
    private final List<StageMeter> meters = new ArrayList<>();
    private final EngineUnit[] engines;
    private final List<Stage<Packet>> packetStages = new ArrayList<>();
    private final Stage<Fetch> fetch;
    private final Stage<RingWrite> completion;
    private final Stage<Packet> mac;
    private final Stage<Packet> parse;
    private final LinkUnit link;
    private @Nullable Parser parser;

    Pipeline(VirtualTime time, Arena arena, Port port, DeviceConfig deviceConfig, DeviceParts parts) {
        this.time = time;
        this.parts = parts;
        config = deviceConfig.pipeline();
        cyclePs = config.cyclePs();
        lineRate = port.info().linkBitsPerSecond();
        packets = new PacketPool(arena, port);
        keys = new KeyCache(deviceConfig.capacity().cachedKeys());
        link = new LinkUnit(time, arena, port, packets, parts.counts());
        int entriesAtOnce = deviceConfig.capacity().fetchEntries();
        int completionRoom = Math.max(config.fifoPackets(), 2 * entriesAtOnce);
        completion = new Stage<>(
                time, meter("completion"), completionRoom, completionRoom, this::write, parts.outbox()::write);
        fetch = new Stage<>(
                time,
                meter("fetch"),
                FetchUnit.READS,
                FetchUnit.READS,
                this::read,
                (item, nowPs) -> parts.fetches().take(item, nowPs, completion));
        completion.addUpstream(fetch);
        mac = packetStage("mac", 1, this::serialise, (packet, nowPs) -> link.send(packet));
        Stage<Packet> icrcOut = packetStage("icrc_out", 1, this::sum, mac::offer);
        mac.addUpstream(icrcOut);
        Stage<Packet> payload = packetStage("payload", config.readsInFlight(), this::fetchPayload, icrcOut::offer);
        Stage<Packet> acknowledgement =
                packetStage("acknowledgement", 1, cycles(config.acknowledgementCycles()), icrcOut::offer);
        // Answers go first.
        icrcOut.addUpstream(acknowledgement);
        icrcOut.addUpstream(payload);
        engines = new EngineUnit[deviceConfig.capacity().engines()];
        for (int i = 0; i < engines.length; i++) {
            engines[i] = engine(i, port, payload, acknowledgement);
        }
        Stage<Packet> placement = packetStage("placement", config.fifoPackets(), this::place, this::deliver);
        Stage<Packet> key = packetStage("key", config.fifoPackets(), this::lookUp, placement::offer);
        placement.addUpstream(key);
        Stage<Packet> icrcIn = packetStage("icrc_in", 1, this::sum, key::offer);
        key.addUpstream(icrcIn);
        parse = packetStage("parse", config.receivePackets(), 1, this::parse, icrcIn::offer);
        icrcIn.addUpstream(parse);
        for (EngineUnit each : engines) {
            each.join(placement, this::afterCycle);
        }
        link.join(parse, mac);
        parts.outbox().join(completion, this::wakeDueEngines, parts.fetches());
        parts.fetches().join(fetch, this::wakeEngines);
    }

    private EngineUnit engine(int number, Port port, Stage<Packet> payload, Stage<Packet> acknowledgement) {
        String suffix = "_" + number;
        Stage<Packet> path = packetStage("path" + suffix, 1, cycles(config.pathCycles()), payload::offer);
        payload.addUpstream(path);
        Stage<Packet> limiter = packetStage("limiter" + suffix, 1, cycles(config.limiterCycles()), path::offer);
        path.addUpstream(limiter);
        Stage<Packet> segmentation =
                packetStage("segmentation" + suffix, 1, cycles(config.segmentationCycles()), limiter::offer);
        limiter.addUpstream(segmentation);
        EnginePort enginePort = new EnginePort(number, port, packets, segmentation, acknowledgement);
        return new EngineUnit(
                time,
                number,
                enginePort,
                packets,
                meter("engine" + suffix),
                segmentation,
                acknowledgement,
                config.fifoPackets(),
                config.acknowledgementCycles() * cyclePs,
                config.segmentationCycles() * cyclePs);
    }

    private StageMeter meter(String name) {
        StageMeter meter = new StageMeter(name, cyclePs);
        meters.add(meter);
        return meter;
    }

    private Stage<Packet> packetStage(String name, int inWork, Timing<Packet> timing, Sink<Packet> sink) {
        return packetStage(name, config.fifoPackets(), inWork, timing, sink);
    }

    private Stage<Packet> packetStage(String name, int room, int inWork, Timing<Packet> timing, Sink<Packet> sink) {
        Stage<Packet> stage = new Stage<>(time, meter(name), room, inWork, timing, sink);
        packetStages.add(stage);
        return stage;
    }

    private Timing<Packet> cycles(int count) {
        return (packet, nowPs) -> {
            packet.donePs = nowPs + count * cyclePs;
            return packet.donePs;
        };
    }

    private long read(Fetch item, long nowPs) {
        item.donePs = parts.bus().read(item.count * 2 * ENTRY_BYTES, nowPs);
        return Math.max(nowPs + cyclePs, parts.bus().readFreePs());
    }

    private long write(RingWrite item, long nowPs) {
        long madePs = nowPs + config.completionCycles() * cyclePs;
        item.donePs = parts.bus().write(ENTRY_BYTES, madePs);
        return Math.max(madePs, parts.bus().writeFreePs());
    }

    private long fetchPayload(Packet packet, long nowPs) {
        if (packet.payloadBytes == 0) {
            packet.donePs = nowPs + cyclePs;
            return packet.donePs;
        }
        packet.donePs = parts.bus().read(packet.payloadBytes, nowPs);
        return Math.max(nowPs + cyclePs, parts.bus().readFreePs());
    }

    private long sum(Packet packet, long nowPs) {
        packet.donePs = nowPs + Math.ceilDiv(packet.lengthBytes, config.icrcBytesPerCycle()) * cyclePs;
        return packet.donePs;
    }

    /** The port is given the frame when its first bit leaves, and the next one when its last bit has. */
    private long serialise(Packet packet, long nowPs) {
        packet.donePs = nowPs;
        if (lineRate <= 0) {
            return nowPs + cyclePs;
        }
        long bits = (long) WireBytes.of(packet.lengthBytes) * BITS_PER_BYTE;
        return nowPs + Math.max(cyclePs, Math.ceilDiv(bits * (PS_PER_SECOND / 1_000_000), lineRate / 1_000_000));
    }

    private long parse(Packet packet, long nowPs) {
        Parser present = parser;
        if (present != null) {
            present.parse(packet);
        }
        packet.donePs = nowPs + config.parseCycles() * cyclePs;
        return packet.donePs;
    }

    private long lookUp(Packet packet, long nowPs) {
        if (!packet.places) {
            packet.donePs = nowPs + cyclePs;
            return packet.donePs;
        }
        packet.places = parts.regions().find(packet.key) != null;
        long foundPs = nowPs + config.keyCycles() * cyclePs;
        if (packet.places && !keys.use(packet.key)) {
            parts.counts().increment(DeviceCounter.KEY_MISSES);
            packet.donePs = parts.bus().read(ENTRY_BYTES, foundPs);
        } else {
            packet.donePs = foundPs;
        }
        return foundPs;
    }

    private long place(Packet packet, long nowPs) {
        long startedPs = nowPs + config.placementCycles() * cyclePs;
        if (!packet.places || packet.payloadBytes == 0) {
            packet.donePs = startedPs;
            return startedPs;
        }
        packet.donePs = parts.bus().write(packet.payloadBytes, startedPs);
        return Math.max(startedPs, parts.bus().writeFreePs());
    }

    private boolean deliver(Packet packet, long nowPs) {
        if (!engines[packet.engine].offer(packet, nowPs)) {
            return false;
        }
        if (packet.isForAll) {
            show(packet, nowPs);
        }
        return true;
    }

    /** Gives the other engines what concerns all of them; one that has no room for it loses it (R10.6). */
    private void show(Packet packet, long nowPs) {
        for (int i = 0; i < engines.length; i++) {
            Packet copy = i == packet.engine ? null : packets.copy(packet, i);
            if (copy != null && !engines[i].offer(copy, nowPs)) {
                packets.discard(copy);
            }
        }
    }

    private void afterCycle(long nowPs) {
        parts.outbox().roomAt(nowPs);
        if (engines.length > 1) {
            wakeDueEngines(nowPs);
        }
    }

    private void wakeDueEngines(long nowPs) {
        for (EngineUnit each : engines) {
            each.wakeIfDue(nowPs);
        }
    }

    void wakeEngines(long nowPs) {
        for (EngineUnit each : engines) {
            each.wake(nowPs);
        }
    }

    List<StageMeter> meters() {
        return meters;
    }

    EngineUnit[] engines() {
        return engines;
    }

    LinkUnit link() {
        return link;
    }

    void open(Parser newParser) {
        parser = newParser;
        link.enabled(true);
    }

    /** Takes everything out. */
    void reset(long nowPs) {
        link.enabled(false);
        parser = null;
        keys.clear();
        fetch.flush(item -> {}, nowPs);
        completion.flush(item -> {}, nowPs);
        for (Stage<Packet> each : packetStages) {
            each.flush(packets::discard, nowPs);
        }
        for (EngineUnit each : engines) {
            each.reset(nowPs);
        }
    }
}
