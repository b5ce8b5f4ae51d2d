package io.heliograph.emulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** D9: a driver that writes anything anywhere, from a seed: nothing outside of what is mapped changes, not even beside it, and the node at the other end goes on. */
final class DriverFuzzTest {
    private static final int STEPS = 3000;
    private static final int GUARD_BYTES = 1 << 16;
    private static final byte CANARY = 0x5a;
    private static final long MS = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void d9_1_shouldWriteNowhereElseWhateverTheDriverDoes(long seed) {
        try (Rig rig = new Rig(DeviceConfig.DEFAULT, seed);
                Arena arena = Arena.ofShared();
                RawDriver wild = new RawDriver(rig, 0);
                RawDriver sane = new RawDriver(rig, 1)) {
            // Guards on both sides of a piece that may be written, and a piece that may only be read.
            MemorySegment outer = arena.allocate(3L * GUARD_BYTES, 4096);
            outer.fill(CANARY);
            MemorySegment inner = outer.asSlice(GUARD_BYTES, GUARD_BYTES);
            rig.memory(0).map(inner, HostMemory.READ | HostMemory.WRITE);
            MemorySegment readable = arena.allocate(GUARD_BYTES, 4096);
            readable.fill(CANARY);
            rig.memory(0).map(readable, HostMemory.READ);
            wild.start();
            sane.start();
            long[] places = {
                wild.at(0), wild.data(), inner.address(), outer.address(), readable.address(), sane.data(), 0, -64,
            };
            SeededRandom random = new SeededRandom(seed);
            for (int step = 0; step < STEPS; step++) {
                act(wild, sane, places, random);
                if (random.nextLong() % 4 == 0) {
                    rig.run(random.nextLong() >>> 44);
                }
            }
            rig.run(MS);
            assertCanary(outer.asSlice(0, GUARD_BYTES), seed);
            assertCanary(outer.asSlice(2L * GUARD_BYTES, GUARD_BYTES), seed);
            assertCanary(readable, seed);
            assertAlive(rig, wild, sane, seed);
        }
    }

    private static void assertCanary(MemorySegment guard, long seed) {
        for (long i = 0; i < guard.byteSize(); i++) {
            assertEquals(CANARY, guard.get(ValueLayout.JAVA_BYTE, i), "seed " + seed);
        }
    }

    private static void act(RawDriver wild, RawDriver sane, long[] places, SeededRandom random) {
        long value = value(places, random);
        switch ((int) Math.floorMod(random.nextLong(), 10L)) {
            case 0 -> wild.bar.write((int) Math.floorMod(random.nextLong(), 1L << 17), anyWidth(random), value);
            case 1, 2 -> {
                Register[] all = Register.values();
                Register register = all[(int) Math.floorMod(random.nextLong(), (long) all.length)];
                // Resets are rare, so that there is something to disturb.
                boolean resets = register == Register.CONTROL && random.nextLong() % 8 != 0;
                wild.write(register, resets ? ControlBit.ENABLE.value() : value);
            }
            case 3, 4 -> {
                QueueRegister[] all = QueueRegister.values();
                QueueRegister register = all[(int) Math.floorMod(random.nextLong(), (long) all.length)];
                wild.write((int) Math.floorMod(random.nextLong(), 3L), register, value);
            }
            case 5 -> wild.bar.read((int) Math.floorMod(random.nextLong(), 1L << 17), anyWidth(random));
            case 6 -> {
                int queue = (int) (random.nextLong() & 1);
                wild.entry(queue, (int) (random.nextLong() & 7), sane, (int) (random.nextLong() & 0x3fff), 1);
                wild.ring(queue, (int) wild.read(queue, QueueRegister.SUBMISSION_TAKEN) + 1);
            }
            case 7 -> NativeMemory.putLong(wild.at(random.nextLong() & 0x7ff8), value);
            case 8 -> {
                int index = (int) (random.nextLong() & 15);
                wild.addRegion(index, value, random.nextLong() & 0x1ffff, (int) (random.nextLong() & 1));
            }
            default ->
                wild.setUp((int) (random.nextLong() & 0xffff)).enable().enableQueue((int) (random.nextLong() & 1));
        }
    }

    private static int anyWidth(SeededRandom random) {
        return switch ((int) (random.nextLong() & 7)) {
            case 0 -> 1;
            case 1 -> 2;
            case 2, 3 -> 8;
            default -> 4;
        };
    }

    private static long value(long[] places, SeededRandom random) {
        long kind = random.nextLong() & 3;
        if (kind == 0) {
            return random.nextLong();
        }
        if (kind == 1) {
            return random.nextLong() & 31;
        }
        long place = places[(int) Math.floorMod(random.nextLong(), (long) places.length)];
        return place + (random.nextLong() & 0x3ff) * 64 - 128;
    }

    /** After a reset the device works like a new one. */
    private static void assertAlive(Rig rig, RawDriver wild, RawDriver sane, long seed) {
        wild.write(Register.CONTROL, ControlBit.RESET.value());
        wild.block.asSlice(0, 32768).fill((byte) 0);
        wild.setUp(0x10_0000).enable().enableQueue(0);
        assertEquals(CommandStatus.OK.value(), wild.read(Register.ENABLE_STATUS), "seed " + seed);
        wild.addRegion(0, wild.data(), RawDriver.DATA_BYTES, 1);
        PeerEntry.ADDRESS_LOW.put(wild.peer(0), HostAddresses.ipv4(1).low());
        PeerEntry.COMMAND.put(wild.peer(0), 1);
        wild.write(Register.PEER_DOORBELL, 0);
        wild.entry(0, 0, sane, 5000, 42);
        wild.ring(0, 1);
        assertTrue(rig.runUntil(() -> wild.produced(0) == 1, 5000 * MS), "seed " + seed);
        assertEquals(CompletionCode.SUCCESS.value(), wild.status(0, 0), "seed " + seed);
        assertEquals(42, CompletionEntry.COOKIE.get(wild.completion(0, 0)), "seed " + seed);
        assertEquals(
                -1,
                wild.dataSegment().asSlice(0, 5000).mismatch(sane.dataSegment().asSlice(0, 5000)),
                "seed " + seed);
    }
}
