package io.heliograph.emulator.device;

import io.heliograph.emulator.driver.DeviceEndpoint;
import io.heliograph.emulator.driver.DriverConfig;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.transport.SeededRandom;
import java.util.function.BooleanSupplier;

/** Two devices on a cable of 100 Gbit/s, each with its own host memory, and drivers on request. */
public final class Rig implements AutoCloseable {
    private static final long STEP_PS = 5_000_000;
    private static final int DEVICES = 2;

    private final Fabric fabric;
    private final HostMemory[] memory = new HostMemory[DEVICES];
    private final Device[] devices = new Device[DEVICES];

    public Rig(DeviceConfig config) {
        this(config, 1);
    }

    public Rig(DeviceConfig config, long seed) {
        this(config, seed, LinkConfig.of(100_000_000_000L, 500_000));
    }

    public Rig(DeviceConfig config, long seed, LinkConfig link) {
        fabric = Topologies.pair(link).build(FabricConfig.DEFAULT.withSeed(seed).withMtuBytes(1500));
        for (int i = 0; i < DEVICES; i++) {
            memory[i] = new HostMemory();
            devices[i] = Device.open(
                    "nic" + i, time(), fabric.port(i), memory[i], new SeededRandom(seed * DEVICES + i), config);
            fabric.port(i).listener(devices[i]);
        }
    }

    public Fabric fabric() {
        return fabric;
    }

    public VirtualTime time() {
        return fabric.time();
    }

    public Device device(int number) {
        return devices[number];
    }

    public HostMemory memory(int number) {
        return memory[number];
    }

    public DeviceEndpoint driver(int number, int ringEntries) {
        return DeviceEndpoint.open(
                devices[number].bar(),
                memory[number],
                DriverConfig.of(HostAddresses.ipv4(number), 1).withRingEntries(ringEntries));
    }

    public void run(long forPs) {
        time().runUntil(time().nowPs() + forPs);
    }

    /** Lets time pass in small steps until something is so, for as long as the limit. */
    public boolean runUntil(BooleanSupplier done, long limitPs) {
        long endPs = time().nowPs() + limitPs;
        while (!done.getAsBoolean()) {
            if (time().nowPs() >= endPs) {
                return false;
            }
            run(STEP_PS);
        }
        return true;
    }

    @Override
    public void close() {
        for (Device each : devices) {
            each.close();
        }
        fabric.close();
    }
}
