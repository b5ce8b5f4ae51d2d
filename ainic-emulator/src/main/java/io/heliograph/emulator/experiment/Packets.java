package io.heliograph.emulator.experiment;

/**
 * What the endpoints of a run sent, and what it took to simulate.
 *
 * @param dataSent data packets, retransmissions included
 * @param retransmitted data packets sent again
 * @param byTimer of these, those that only a timer found lost
 * @param hops passes of frames over links
 * @param events of virtual time, without those of sampling
 */
public record Packets(long dataSent, long retransmitted, long byTimer, long hops, long events) {
    Packets withoutEvents(long count) {
        return new Packets(dataSent, retransmitted, byTimer, hops, events - count);
    }
}
