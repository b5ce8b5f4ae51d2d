package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.Ability;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.emulator.input.InputFileException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The regions of a scripted scenario and what each of them must hold, guards included. */
final class MemoryModel {
    /** Bytes of the region that peers may write to. */
    static final int TARGET_BYTES = 1 << 16;

    /** Bytes of the region that the device sends from. */
    static final int SOURCE_BYTES = 1 << 18;

    private static final byte UNTOUCHED = 0x5A;

    /** A region and what it must hold, guards included. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Modelled(Region region, byte[] model) {}

    private final Bench bench;
    private final DeviceUnderTest device;
    private final Map<String, Long> names;
    private final Map<String, Modelled> regions = new HashMap<>();

    /** A model that tells scenarios where regions are by names. */
    MemoryModel(Bench bench, Map<String, Long> names) {
        this.bench = bench;
        this.names = names;
        device = bench.device;
    }

    /** Registers the regions that every scenario has: one that peers may write to, and one with a pattern that the device sends from. */
    void begin() {
        register("target", TARGET_BYTES, true);
        if (!device.abilities().contains(Ability.APPLICATION)) {
            return;
        }
        register("source", SOURCE_BYTES, false);
        Modelled source = modelled("source");
        byte[] pattern = new byte[source.region().lengthBytes()];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = PayloadPlan.sourceByte(i);
        }
        device.fill(source.region(), pattern);
        System.arraycopy(pattern, 0, source.model(), device.guardBytes(), pattern.length);
    }

    void register(String name, int lengthBytes, boolean writable) {
        Region region = device.register(lengthBytes, writable);
        byte[] model = isReadable() ? device.read(region) : new byte[lengthBytes];
        if (!name.equals("source") && device.guardBytes() > 0) {
            Arrays.fill(model, UNTOUCHED);
        }
        regions.put(name, new Modelled(region, model));
        names.put(name, region.address());
        names.put(name + "_key", Integer.toUnsignedLong(region.key()));
        names.put(name + "_end", region.address() + region.lengthBytes());
    }

    private boolean isReadable() {
        return device.abilities().contains(Ability.MEMORY);
    }

    private Modelled modelled(String name) {
        Modelled found = regions.get(name);
        if (found == null) {
            throw new IllegalStateException("no region is called " + name);
        }
        return found;
    }

    Region region(String name) {
        return modelled(name).region();
    }

    /** From now on a region must hold these bytes. */
    void expect(long address, byte[] bytes, String where) {
        Modelled at = regions.values().stream()
                .filter(one -> address >= one.region().address()
                        && address + bytes.length
                                <= one.region().address() + one.region().lengthBytes())
                .findFirst()
                .orElseThrow(() -> new InputFileException(where, "the bytes are in no region"));
        if (isReadable()) {
            System.arraycopy(
                    bytes,
                    0,
                    at.model(),
                    (int) (device.guardBytes() + address - at.region().address()),
                    bytes.length);
        }
    }

    /** Looks at everything, if it can be read. */
    void compare(String rule, String where) {
        if (!isReadable()) {
            return;
        }
        regions.forEach((name, each) -> {
            byte[] actual = device.read(each.region());
            int at = Arrays.mismatch(actual, each.model());
            if (at >= 0) {
                throw new BrokenRuleException(
                        rule,
                        bench.trace().size(),
                        "memory is not as it must be: region '" + name + "' offset " + (at - device.guardBytes())
                                + " holds 0x%02x and must hold 0x%02x".formatted(actual[at], each.model()[at]) + " ("
                                + where + ")");
            }
        });
    }
}
