package io.heliograph.emulator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.emulator.device.CapacityConfig;
import io.heliograph.emulator.device.DeviceConfig;
import io.heliograph.emulator.device.Rig;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.endpoint.EndpointContractTest;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The driver of the emulated device keeps what every endpoint promises: two devices on a cable, in virtual time. */
class DeviceEndpointContractTest extends EndpointContractTest {
    private static final int RING_ENTRIES = 64;
    private static final long ENOUGH_PS = 60_000_000_000_000L;

    protected int engines() {
        return 1;
    }

    @Override
    protected Pair open() {
        CapacityConfig capacity = CapacityConfig.DEFAULT
                .withEngines(engines())
                .withReceiveSlots(16)
                .withTables(64, 64, 64, 16);
        Rig rig = new Rig(DeviceConfig.DEFAULT.withCapacity(capacity));
        DeviceEndpoint left = rig.driver(0, RING_ENTRIES);
        DeviceEndpoint right = rig.driver(1, RING_ENTRIES);
        Arena arena = Arena.ofConfined();
        return new Pair() {
            @Override
            public Endpoint left() {
                return left;
            }

            @Override
            public Endpoint right() {
                return right;
            }

            @Override
            public SegmentAllocator targetMemory() {
                return arena;
            }

            @Override
            public boolean runUntil(BooleanSupplier done) {
                return rig.runUntil(done, ENOUGH_PS);
            }

            @Override
            public int submissionEntries() {
                return RING_ENTRIES;
            }

            @Override
            public void close() {
                left.close();
                right.close();
                rig.close();
                arena.close();
                assertEquals(
                        List.of(),
                        right.misuse().stream()
                                .filter(each -> each.type() != EventType.COMMAND_REFUSED.value())
                                .toList());
            }
        };
    }
}
