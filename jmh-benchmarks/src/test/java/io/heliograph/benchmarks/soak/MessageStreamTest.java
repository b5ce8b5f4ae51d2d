package io.heliograph.benchmarks.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MessageStreamTest {

    private static final int LARGEST_BYTES = 1 << 16;
    private static final SoakPlan PLAN = new SoakPlan(7, 2, LARGEST_BYTES, 1, 1, 0, 0, 100, 0);

    @Test
    void shouldDrawTheSameAtBothEndsAndOtherMessagesForAnotherKey() {
        MessageStream sender = new MessageStream(PLAN, 1);
        MessageStream receiver = new MessageStream(PLAN, 1);
        MessageStream other = new MessageStream(PLAN, 2);
        int differing = 0;
        for (long number = 0; number < 1_000; number++) {
            sender.draw();
            receiver.draw();
            other.draw();
            assertEquals(sender.lengthBytes(number), receiver.lengthBytes(number));
            assertEquals(sender.kind(number), receiver.kind(number));
            assertEquals(sender.offset(number), receiver.offset(number));
            assertEquals(sender.pattern(number), receiver.pattern(number));
            differing += sender.lengthBytes(number) != other.lengthBytes(number) ? 1 : 0;
        }
        assertTrue(differing > 500, "different: " + differing);
    }

    @Test
    void shouldDrawAllKindsAndLengthsFromZeroToTheLargest() {
        MessageStream stream = new MessageStream(PLAN, 1);
        int[] kinds = new int[3];
        int empty = 0;
        int largest = 0;
        int small = 0;
        for (long number = 0; number < 10_000; number++) {
            stream.draw();
            int length = stream.lengthBytes(number);
            assertTrue(length >= 0 && length <= LARGEST_BYTES, "length " + length);
            kinds[stream.kind(number)]++;
            empty += length == 0 ? 1 : 0;
            largest += length == LARGEST_BYTES ? 1 : 0;
            small += length < 256 ? 1 : 0;
        }
        assertTrue(kinds[MessageStream.WRITE] > 2_000 && kinds[MessageStream.IMMEDIATE] > 1_000);
        assertTrue(kinds[MessageStream.FENCED] > 1_000);
        assertTrue(empty > 100 && largest > 100, "empty " + empty + " largest " + largest);
        assertTrue(small > 3_000 && small < 7_000, "log-uniform: half of the octaves are below 256 bytes: " + small);
    }

    @Test
    void shouldAlwaysLetTheNextFencedMessageFitWhenAllBeforeTheLastFencedWereLookedAt() {
        MessageStream stream = new MessageStream(PLAN, 3);
        long oldest = 0;
        for (long number = 0; number < 20_000; number++) {
            stream.draw();
            assertTrue(stream.fits(number, oldest), "a sender would wait for ever at " + number);
            assertTrue(stream.offset(number) + stream.lengthBytes(number) <= PLAN.areaBytes());
            assertTrue(number - oldest < MessageStream.WINDOW);
            if (stream.kind(number) == MessageStream.FENCED) {
                oldest = number + 1;
            }
        }
    }

    @Test
    void shouldNotFitWhereItWouldOverlapAMessageThatIsStillLookedAt() {
        MessageStream stream = new MessageStream(PLAN, 4);
        stream.draw();
        long number = 0;
        do {
            stream.draw();
            number++;
        } while (number < MessageStream.WINDOW - 1 && stream.fits(number, 0));
        assertFalse(stream.fits(number, 0), "64 messages of 9 KiB on average do not fit 256 KiB");
    }
}
