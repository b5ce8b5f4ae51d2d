package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;

/** What every {@link RatePolicy} keeps. */
abstract class RatePolicyContractTest {
    static final IpAddress NODE = IpAddress.parse("198.18.0.1");
    static final long LINE = 100_000_000_000L;
    static final int FLOWS = 8;
    private static final int WIRE_BYTES = 1_524;
    private static final long RTT_NS = 20_000;

    static IpAddress peer(int flow) {
        return IpAddress.ofIpv4(0xC612_0100 | flow);
    }

    /** A policy for {@link #FLOWS} flows that lets each of them send at least now and then. */
    abstract RatePolicy newPolicy();

    private RatePolicy policyWithFlows() {
        RatePolicy policy = newPolicy();
        policy.onDutyCycle(0);
        for (int flow = 0; flow < FLOWS; flow++) {
            policy.addFlow(flow, peer(flow), 0, 0);
        }
        return policy;
    }

    /** One step of an engine whose packets are acknowledged at once: sends a packet if that is allowed, or lets time go to the deadline. Returns the time. */
    private static long step(RatePolicy policy, long nowNs, long[] packets) {
        policy.onDutyCycle(nowNs);
        int flow = policy.nextFlow(nowNs);
        if (flow == RatePolicy.NONE) {
            long deadlineNs = policy.nextDeadlineNs();
            assertTrue(deadlineNs < Long.MAX_VALUE, "flows are active, but nothing will ever happen");
            return Math.max(nowNs, deadlineNs);
        }
        policy.onSent(flow, WIRE_BYTES, nowNs);
        policy.onAcknowledged(flow, WIRE_BYTES, RTT_NS, nowNs);
        packets[flow]++;
        return nowNs + 50;
    }

    @Test
    void shouldHaveNothingToDoWhenNoFlowIsActive() {
        RatePolicy policy = policyWithFlows();
        assertEquals(RatePolicy.NONE, policy.nextFlow(0));
        assertEquals(Long.MAX_VALUE, policy.nextDeadlineNs());
        policy.activate(3, 10);
        assertEquals(3, policy.nextFlow(10));
        assertEquals(3, policy.nextFlow(10), "it stays until it has sent");
        policy.deactivate(3);
        policy.deactivate(3);
        assertEquals(RatePolicy.NONE, policy.nextFlow(1_000_000));
        assertEquals(Long.MAX_VALUE, policy.nextDeadlineNs());
    }

    @Test
    void shouldServeEveryActiveFlowAndNoOther() {
        RatePolicy policy = policyWithFlows();
        for (int flow = 0; flow < FLOWS; flow += 2) {
            policy.activate(flow, 0);
            policy.activate(flow, 0);
        }
        long[] packets = new long[FLOWS];
        long nowNs = 0;
        for (int i = 0; i < 20_000; i++) {
            nowNs = step(policy, nowNs, packets);
        }
        for (int flow = 0; flow < FLOWS; flow++) {
            assertEquals(flow % 2 == 0, packets[flow] > 100, "flow=" + flow + " packets=" + packets[flow]);
        }
    }

    @Test
    void shouldGoOnWhenClockGoesBackwards() {
        RatePolicy policy = policyWithFlows();
        policy.activate(0, 1_000_000);
        long[] packets = new long[FLOWS];
        long nowNs = 1_000_000;
        for (int i = 0; i < 1_000; i++) {
            nowNs = step(policy, nowNs, packets);
        }
        long before = packets[0];
        step(policy, 0, packets);
        step(policy, -1_000_000, packets);
        assertTrue(packets[0] <= before + 2);
        for (int i = 0; i < 1_000; i++) {
            nowNs = step(policy, nowNs, packets);
        }
        assertTrue(packets[0] > before + 100);
    }

    @Test
    void shouldBeInactiveAfterReset() {
        RatePolicy policy = policyWithFlows();
        policy.activate(1, 0);
        policy.onSent(1, WIRE_BYTES, 0);
        policy.reset(1);
        assertEquals(RatePolicy.NONE, policy.nextFlow(1_000_000_000));
        policy.activate(1, 1_000_000_000);
        assertEquals(1, policy.nextFlow(1_000_000_000));
    }

    @Test
    void shouldAllocateNothing() {
        RatePolicy policy = policyWithFlows();
        for (int flow = 0; flow < FLOWS; flow++) {
            policy.activate(flow, 0);
        }
        SeededRandom random = new SeededRandom(1);
        long[] packets = new long[FLOWS];
        long[] nowNs = {0};
        assertEquals(0, Allocations.inSteadyState(() -> {
            for (int i = 0; i < 50_000; i++) {
                nowNs[0] = step(policy, nowNs[0], packets);
                int flow = random.nextInt(FLOWS);
                policy.deactivate(flow);
                policy.activate(flow, nowNs[0]);
                if (i % 1_000 == 0) {
                    policy.onLost(flow, WIRE_BYTES, nowNs[0]);
                }
            }
        }));
        assertTrue(packets[FLOWS - 1] > 1_000);
    }
}
