package io.heliograph.emulator.conformance.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.conformance.Conformance;
import io.heliograph.emulator.conformance.DeviceFactory;
import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.emulator.conformance.DeviceUnderTest;
import io.heliograph.emulator.conformance.DeviceUnderTest.Ability;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.emulator.conformance.Scenario;
import io.heliograph.emulator.conformance.ScenarioReader;
import io.heliograph.emulator.conformance.Verdict;
import io.heliograph.emulator.conformance.Verdict.Outcome;
import io.heliograph.emulator.conformance.dut.PortDevices;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.port.SharedMemoryPort;
import io.heliograph.transport.simulation.mutation.MutatingLoader;
import io.heliograph.transport.simulation.mutation.Mutation;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Software endpoints that live in real time on another thread, behind a port, are judged like those in virtual time. */
@Timeout(120)
class LiveDevicesTest {
    private static final int MTU = 1500;
    /** A machine that is busy keeps a thread waiting for longer than the default. */
    private static final LiveTiming TIMING = new LiveTiming(2_000_000, 3_000_000_000L, 1_000_000_000, 1);

    @TempDir
    private Path directory;

    /** What takes seconds by its nature is not for a test that is run at every build. */
    private static boolean isShort(Scenario scenario) {
        return !scenario.needs().contains(Ability.TIMERS)
                || List.of("named-wait", "least-timeout", "default-wait", "paced")
                        .contains(scenario.name());
    }

    private static Scenario scenario(String name) {
        return ScenarioReader.shipped().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Verdict> run(DeviceFactory devices, Predicate<Scenario> which) {
        List<Verdict> verdicts = new ArrayList<>();
        ScenarioReader.shipped().stream()
                .filter(which)
                .forEach(each -> verdicts.add(Conformance.run(each, devices, 1, "")));
        return verdicts;
    }

    private static List<String> failures(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(each -> each.outcome() == Outcome.FAIL)
                .map(each -> each.scenario().name() + " " + each.rule() + ": " + each.explanation())
                .toList();
    }

    private static long passed(List<Verdict> verdicts) {
        return verdicts.stream().filter(each -> each.outcome() == Outcome.PASS).count();
    }

    /** An agent with its devices on a thread of their own, which ends with the kit. */
    private final class Served implements AutoCloseable {
        private final AgentServer server;
        private final Thread thread;
        private final AtomicReference<String> failure = new AtomicReference<>("");
        private final UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("agent"));

        Served(DeviceFactory devices) {
            server = AgentServer.listen(address, StandardProtocolFamily.UNIX, devices);
            thread = Thread.ofPlatform().name("agent").start(() -> {
                try {
                    server.serve();
                } catch (IOException e) {
                    failure.set(e.toString());
                }
            });
        }

        @Override
        public void close() {
            server.close();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertEquals("", failure.get());
        }
    }

    @Test
    void shouldPassWhenEndpointIsBehindAPort() {
        PortPair cable = MemoryPort.pair(MTU);
        try (PortDevices devices = new PortDevices(cable.right());
                Served served = new Served(devices);
                LiveDevices kit = LiveDevices.withAgent(cable.left(), SystemClock.INSTANCE, TIMING, served.address)) {
            List<Verdict> verdicts = run(kit, LiveDevicesTest::isShort);
            assertEquals(List.of(), failures(verdicts));
            assertTrue(passed(verdicts) > 100, () -> passed(verdicts) + " passed");
            String reason = verdicts.stream()
                    .filter(each -> each.scenario().name().equals("two-engines"))
                    .findFirst()
                    .orElseThrow()
                    .explanation();
            assertEquals("the device cannot: this device has one engine, and not 2", reason);
        }
    }

    @Test
    void shouldCatchFaultOfADeviceBehindAPort() throws Exception {
        MutatingLoader loader = new MutatingLoader(
                Mutation.NO_DUPLICATE_SUPPRESSION.edits(),
                name -> name.startsWith("io.heliograph.transport.")
                        || name.startsWith("io.heliograph.emulator.conformance.dut."));
        String name = "conform-" + ProcessHandle.current().pid();
        DeviceFactory faulty = (DeviceFactory) loader.loadClass(PortDevices.class.getName())
                .getMethod("open", String.class, int.class)
                .invoke(null, "shm:" + name, MTU);
        try (AutoCloseable _ = (AutoCloseable) faulty;
                Served served = new Served(faulty);
                LiveDevices kit = LiveDevices.withAgent(
                        SharedMemoryPort.open(name, MTU), SystemClock.INSTANCE, TIMING, served.address)) {
            Verdict verdict = Conformance.run(scenario("duplicate-before-cumulative"), kit, 1, "");
            assertEquals(Outcome.FAIL, verdict.outcome());
            assertEquals("R4.1", verdict.rule());
            assertEquals(
                    Outcome.PASS,
                    Conformance.run(scenario("unknown-key"), kit, 1, "").outcome());
        }
    }

