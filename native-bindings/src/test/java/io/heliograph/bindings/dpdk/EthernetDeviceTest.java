package io.heliograph.bindings.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.testing.Refusal;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EthernetDeviceTest {
    private static final int BURST = 32;

    private final Arena arena = Arena.ofConfined();
    private final long array = arena.allocate(8L * BURST, 64).address();
    private final Eal eal = SharedEal.get();
    private final Mempool pool = eal.createMempool("device-test", 4095, 128, 2048);

    @AfterEach
    void free() {
        pool.close();
        arena.close();
    }

    @Test
    void shouldReceiveAndSendWhenTheDeviceIsNull() {
        EthernetDevice device = eal.addDevice("net_null0,size=100");
        device.configure(DeviceConfiguration.defaults(), pool);
        device.start();
        RxQueue receive = device.receiveQueue(0);
        TxQueue transmit = device.transmitQueue(0);
        for (int i = 0; i < 1000; i++) {
            assertEquals(BURST, receive.receiveBurst(array, BURST));
            assertEquals(100, Mbuf.dataLength(NativeMemory.getLong(array)));
            assertEquals(device.port(), Mbuf.port(NativeMemory.getLong(array)));
            assertEquals(BURST, transmit.transmitBurst(array, BURST));
        }
        DeviceStatistics statistics = device.statistics();
        assertEquals(32_000, statistics.receivedPackets());
        assertEquals(32_000, statistics.transmittedPackets());
        Map<String, Long> extended = device.extendedStatistics();
        assertEquals(32_000, extended.get("rx_good_packets"));
        assertEquals(32_000, extended.get("tx_good_packets"));
        device.resetStatistics();
        assertEquals(0, device.statistics().receivedPackets());
        device.stop();
        device.remove();
        assertEquals(4095, pool.available(), "nothing leaks");
    }

    @Test
    void shouldCountWhatItCannotReceiveWhenThePoolIsEmpty() {
        try (Mempool small = eal.createMempool("device-test-small", 63, 0, 2048)) {
            EthernetDevice device = eal.addDevice("net_null1");
            device.configure(DeviceConfiguration.defaults().withDescriptors(64, 64), small);
            device.start();
            RxQueue receive = device.receiveQueue(0);
            assertEquals(BURST, receive.receiveBurst(array, BURST));
            long more = arena.allocate(8L * BURST).address();
            assertEquals(0, receive.receiveBurst(more, BURST), "31 are left, a burst is all or nothing here");
            small.freeBulk(array, BURST);
            assertEquals(BURST, receive.receiveBurst(array, BURST));
            small.freeBulk(array, BURST);
            assertEquals(63, small.available());
            device.stop();
            device.remove();
        }
    }

    @Test
    void shouldGoOnWithTheSameQueuesWhenTheDeviceIsRestarted() {
        EthernetDevice device = eal.addDevice("net_null9");
        device.configure(DeviceConfiguration.defaults(), pool);
        RxQueue receive = device.receiveQueue(0);
        TxQueue transmit = device.transmitQueue(0);
        for (int i = 0; i < 3; i++) {
            device.start();
            assertEquals(BURST, receive.receiveBurst(array, BURST));
            assertEquals(BURST, transmit.transmitBurst(array, BURST));
            device.stop();
            assertEquals(0, receive.receiveBurst(array, BURST));
            assertEquals(0, transmit.transmitBurst(array, BURST));
        }
        device.remove();
        assertEquals(4095, pool.available(), "nothing leaks");
    }

    @Test
    void shouldLoopPacketsInOrderWhenTheDeviceIsARing() {
        EthernetDevice device = eal.addDevice("net_ring0");
        device.configure(DeviceConfiguration.defaults(), pool);
        device.start();
        RxQueue receive = device.receiveQueue(0);
        TxQueue transmit = device.transmitQueue(0);
        assertEquals(0, receive.receiveBurst(array, BURST));
        for (int round = 0; round < 100; round++) {
            assertEquals(0, pool.allocateBulk(array, BURST));
            for (int i = 0; i < BURST; i++) {
                long mbuf = NativeMemory.getLong(array + 8L * i);
                Mbuf.length(mbuf, 64);
                NativeMemory.putLong(Mbuf.dataAddress(mbuf), round * 1000L + i);
            }
            assertEquals(BURST, transmit.transmitBurst(array, BURST));
            assertEquals(BURST, receive.receiveBurst(array, BURST));
            for (int i = 0; i < BURST; i++) {
                long mbuf = NativeMemory.getLong(array + 8L * i);
                assertEquals(64, Mbuf.packetLength(mbuf));
                assertEquals(round * 1000L + i, NativeMemory.getLong(Mbuf.dataAddress(mbuf)));
            }
            pool.freeBulk(array, BURST);
        }
        assertEquals(4095, pool.available());
        device.stop();
        device.remove();
    }

    @Test
    void shouldFindDevicesWhenTheyArePlugged() {
        EthernetDevice device = eal.addDevice("net_null2");
        assertEquals("net_null2", device.name());
        assertEquals(device.port(), eal.device("net_null2").port());
        assertTrue(eal.devices().stream().map(EthernetDevice::name).toList().contains("net_null2"));
        device.remove();
        assertFalse(eal.devices().stream().map(EthernetDevice::name).toList().contains("net_null2"));
        eal.addDevice("net_null2").remove();
    }

    @Test
    void shouldDescribeItselfWhenAsked() {
        EthernetDevice device = eal.addDevice("net_null3");
        DeviceInfo info = device.info();
        assertEquals("net_null3", info.name());
        assertEquals("net_null", info.driver());
        assertTrue(info.maxReceiveQueues() >= 1 && info.maxReceiveQueues() <= 1024, info.toString());
        assertTrue(info.maxTransmitQueues() >= 1 && info.maxTransmitQueues() <= 1024, info.toString());
        assertTrue(info.maxMtuBytes() >= 1500, info.toString());
        assertEquals(6, device.macAddress().length);
        device.configure(DeviceConfiguration.defaults().withMtuBytes(9000).withQueues(2, 2), pool);
        device.start();
        assertFalse(info.limitsMtu(), "so that 9000 above is not refused");
        LinkStatus link = device.link();
        assertTrue(link.up());
        assertTrue(link.speedKnown());
        assertEquals(10_000, link.speedMegabitsPerSecond());
        assertEquals(BURST, device.receiveQueue(1).receiveBurst(array, BURST));
        assertEquals(BURST, device.transmitQueue(1).transmitBurst(array, BURST));
        device.stop();
        device.remove();
    }

    @Test
    void shouldSwitchPromiscuousModeWhenTheDriverCan() {
        EthernetDevice device = eal.addDevice("net_ring1");
        device.configure(DeviceConfiguration.defaults(), pool);
        device.start();
        device.promiscuous(true);
        assertTrue(device.isPromiscuous());
        device.promiscuous(false);
        assertFalse(device.isPromiscuous());
        device.receiveAllMulticast();
        device.stop();
        device.remove();
    }

    @Test
    void shouldGoOnWhenRestarted() {
        EthernetDevice device = eal.addDevice("net_null4");
        device.configure(DeviceConfiguration.defaults(), pool);
        device.start();
        RxQueue receive = device.receiveQueue(0);
        assertEquals(1, receive.receiveBurst(array, 1));
        pool.freeBulk(array, 1);
        device.stop();
        assertEquals(0, receive.receiveBurst(array, 1));
        device.start();
        assertEquals(1, receive.receiveBurst(array, 1));
        pool.freeBulk(array, 1);
        device.stop();
        device.remove();
    }

    @Test
    void shouldNameWhatIsThereWhenTheDeviceIsUnknown() {
        EthernetDevice device = eal.addDevice("net_null5");
        String message = Refusal.of(() -> eal.device("net_nothing"));
        assertTrue(message.contains("name=net_nothing") && message.contains("net_null5"), message);
        device.remove();
    }

    @Test
    void shouldHaveTheDriversWordsWhenADeviceCannotBeAdded() {
        for (String device : List.of("net_nothing0", "0000:ff:1f.7", "net_af_packet0,iface=no-such-interface")) {
            String message = Refusal.of(() -> eal.addDevice(device));
            assertTrue(message.contains("device=" + device) && message.contains("log=["), message);
        }
    }

    @Test
    void shouldRefuseWhenMoreQueuesAreAskedThanThereAre() {
        EthernetDevice device = eal.addDevice("net_ring2");
        String message =
                Refusal.of(() -> device.configure(DeviceConfiguration.defaults().withQueues(500, 1), pool));
        assertTrue(message.contains("function=rte_eth_dev_configure"), message);
        device.remove();
    }
}
