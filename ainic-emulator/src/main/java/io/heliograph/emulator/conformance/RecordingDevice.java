package io.heliograph.emulator.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A device whose bench is written down: every call that does something, in order, with addresses of regions replaced by fixed ones. */
class RecordingDevice extends DeviceWrapper {
    private final Rebase rebase;
    private final List<Map<String, Object>> steps = new ArrayList<>();
    private final Map<Integer, Region> regions = new TreeMap<>();
    private final Map<Integer, byte[]> initial = new HashMap<>();
    private String lastRun = "";

    RecordingDevice(DeviceUnderTest device, Rebase rebase) {
        super(device);
        this.rebase = rebase;
    }

    /** What happened, as names and values of JSON. */
    List<Map<String, Object>> steps() {
        return steps;
    }

    /** What changed in regions since they were registered and filled: number, offset and bytes. */
    List<Map<String, Object>> changes() {
        List<Map<String, Object>> all = new ArrayList<>();
        regions.forEach((number, region) -> {
            byte[] before = initial.getOrDefault(number, new byte[0]);
            byte[] after = device.read(region);
            for (int at = 0; at < after.length; at++) {
                if (before[at] == after[at]) {
                    continue;
                }
                int end = at;
                while (end < after.length && before[end] != after[end]) {
                    end++;
                }
                Map<String, Object> each = new LinkedHashMap<>();
                each.put("region", number);
                each.put("offset", at - device.guardBytes());
                each.put("before", HexFormat.of().formatHex(before, at, end));
                each.put("after", HexFormat.of().formatHex(after, at, end));
                all.add(each);
                at = end;
            }
        });
        return all;
    }

    private Map<String, Object> step(String what) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("at", device.nowNs());
        step.put("do", what);
        steps.add(step);
        lastRun = "";
        return step;
    }

    @Override
    public List<SentFrame> take() {
        List<SentFrame> frames = device.take();
        for (SentFrame each : frames) {
            Map<String, Object> step = step("out");
            step.put("at", each.timeNs());
            step.put("frame", HexFormat.of().formatHex(rebase.canonical(each.bytes())));
        }
        return frames;
    }

    @Override
    public void deliver(byte[] frame) {
        step("in").put("frame", HexFormat.of().formatHex(rebase.canonical(frame)));
        device.deliver(frame);
    }

    @Override
    public Region register(int lengthBytes, boolean peersMayWrite) {
        Region region = device.register(lengthBytes, peersMayWrite);
        rebase.add(region);
        regions.put(region.number(), region);
        initial.put(region.number(), device.read(region));
        Map<String, Object> step = step("register");
        step.put("region", region.number());
        step.put("address", "0x" + Long.toHexString(Rebase.address(region.number())));
        step.put("key", "0x%08x".formatted(region.key()));
        step.put("length", lengthBytes);
        step.put("writable", peersMayWrite);
        return region;
    }

    @Override
    public void deregister(Region region) {
        step("deregister").put("region", region.number());
        device.deregister(region);
    }

    @Override
    public void fill(Region region, byte[] bytes) {
        Map<String, Object> step = step("fill");
        step.put("region", region.number());
        step.put("pattern", "byte i is 31 i + (i >> 8) + 1");
        device.fill(region, bytes);
        initial.put(region.number(), device.read(region));
    }

    @Override
    public int post(PostedWrite write) {
        int answer = device.post(write);
        Map<String, Object> step = step("post");
        step.put("peer", write.peer());
        step.put("queue", write.queue());
        step.put("region", write.source().number());
        step.put("offset", write.offset());
        step.put("length", write.lengthBytes());
        step.put("remoteAddress", "0x" + Long.toHexString(write.remoteAddress()));
        step.put("remoteKey", "0x%08x".formatted(write.remoteKey()));
        if (write.immediate() != null) {
            step.put("immediate", write.immediate());
            step.put("fenced", write.fenced());
        }
        step.put("cookie", write.cookie());
        return answer;
    }

    @Override
    public List<Told> poll(int limit) {
        List<Told> told = device.poll(limit);
        for (Told each : told) {
            Map<String, Object> step = step("told");
            step.put("kind", each.kind());
            step.put("status", each.status());
            step.put("cookie", each.cookie());
            step.put("immediate", each.immediate());
            step.put("queue", each.queue());
            step.put("length", each.lengthBytes());
            step.put("peer", each.peer());
        }
        return told;
    }

    @Override
    public void runUntil(long ns) {
        String run = device.nowNs() + "/" + ns;
        if (!run.equals(lastRun)) {
            step("run").put("until", ns);
            lastRun = run;
        }
        device.runUntil(ns);
    }

    @Override
    public void addPeer(String peer) {
        step("peer").put("peer", peer);
        device.addPeer(peer);
    }

    @Override
    public void loadRates(String table) {
        step("rates").put("table", table);
        device.loadRates(table);
    }

    @Override
    public void denyPath(String peer, int entropy) {
        Map<String, Object> step = step("deny");
        step.put("peer", peer);
        step.put("entropy", entropy);
        device.denyPath(peer, entropy);
    }
}
