package io.heliograph.emulator.conformance.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.conformance.DeviceSetup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A device at the other end of a cable, whose application does what the kit tells an agent. */
final class AgentDevice extends LiveDevice {
    private static final int PROTOCOL = 1;
    private static final int FILL_BYTES = 1 << 16;

    private final AgentConnection agent;
    private final DeviceSetup setup;
    private final Set<Ability> abilities;
    private final String name;
    private final int guardBytes;
    private final int incarnation;
    private final int windowPackets;
    private final int mtuBytes;
    private final int receiveSlots;

    /**
     * Resets the device.
     *
     * @param hello what the agent said of itself
     */
    AgentDevice(AgentConnection agent, JsonNode hello, LiveLink link, LiveTiming timing, DeviceSetup setup) {
        super(link, timing);
        this.agent = agent;
        this.setup = setup;
        name = hello.path("name").asText("device");
        guardBytes = hello.path("guard").asInt(0);
        abilities = abilities(hello);
        ObjectNode reset = AgentConnection.question("reset")
                .put("seed", setup.seed())
                .put("address", setup.address())
                .put("incarnation", Integer.toUnsignedLong(setup.incarnation()))
                .put("mtu", setup.mtuBytes())
                .put("window", setup.windowPackets())
                .put("slots", setup.receiveSlots())
                .put("peers", setup.maxPeers())
                .put("engines", setup.engines())
                .put("line_rate", setup.lineRateBitsPerSecond())
                .put("flow_control", setup.flowControl())
                .put("queues", DeviceSetup.QUEUES)
                .put("class_of_queue_1", DeviceSetup.CLASS_OF_QUEUE_1);
        JsonNode answer = agent.ask(reset);
        incarnation = (int) AgentConnection.number(answer, "incarnation");
        windowPackets = (int) AgentConnection.number(answer, "window");
        mtuBytes = (int) AgentConnection.number(answer, "mtu");
        receiveSlots = (int) AgentConnection.number(answer, "slots");
    }

    /** Asks an agent who it is. */
    static JsonNode hello(AgentConnection agent) {
        JsonNode hello = agent.ask(AgentConnection.question("hello"));
        if (hello.path("protocol").asInt() != PROTOCOL) {
            throw new EnvironmentException("the agent does not speak protocol " + PROTOCOL + ": " + hello);
        }
        return hello;
    }

    private static Set<Ability> abilities(JsonNode hello) {
        Set<Ability> abilities = EnumSet.of(Ability.SETUP, Ability.APPLICATION, Ability.MEMORY, Ability.TIMERS);
        for (JsonNode each : hello.path("abilities")) {
            String wanted = each.asText().toUpperCase(Locale.ROOT).replace('-', '_');
            Ability known = Arrays.stream(Ability.values())
                    .filter(one -> one.name().equals(wanted) && one != Ability.VIRTUAL_TIME)
                    .findFirst()
                    .orElseThrow(() -> new EnvironmentException(
                            "the agent has an ability that the kit does not know: " + each.asText()));
            abilities.add(known);
        }
        return abilities;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Ability> abilities() {
        return abilities;
    }

    @Override
    public String address() {
        return setup.address();
    }

    @Override
    String addressOf(int number) {
        return setup.withNode(number).address();
    }

    @Override
    public int incarnation() {
        return incarnation;
    }

    @Override
    public int windowPackets() {
        return windowPackets;
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
    }

    @Override
    public int receiveSlots() {
        return receiveSlots;
    }

    @Override
    public Region register(int lengthBytes, boolean peersMayWrite) {
        JsonNode answer = agent.ask(
                AgentConnection.question("register").put("length", lengthBytes).put("write", peersMayWrite));
        return new Region(
                (int) AgentConnection.number(answer, "region"),
                AgentConnection.number(answer, "address"),
                (int) AgentConnection.number(answer, "key"),
                lengthBytes);
    }

    @Override
    public void deregister(Region region) {
        agent.ask(AgentConnection.question("deregister").put("region", region.number()));
    }

    @Override
    public byte[] read(Region region) {
        return read(region, -guardBytes, region.lengthBytes() + 2 * guardBytes);
    }

    @Override
    public byte[] read(Region region, int offset, int lengthBytes) {
        JsonNode answer = agent.ask(AgentConnection.question("read")
                .put("region", region.number())
                .put("offset", offset)
                .put("length", lengthBytes));
        byte[] bytes = HexFormat.of().parseHex(answer.path("bytes").asText());
        if (bytes.length != lengthBytes) {
            throw new EnvironmentException(
                    "the agent read " + bytes.length + " bytes where " + lengthBytes + " were asked for");
        }
        return bytes;
    }

    @Override
    public void fill(Region region, byte[] bytes) {
        int count = Math.min(bytes.length, region.lengthBytes());
        for (int at = 0; at < count; at += FILL_BYTES) {
            agent.ask(AgentConnection.question("fill")
                    .put("region", region.number())
                    .put("offset", at)
                    .put("bytes", HexFormat.of().formatHex(bytes, at, Math.min(count, at + FILL_BYTES))));
        }
    }

    @Override
    public int guardBytes() {
        return guardBytes;
    }

    @Override
    public void addPeer(String peer) {
        agent.ask(AgentConnection.question("peer").put("address", peer));
    }

    @Override
    public int post(PostedWrite write) {
        ObjectNode question = AgentConnection.question("post")
                .put("peer", write.peer())
                .put("queue", write.queue())
                .put("region", write.source().number())
                .put("offset", write.offset())
                .put("length", write.lengthBytes())
                .put("remote_address", write.remoteAddress())
                .put("remote_key", Integer.toUnsignedLong(write.remoteKey()))
                .put("fenced", write.fenced())
                .put("cookie", write.cookie());
        Integer immediate = write.immediate();
        if (immediate != null) {
            question.put("immediate", Integer.toUnsignedLong(immediate));
        }
        return (int) AgentConnection.number(agent.ask(question), "code");
    }

    @Override
    public List<Told> poll(int limit) {
        JsonNode answer = agent.ask(AgentConnection.question("poll").put("limit", limit));
        List<Told> told = new ArrayList<>();
        for (JsonNode each : answer.path("told")) {
            told.add(new Told(
                    (int) AgentConnection.number(each, "kind"),
                    (int) AgentConnection.number(each, "status"),
                    AgentConnection.number(each, "cookie"),
                    (int) AgentConnection.number(each, "immediate"),
                    (int) AgentConnection.number(each, "queue"),
                    AgentConnection.number(each, "length"),
                    each.path("peer").asText()));
        }
        return told;
    }

    @Override
    public void loadRates(String table) {
        agent.ask(AgentConnection.question("rates").put("table", table));
    }

    @Override
    public void denyPath(String peer, int entropy) {
        agent.ask(AgentConnection.question("deny").put("peer", peer).put("entropy", entropy));
    }
}
