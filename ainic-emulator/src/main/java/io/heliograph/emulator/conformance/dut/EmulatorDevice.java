package io.heliograph.emulator.conformance.dut;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.emulator.conformance.RegisterAccess;
import io.heliograph.emulator.device.CapacityConfig;
import io.heliograph.emulator.device.Device;
import io.heliograph.emulator.device.DeviceConfig;
import io.heliograph.emulator.device.HostMemory;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.driver.DeviceEndpoint;
import io.heliograph.emulator.driver.DeviceEndpoint.RatePhase;
import io.heliograph.emulator.driver.DriverConfig;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.waveform.DeviceWaveform;
import io.heliograph.emulator.waveform.VcdWriter;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.RateTable;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The emulated NIC and its driver, in virtual time. */
public final class EmulatorDevice extends EndpointBench {
    private static final int RING_ENTRIES = 64;
    /** Completion rings of the driver have twice as many entries; behind them wait 64 for all queues (D4.9), then the slots. */
    private static final int WAITING = 2 * RING_ENTRIES + 64;

    private static final long SETTLE_NS = 20_000;
    private static final long TOLERANCE_NS = 2_000;

    private final VirtualTime time = new VirtualTime();
    private final TapPort port;
    private final HostMemory host = new HostMemory();
    private final Device device;
    private final DeviceEndpoint driver;
    private final @Nullable VcdWriter waveform;
    private final Map<Integer, BitSet> denied = new HashMap<>();
    private final Map<Integer, Integer> interrupts = new HashMap<>();
    private final Map<Long, HostMemory.Mapping> mapped = new HashMap<>();

    private EmulatorDevice(DeviceSetup setup) {
        super(setup);
        time.runUntil(setup.startNs() * VirtualTime.PS_PER_NS);
        port = new TapPort(time, setup.mtuBytes(), setup.lineRateBitsPerSecond());
        port.onSent(time::stop);
        CapacityConfig capacity = new CapacityConfig(
                setup.engines(),
                16,
                RING_ENTRIES,
                64,
                setup.maxPeers(),
                256,
                setup.receiveSlots(),
                setup.windowPackets(),
                16,
                8);
        device = Device.open(
                "dut", time, port, host, new SeededRandom(setup.seed()), DeviceConfig.DEFAULT.withCapacity(capacity));
        if (setup.waveform().isEmpty()) {
            waveform = null;
        } else {
            waveform = new VcdWriter(Path.of(setup.waveform()));
            DeviceWaveform.of(device, waveform);
            waveform.start();
        }
        driver = DeviceEndpoint.open(
                device.bar(),
                host,
                DriverConfig.of(IpAddress.parse(setup.address()), setup.incarnation())
                        .withRingEntries(RING_ENTRIES)
                        .withTrafficClasses(List.of(0, DeviceSetup.CLASS_OF_QUEUE_1, 0, 0))
                        .withFlowControl(setup.flowControl()));
        device.interrupts((vector, nowPs) -> interrupts.merge(vector, 1, Integer::sum));
    }

    /** A fresh device behind a fresh driver. */
    public static EmulatorDevice open(DeviceSetup setup) {
        return new EmulatorDevice(setup);
    }

    @Override
    Endpoint endpoint() {
        return driver;
    }

    @Override
    public String name() {
        return "emulator";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.complementOf(EnumSet.of(Ability.BURSTS));
    }

    @Override
    public int receiveSlots() {
        return WAITING + setup.receiveSlots();
    }

    @Override
    public long nowNs() {
        return time.nowNs();
    }

    @Override
    public long settleNs() {
        return SETTLE_NS;
    }

    @Override
    public long toleranceNs() {
        return TOLERANCE_NS;
    }

    @Override
    public void deliver(byte[] frame) {
        port.deliver(frame);
        device.arrived(time.nowPs());
    }

    @Override
    public void runUntil(long ns) {
        long endPs = Math.max(time.nowPs(), ns * VirtualTime.PS_PER_NS);
        if (!port.hasSent()) {
            time.runUntil(endPs);
        }
    }

    @Override
    public List<SentFrame> take() {
        return port.take();
    }

    @Override
    public void loadRates(String text) {
        List<RatePhase> phases = new ArrayList<>();
        if (text.isEmpty()) {
            driver.loadRates(phases, 0, 0);
            return;
        }
        RateTable table = parse(text);
        for (FlowKey flow : table.flows()) {
            if (flow.source().equals(driver.address())) {
                phases.add(new RatePhase(
                        driver.addPeer(flow.destination()),
                        flow.trafficClass(),
                        1_000_000_000L,
                        0,
                        table.schedule(flow).rate(0)));
            }
        }
        driver.loadRates(phases, table.startNs(), table.otherRateBitsPerSecond());
    }

    @Override
    public void denyPath(String peer, int entropy) {
        int number = driver.addPeer(IpAddress.parse(peer));
        BitSet paths = denied.computeIfAbsent(number, any -> new BitSet());
        paths.set(entropy - Tunables.ENTROPY_BASE);
        driver.denyPaths(number, paths);
    }

    @Override
    public RegisterAccess registers() {
        device.bar().write(Register.CONTROL.offset(), Register.CONTROL.bytes(), ControlBit.RESET.value());
        device.bar().read(Register.STATUS.offset(), Register.STATUS.bytes());
        return new RegisterAccess() {
            @Override
            public long read(int offset, int bytes) {
                return device.bar().read(offset, bytes);
            }

            @Override
            public void write(int offset, int bytes, long value) {
                device.bar().write(offset, bytes, value);
            }

            @Override
            public void map(long address, long lengthBytes) {
                MemorySegment memory = NativeMemory.segment(address, lengthBytes);
                mapped.put(address, host.map(memory, HostMemory.READ | HostMemory.WRITE));
            }

            @Override
            public void unmap(long address) {
                HostMemory.Mapping mapping = mapped.remove(address);
                if (mapping != null) {
                    host.unmap(mapping);
                }
            }

            @Override
            public int interrupts(int vector) {
                return interrupts.getOrDefault(vector, 0);
            }
        };
    }

    @Override
    public void close() {
        driver.close();
        device.close();
        port.close();
        if (waveform != null) {
            waveform.finish(time.nowPs());
            waveform.close();
        }
        arena.close();
    }
}
