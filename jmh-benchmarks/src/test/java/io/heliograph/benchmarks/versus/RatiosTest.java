package io.heliograph.benchmarks.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RatiosTest {

    @Test
    void shouldTakeTheMiddleWhenTheCountIsOdd() {
        assertEquals(new Ratios(2, 1, 9), Ratios.of(9, 1, 2));
    }

    @Test
    void shouldTakeTheMeanOfTheTwoInTheMiddleWhenTheCountIsEven() {
        assertEquals(new Ratios(2.5, 1, 9), Ratios.of(3, 9, 1, 2));
    }
}
