package io.heliograph.benchmarks.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.benchmarks.session.EngineDrive;
import io.heliograph.benchmarks.session.Handshake;
import io.heliograph.benchmarks.session.MeetingPoint;
import io.heliograph.benchmarks.session.Rendezvous;
import io.heliograph.benchmarks.session.Session;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The checks find wrong bytes: an endpoint that now and then sends from the wrong place is caught. */
@Timeout(60)
class WrongDataTest {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final PerfPlan PLAN = new PerfPlan(List.of(4_000L), 64, 0, 0, 8);

    @Test
    void shouldCountTheWritesThatCarriedOtherBytes() throws Exception {
        List<BandwidthResult> results = new ArrayList<>();
        run(
                "write",
                session -> new WriteBandwidthServer(session).run(result -> {}),
                session -> new WriteBandwidthClient(session, PLAN).run(results::add));
        assertEquals(8, results.getFirst().checked());
        assertEquals(1, results.getFirst().wrong());
    }

    @Test
    void shouldCountThePongsThatCarriedOtherBytes() throws Exception {
        List<LatencyResult> results = new ArrayList<>();
        run(
                "writeImm",
                session -> new WriteLatencyServer(session).run(result -> {}),
                session -> new WriteLatencyClient(session, PLAN).run(results::add));
        assertEquals(64, results.getFirst().roundTripsNs().getTotalCount());
        assertEquals(1, results.getFirst().wrong());
    }

    @FunctionalInterface
    private interface Role {
        void run(Session session) throws Exception;
    }

    private static void run(String method, Role server, Role client) throws Exception {
        Rendezvous[] ends = MeetingPoint.pair();
        try (PortPair ports = MemoryPort.pair(1_500);
                Rendezvous one = ends[0];
                Rendezvous other = ends[1]) {
            FutureTask<Void> serving = new FutureTask<>(() -> end(open("198.18.0.1", ports.left()), one, server), null);
            Thread.ofPlatform().daemon().start(serving);
            end(mistaken(open("198.18.0.2", ports.right()), method), other, client);
            serving.get();
        }
    }

    private static void end(Endpoint endpoint, Rendezvous rendezvous, Role role) {
        try (Arena arena = Arena.ofShared();
                endpoint) {
            role.run(Handshake.agree(
                    "test", EngineDrive.turned(endpoint), 1_500, false, arena, arena, rendezvous, LIMIT_NS));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Endpoint open(String address, Port port) {
        EndpointConfig config = EndpointConfig.of(IpAddress.parse(address));
        return PacketEndpoint.open(config, SystemClock.INSTANCE, new SeededRandom(1), port);
    }

    /** Takes the source of the last message 8 bytes further on. */
    private static Endpoint mistaken(Endpoint endpoint, String method) {
        long last = PLAN.iterations();
        long[] calls = new long[1];
        return (Endpoint) Proxy.newProxyInstance(
                Endpoint.class.getClassLoader(), new Class<?>[] {Endpoint.class}, (_, called, arguments) -> {
                    if (called.getName().equals(method) && ++calls[0] == last) {
                        arguments[3] = (Long) arguments[3] + 8;
                    }
                    try {
                        return called.invoke(endpoint, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
