package io.heliograph.emulator.conformance.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.conformance.DeviceFactory;
import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.emulator.conformance.DeviceUnderTest;
import io.heliograph.emulator.conformance.DeviceUnderTest.Ability;
import io.heliograph.emulator.conformance.DeviceUnderTest.PostedWrite;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.emulator.conformance.DeviceUnderTest.Told;
import io.heliograph.emulator.conformance.NotOfferedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A device's agent: does with a device of this process what a kit elsewhere asks. CONFORMANCE.md has the questions; this is the example for those who write their own.
 *
 * <p>One thread, which also is the device's.
 */
public final class AgentServer implements AutoCloseable {
    private static final int IDLE_LOOKS = 50;
    private static final long PAUSE_NS = 10_000;

    private final ServerSocketChannel listener;
    private final DeviceFactory devices;
    private final Map<Integer, Region> regions = new HashMap<>();
    private @Nullable DeviceUnderTest device;
    private volatile boolean closed;

    private AgentServer(ServerSocketChannel listener, DeviceFactory devices) {
        this.listener = listener;
        this.devices = devices;
    }

    /**
     * Listens for a kit.
     *
     * @param devices makes the device anew for each reset; it lives in real time
     * @throws EnvironmentException if the address cannot be had
     */
    public static AgentServer listen(SocketAddress address, ProtocolFamily family, DeviceFactory devices) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(family);
            listener.bind(address);
            listener.configureBlocking(false);
            return new AgentServer(listener, devices);
        } catch (IOException e) {
            throw new EnvironmentException("cannot listen at " + address + ": " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    public SocketAddress address() throws IOException {
        return listener.getLocalAddress();
    }

    /** Serves one kit until it hangs up, or this is closed. */
    public void serve() throws IOException {
        SocketChannel channel = accept();
        if (channel == null) {
            return;
        }
        try (JsonLines lines = new JsonLines(channel)) {
            int idle = 0;
            while (!closed) {
                JsonNode question = lines.poll();
                DeviceUnderTest running = device;
                if (running != null) {
                    running.runUntil(running.nowNs());
                }
                if (question != null) {
                    lines.send(answer(question));
                    idle = 0;
                } else if (++idle > IDLE_LOOKS) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
            }
        } catch (EOFException e) {
            // The kit has judged.
        } finally {
            end();
        }
    }

    private @Nullable SocketChannel accept() throws IOException {
        while (!closed && !Thread.currentThread().isInterrupted()) {
            SocketChannel channel = listener.accept();
            if (channel != null) {
                return channel;
            }
            LockSupport.parkNanos(100 * PAUSE_NS);
        }
        return null;
    }

    private void end() {
        DeviceUnderTest running = device;
        if (running != null) {
            running.close();
            device = null;
        }
        regions.clear();
    }

    private ObjectNode answer(JsonNode question) {
        ObjectNode answer = JsonLines.object();
        try {
            answer(question, answer);
        } catch (NotOfferedException e) {
            answer.put("cannot", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            answer.put("error", e.toString());
        }
        return answer;
    }

    private void answer(JsonNode question, ObjectNode answer) {
        switch (question.path("do").asText()) {
            case "hello" -> hello(answer);
            case "reset" -> reset(question, answer);
            case "register" -> register(question, answer);
            case "deregister" -> device().deregister(region(question));
            case "read" ->
                answer.put(
                        "bytes",
                        HexFormat.of()
                                .formatHex(device().read(
                                                region(question),
                                                question.path("offset").asInt(),
                                                question.path("length").asInt())));
            case "fill" -> fill(question);
            case "peer" -> device().addPeer(question.path("address").asText());
            case "post" -> answer.put("code", post(question));
            case "poll" -> poll(question, answer);
            case "rates" -> device().loadRates(question.path("table").asText());
            case "deny" ->
                device().denyPath(
                                question.path("peer").asText(),
                                question.path("entropy").asInt());
            default -> throw new NotOfferedException("no such question: " + question);
        }
    }

    private DeviceUnderTest device() {
        DeviceUnderTest running = device;
        if (running == null) {
            throw new IllegalStateException("reset comes first");
        }
        return running;
    }

    private Region region(JsonNode question) {
        Region region = regions.get(question.path("region").asInt());
        if (region == null) {
            throw new IllegalStateException("no such region");
        }
        return region;
    }

    private void hello(ObjectNode answer) {
        answer.put("protocol", 1).put("name", "software endpoint").put("guard", 64);
        ArrayNode abilities = answer.putArray("abilities");
        for (Ability each : List.of(Ability.REGIONS, Ability.RATES, Ability.PATHS, Ability.FLOW_CONTROL)) {
            abilities.add(each.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    private void reset(JsonNode question, ObjectNode answer) {
        end();
        DeviceSetup usual = DeviceSetup.DEFAULT;
        String address = question.path("address").asText();
        DeviceSetup setup = new DeviceSetup(
                question.path("seed").asLong(),
                (int) question.path("incarnation").asLong(),
                usual.startNs(),
                question.path("mtu").asInt(),
                question.path("window").asInt(),
                question.path("slots").asInt(),
                question.path("peers").asInt(),
                question.path("engines").asInt(),
                question.path("line_rate").asLong(),
                question.path("flow_control").asBoolean(),
                address.indexOf(':') >= 0,
                usual.node(),
                "");
        if (!setup.address().equals(address)) {
            throw new NotOfferedException("this device has the address " + setup.address());
        }
        DeviceUnderTest fresh = devices.open(setup);
        device = fresh;
        answer.put("incarnation", Integer.toUnsignedLong(fresh.incarnation()))
                .put("mtu", fresh.mtuBytes())
                .put("window", fresh.windowPackets())
                .put("slots", fresh.receiveSlots());
    }

    private void register(JsonNode question, ObjectNode answer) {
        Region region = device().register(
                        question.path("length").asInt(), question.path("write").asBoolean());
        regions.put(region.number(), region);
        answer.put("region", region.number())
                .put("address", region.address())
                .put("key", Integer.toUnsignedLong(region.key()));
    }

    private void fill(JsonNode question) {
        Region region = region(question);
        byte[] bytes = HexFormat.of().parseHex(question.path("bytes").asText());
        int offset = question.path("offset").asInt();
        byte[] whole = device().read(region, 0, region.lengthBytes());
        System.arraycopy(bytes, 0, whole, offset, bytes.length);
        device().fill(region, whole);
    }

    private int post(JsonNode question) {
        JsonNode immediate = question.path("immediate");
        return device().post(new PostedWrite(
                question.path("peer").asText(),
                question.path("queue").asInt(),
                region(question),
                question.path("offset").asLong(),
                question.path("length").asLong(),
                question.path("remote_address").bigIntegerValue().longValue(),
                (int) question.path("remote_key").asLong(),
                immediate.isMissingNode() ? null : (Integer) (int) immediate.asLong(),
                question.path("fenced").asBoolean(),
                question.path("cookie").asLong()));
    }

    private void poll(JsonNode question, ObjectNode answer) {
        ArrayNode all = answer.putArray("told");
        for (Told each : device().poll(question.path("limit").asInt())) {
            all.addObject()
                    .put("kind", each.kind())
                    .put("status", each.status())
                    .put("cookie", each.cookie())
                    .put("immediate", Integer.toUnsignedLong(each.immediate()))
                    .put("queue", each.queue())
                    .put("length", each.lengthBytes())
                    .put("peer", each.peer());
        }
    }

    /** Ends {@link #serve}, from any thread. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
