package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LineRateTest extends RatePolicyContractTest {
    @Override
    RatePolicy newPolicy() {
        return new LineRate(FLOWS);
    }

    @Test
    void shouldTakeTurnsWithoutEverWaiting() {
        LineRate policy = new LineRate(FLOWS);
        policy.activate(5, 0);
        policy.activate(2, 0);
        policy.activate(7, 0);
        for (int flow : new int[] {5, 2, 7, 5, 2, 7}) {
            assertEquals(flow, policy.nextFlow(0));
            policy.onSent(flow, 9_000, 0);
        }
        policy.deactivate(2);
        for (int flow : new int[] {5, 7, 5, 7}) {
            assertEquals(flow, policy.nextFlow(0));
            policy.onSent(flow, 9_000, 0);
        }
    }

    @Test
    void shouldNotBecomeActiveBySending() {
        LineRate policy = new LineRate(FLOWS);
        policy.onSent(1, 9_000, 0);
        assertEquals(RatePolicy.NONE, policy.nextFlow(0));
        assertEquals(Long.MAX_VALUE, policy.nextDeadlineNs());
    }

    @Test
    void shouldBeDueNowWhenFlowIsActive() {
        LineRate policy = new LineRate(FLOWS);
        policy.activate(1, 0);
        policy.onDutyCycle(500);
        assertEquals(500, policy.nextDeadlineNs());
    }
}