    /** A device whose owner gave nothing away but an address and a region. */
    private static void serveTarget(
            DeviceFactory devices, AtomicReference<Region> region, CountDownLatch ready, AtomicBoolean ended) {
        DeviceSetup usual = DeviceSetup.DEFAULT;
        DeviceSetup setup =
                new DeviceSetup(7, 4321, 0, MTU, 64, 1024, 1024, 1, usual.lineRateBitsPerSecond(), false, false, 1, "");
        try (DeviceUnderTest device = devices.open(setup)) {
            region.set(device.register(TargetRegion.LEAST_BYTES, true));
            ready.countDown();
            while (!ended.get()) {
                device.runUntil(device.nowNs());
                device.poll(16);
                Thread.onSpinWait();
            }
        }
    }

    private static List<Verdict> judgeTarget(PortPair cable, DeviceFactory devices) throws InterruptedException {
        AtomicReference<Region> region = new AtomicReference<>();
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch ready = new CountDownLatch(1);
        Thread device = Thread.ofPlatform().name("device").start(() -> serveTarget(devices, region, ready, ended));
        try {
            assertTrue(ready.await(10, TimeUnit.SECONDS));
            Region target = region.get();
            try (LiveDevices kit = LiveDevices.target(
                    cable.left(),
                    SystemClock.INSTANCE,
                    TIMING,
                    IpAddress.parse("198.18.0.1"),
                    new TargetRegion(target.address(), target.lengthBytes(), target.key()),
                    64)) {
                return run(kit, LiveDevicesTest::isShort);
            }
        } finally {
            ended.set(true);
            device.join();
        }
    }

    @Test
    void shouldJudgeAnswersAloneWhenThereIsNoAgent() throws InterruptedException {
        PortPair cable = MemoryPort.pair(MTU);
        try (PortDevices devices = new PortDevices(cable.right())) {
            List<Verdict> verdicts = judgeTarget(cable, devices);
            assertEquals(List.of(), failures(verdicts));
            assertTrue(passed(verdicts) > 25, () -> passed(verdicts) + " passed");
            assertTrue(verdicts.stream()
                    .filter(each -> each.outcome() == Outcome.NOT_EXERCISED)
                    .allMatch(each -> !each.explanation().isEmpty()));
        }
    }

    @Test
    void shouldSayWhenNobodyIsThere() {
        LiveTiming brief = new LiveTiming(1_000_000, 20_000_000, 0, 1);
        EnvironmentException noAgent = assertThrows(
                EnvironmentException.class,
                () -> LiveDevices.withAgent(
                        MemoryPort.pair(MTU).left(),
                        SystemClock.INSTANCE,
                        brief,
                        UnixDomainSocketAddress.of(directory.resolve("nobody"))));
        assertTrue(String.valueOf(noAgent.getMessage()).contains("start it first"), noAgent::toString);
        try (LiveDevices kit = LiveDevices.target(
                MemoryPort.pair(MTU).left(),
                SystemClock.INSTANCE,
                brief,
                IpAddress.parse("198.18.0.1"),
                new TargetRegion(0x1000, TargetRegion.LEAST_BYTES, 1),
                64)) {
            EnvironmentException silent =
                    assertThrows(EnvironmentException.class, () -> Conformance.run(scenario("bounds"), kit, 1, ""));
            assertTrue(String.valueOf(silent.getMessage()).contains("does not answer"), silent::toString);
        }
    }

    @Test
    void shouldReadRegionsAsPeopleWriteThem() {
        assertEquals(
                new TargetRegion(0x1000_0000L, 65_536, 0x9234_ABCD), TargetRegion.parse("0x10000000:65536:0x9234abcd"));
        for (String bad : List.of("", "1:2", "1:65535:3", "x:65536:3", "1:65536:", "1:65536:3:4", "1:0x100000000:3")) {
            assertThrows(IllegalArgumentException.class, () -> TargetRegion.parse(bad), bad);
        }
    }

    @Test
    void shouldRefuseTimingThatMakesNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new LiveTiming(0, 1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new LiveTiming(2, 1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new LiveTiming(1, 1, 0, 0));
    }
}
