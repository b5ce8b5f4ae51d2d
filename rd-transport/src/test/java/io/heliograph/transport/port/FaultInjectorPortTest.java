package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FaultInjectorPortTest {
    private static final int FRAMES = 256;

    private final Arena arena = Arena.ofConfined();
    private final Burst burst = new Burst(arena, 64);
    private final PortPair pair = MemoryPort.pair(1500, FRAMES, 64);
    private final Port right = pair.right();
    private long nowNs = 1_000;

    @AfterEach
    void closePorts() {
        pair.close();
        arena.close();
    }

    private FaultInjectorPort injector(String faults) {
        return new FaultInjectorPort(pair.left(), FaultConfig.parse(faults), () -> nowNs);
    }

    private void send(Port port, long number, int lengthBytes) {
        assertEquals(1, port.allocate(burst, 1));
        TestTraffic.write(burst.frame(0), port, right, number, lengthBytes);
        assertEquals(1, port.send(burst));
        assertEquals(0, burst.size());
    }

    private List<Long> receivedNumbers() {
        List<Long> numbers = new ArrayList<>();
        while (right.receive(burst) > 0) {
            for (int i = 0; i < burst.size(); i++) {
                numbers.add(TestTraffic.number(burst.frame(i)));
            }
            right.release(burst);
        }
        return numbers;
    }

    private void assertNoFrameLeaked(Port left) {
        assertEquals(FRAMES, TestTraffic.countFree(left));
        assertEquals(FRAMES, TestTraffic.countFree(right));
    }

    @Test
    void shouldLoseTheShareOfFramesThatWasAskedFor() {
        FaultInjectorPort port = injector("loss=0.25,seed=11");
        int received = 0;
        for (int i = 0; i < 20_000; i++) {
            send(port, i, 60);
            received += receivedNumbers().size();
        }
        assertEquals(20_000 - received, port.faultStatistics().lost());
        assertTrue(received > 14_700 && received < 15_300, "received=" + received);
        assertEquals(20_000, port.statistics().sentFrames());
        assertEquals(20_000 - received, port.statistics().sendDrops());
        assertNoFrameLeaked(port);
    }

    @Test
    void shouldSendACopyWhenItDuplicates() {
        FaultInjectorPort port = injector("dup=1");
        send(port, 5, 600);
        assertEquals(2, right.receive(burst));
        assertNotEquals(burst.frame(0), burst.frame(1));
        assertTrue(TestTraffic.isIntact(burst.frame(0), 600));
        assertTrue(TestTraffic.isIntact(burst.frame(1), 600));
        right.release(burst);
        assertEquals(1, port.faultStatistics().duplicated());
        assertEquals(1, port.statistics().sentFrames());
        assertNoFrameLeaked(port);
    }

    @Test
    void shouldLetTheFramePassWhenThereIsNoFrameForItsDuplicate() {
        FaultInjectorPort port = injector("dup=1");
        Burst all = new Burst(arena, FRAMES);
        assertEquals(FRAMES, port.allocate(all, FRAMES));
        burst.add(all.removeLast());
        TestTraffic.write(burst.frame(0), port, right, 1, 60);
        assertEquals(1, port.send(burst));
        assertEquals(List.of(1L), receivedNumbers());
        assertEquals(1, port.faultStatistics().omitted());
        port.release(all);
        assertNoFrameLeaked(port);
    }

    @Test
    void shouldFlipExactlyOneBitWhenItCorrupts() {
        FaultInjectorPort port = injector("corrupt=1,seed=3");
        for (int round = 0; round < 200; round++) {
            assertEquals(1, port.allocate(burst, 1));
            Frame.lengthBytes(burst.frame(0), 100);
            NativeMemory.fill(Frame.dataAddress(burst.frame(0)), 100, (byte) 0x5a);
            port.send(burst);
            assertEquals(1, right.receive(burst));
            int flipped = 0;
            for (int i = 0; i < 100; i++) {
                flipped += Integer.bitCount(NativeMemory.getUnsignedByte(Frame.dataAddress(burst.frame(0)) + i) ^ 0x5a);
            }
            assertEquals(1, flipped);
            right.release(burst);
        }
    }

    @Test
    void shouldDeliverLaterFramesFirstWhenItReorders() {
        FaultInjectorPort port = injector("reorder=0.3,seed=5");
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            send(port, i, 60);
            numbers.addAll(receivedNumbers());
        }
        nowNs += 1_000_000;
        port.receive(burst);
        numbers.addAll(receivedNumbers());
        assertEquals(2_000, numbers.size());
        assertEquals(2_000, numbers.stream().distinct().count());
        int late = 0;
        for (int i = 0; i < numbers.size(); i++) {
            long behind = i - numbers.get(i);
            // Behind by at most the frames that overtook it and those held that these set free.
            assertTrue(behind <= 32 + FaultInjectorPort.GREATEST_REORDER_DISTANCE, "behind=" + behind);
            late += behind > 0 ? 1 : 0;
        }
        assertTrue(late > 200, "late=" + late);
        assertTrue(
                port.faultStatistics().reordered() > 500,
                () -> port.faultStatistics().toString());
        assertNoFrameLeaked(port);
    }

    @Test
    void shouldLetAFrameGoAfterAWhileWhenNoneFollowsIt() {
        FaultInjectorPort port = injector("reorder=1");
        send(port, 1, 60);
        assertEquals(List.of(), receivedNumbers());
        long deadlineNs = port.nextDeadlineNs();
        assertEquals(nowNs + 1_000_000, deadlineNs);
        nowNs = deadlineNs - 1;
        port.receive(burst);
        assertEquals(List.of(), receivedNumbers());
        nowNs = deadlineNs;
        port.receive(burst);
        assertEquals(List.of(1L), receivedNumbers());
        assertEquals(Long.MAX_VALUE, port.nextDeadlineNs());
    }

    @Test
    void shouldSendAtTheTimeAskedForWhenItDelays() {
        FaultInjectorPort port = injector("delay=50us");
        send(port, 1, 60);
        nowNs += 20_000;
        send(port, 2, 60);
        assertEquals(51_000, port.nextDeadlineNs());
        nowNs = 50_999;
        port.receive(burst);
        assertEquals(List.of(), receivedNumbers());
        nowNs = 51_000;
        port.receive(burst);
        assertEquals(List.of(1L), receivedNumbers());
        nowNs = 71_000;
        port.receive(burst);
        assertEquals(List.of(2L), receivedNumbers());
        assertNoFrameLeaked(port);
    }

    @Test
    void shouldRewriteLengthsAndChecksumWhenItTrimsIpv4() {
        FaultInjectorPort port = injector("trim=1");
        // 10.0.0.1:49152 -> 10.0.0.2:4791, IPv4 total length 1028, UDP length 1008; the header checksum is right.
        byte[] headers = HexFormat.of()
                .parseHex("020000000002020000000001" + "0800" + "450004040000400040112" + "2e30a0000010a000002"
                        + "c00012b703f00000");
        sendBytes(port, headers, 1042);
        long data = receiveOne(128);
        assertEquals(114, NativeMemory.getUnsignedShortBigEndian(data + 16));
        assertEquals(94, NativeMemory.getUnsignedShortBigEndian(data + 38));
        int sum = 0;
        for (int i = 14; i < 34; i += 2) {
            sum += NativeMemory.getUnsignedShortBigEndian(data + i);
        }
        assertEquals(0xffff, (sum & 0xffff) + (sum >>> 16), "IPv4 header checksum");
        right.release(burst);
        assertEquals(1, port.faultStatistics().trimmed());
    }

    @Test
    void shouldRewriteLengthsWhenItTrimsTaggedIpv6() {
        FaultInjectorPort port = injector("trim=130:1");
        byte[] headers = HexFormat.of()
                .parseHex("020000000002020000000001" + "81000005" + "86dd" + "6000000003f01140"
                        + "fd000000000000000000000000000001" + "fd000000000000000000000000000002" + "c00012b703f00000");
        sendBytes(port, headers, 1066);
        long data = receiveOne(130);
        assertEquals(130 - 18 - 40, NativeMemory.getUnsignedShortBigEndian(data + 22));
        assertEquals(130 - 18 - 40, NativeMemory.getUnsignedShortBigEndian(data + 18 + 40 + 4));
        right.release(burst);
    }

    @Test
    void shouldLeaveOtherFramesWholeWhenItTrims() {
        FaultInjectorPort port = injector("trim=1");
        send(port, 1, 1000);
        assertEquals(1, right.receive(burst));
        assertTrue(TestTraffic.isIntact(burst.frame(0), 1000));
        right.release(burst);
        assertEquals(1, port.faultStatistics().omitted());
    }

    @Test
    void shouldReplayExactlyWhenTheSeedIsTheSame() {
        String faults = "loss=0.1,dup=0.1,reorder=0.1,delay=3us:0.1,seed=99";
        List<Long> first = replay(faults);
        nowNs = 1_000;
        assertEquals(first, replay(faults));
        nowNs = 1_000;
        assertFalse(first.equals(replay(faults.replace("99", "98"))), "another seed gives another run");
    }

    private List<Long> replay(String faults) {
        FaultInjectorPort port = injector(faults);
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            nowNs += 1_000;
            send(port, i, 60);
            numbers.addAll(receivedNumbers());
        }
        nowNs += 10_000_000;
        port.receive(burst);
        numbers.addAll(receivedNumbers());
        return numbers;
    }

    @Test
    void shouldKeepOrderAndAccountWhenThePortIsBackedUp() {
        FaultInjectorPort port = injector("dup=0.5,reorder=0.2,delay=1us:0.2,seed=1");
        int sent = 0;
        while (port.allocate(burst, 8) == 8) {
            for (int i = 0; i < 8; i++) {
                TestTraffic.write(burst.frame(i), port, right, sent + i, 60);
            }
            int accepted = port.send(burst);
            sent += accepted;
            if (accepted == 0) {
                break;
            }
        }
        port.release(burst);
        List<Long> numbers = new ArrayList<>();
        for (int round = 0; round < 100; round++) {
            nowNs += 1_000_000;
            port.receive(burst);
            numbers.addAll(receivedNumbers());
        }
        assertEquals(sent, numbers.stream().distinct().count());
        assertEquals(sent + port.faultStatistics().duplicated(), numbers.size());
        assertNoFrameLeaked(port);
    }

    @Test
    void shouldAllocateNothingOnTheHeapWhenItMakesEveryFault() {
        FaultInjectorPort port = injector("loss=0.1,dup=0.1,reorder=0.1,corrupt=0.1,trim=0.1,delay=1us:0.1,seed=4");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        passBursts(port, 30_000);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        passBursts(port, 30_000);
        assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
    }

    private void passBursts(Port port, int rounds) {
        for (int round = 0; round < rounds; round++) {
            nowNs += 100;
            if (port.allocate(burst, 16) > 0) {
                for (int i = 0; i < 16; i++) {
                    Frame.lengthBytes(burst.frame(i), 200);
                }
                port.send(burst);
                port.release(burst);
            }
            right.receive(burst);
            right.release(burst);
        }
    }

    private void sendBytes(Port port, byte[] headers, int lengthBytes) {
        assertEquals(1, port.allocate(burst, 1));
        long frame = burst.frame(0);
        NativeMemory.fill(Frame.dataAddress(frame), lengthBytes, (byte) 0);
        for (int i = 0; i < headers.length; i++) {
            NativeMemory.putByte(Frame.dataAddress(frame) + i, headers[i]);
        }
        Frame.lengthBytes(frame, lengthBytes);
        assertEquals(1, port.send(burst));
    }

    private long receiveOne(int lengthBytes) {
        assertEquals(1, right.receive(burst));
        assertEquals(lengthBytes, Frame.lengthBytes(burst.frame(0)));
        return Frame.dataAddress(burst.frame(0));
    }
}
