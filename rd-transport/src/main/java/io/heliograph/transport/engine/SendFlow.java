package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.path.PathPolicy;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.rate.WireBytes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The packets that one engine has sent to one peer and that are not acknowledged: the state machine of PROTOCOL.md section 4.1.
 *
 * <p>A packet's slot is its PSN modulo the number of slots: as many as were ever needed at once, a power of two up to the window. Slots in flight are listed in the order of their last transmission, as RFC 8985 wants it, so that
 * finding losses and the next timeout looks only at the head.
 */
final class SendFlow {
    private static final int IN_FLIGHT = 0;
    private static final int DEFERRED = 1;
    /** The first of the lists of lost packets, one for each traffic class. */
    private static final int LOST = 2;

    private static final int LISTS = LOST + FlowKey.TRAFFIC_CLASSES;
    private static final byte ACKED = LISTS;
    /** Added to a packet's losses: the last was found by SACK, not by the timer. */
    private static final byte OVERTAKEN = 0x40;

    /** Added to a packet's losses: it was last sent again as a tail probe, or is to be. */
    private static final byte PROBED = Byte.MIN_VALUE;

    private static final byte LOSSES = OVERTAKEN - 1;
    /** The path of a transmission whose fate is known. */
    private static final char NO_PATH = 0;

    /** Slots to begin with: a message or two, which is all that many a peer is ever sent at once. */
    private static final int FIRST_SLOTS = 8;

    private final int windowPackets;
    /** Slots minus one. */
    private int mask;

    private @Nullable OutboundMessage[] messages;
    /** Which packet of its message; its complement for a VOID one, which stands for the message's rest. */
    private int[] packets;
    /** No frame is longer than 65,535 bytes on the wire. */
    private char[] wireBytes;
    /** When a packet was last sent; for a deferred one, when it is due. */
    private long[] timesNs;

    /** How long before the last transmission the one before it was. */
    private int[] sincePreviousNs;

    private char[] entropies;
    private byte[] states;
    private byte[] transmissions;
    /** How often in a row a packet was lost without a word, and {@link #OVERTAKEN} or {@link #PROBED}. */
    private byte[] losses;

    private SlotList lists;
    private final RttEstimator rtt = new RttEstimator();
    private final ReorderWindow reordering = new ReorderWindow(rtt);
    private final WindowWait windowWait = new WindowWait();
    private final RatePolicy rates;
    private final int firstFlow;
    private final Counters counters;
    private final PathPolicy paths;

    private int lost;
    private int basePsn;
    private int nextPsn;
    /** RACK: the latest sent packet that was acknowledged, and its round trip. */
    private long rackSentNs = Long.MIN_VALUE;

    private int rackPsn;
    private long rackRttNs;
    private long reorderDeadlineNs = Long.MAX_VALUE;
    /** When something new was last acknowledged. */
    private long progressNs = Long.MIN_VALUE;

    /** The packet whose last transmission caused the SACK at hand. */
    private int arrivedSlot = SlotList.NONE;
    /** The packet that caused it by an earlier transmission, or before it was sent again. */
    private int lateSlot = SlotList.NONE;

    /**
     * Nothing sent yet.
     *
     * @param rates hears what becomes of the packets
     * @param firstFlow what {@code rates} calls the packets of traffic class 0; those of the others come behind it
     * @param paths hears what becomes of the packets, too
     */
    SendFlow(int windowPackets, RatePolicy rates, int firstFlow, Counters counters, PathPolicy paths) {
        this.rates = rates;
        this.firstFlow = firstFlow;
        this.counters = counters;
        this.paths = paths;
        this.windowPackets = windowPackets;
        mask = FIRST_SLOTS - 1;
        messages = new OutboundMessage[FIRST_SLOTS];
        packets = new int[FIRST_SLOTS];
        wireBytes = new char[FIRST_SLOTS];
        timesNs = new long[FIRST_SLOTS];
        sincePreviousNs = new int[FIRST_SLOTS];
        entropies = new char[FIRST_SLOTS];
        states = new byte[FIRST_SLOTS];
        transmissions = new byte[FIRST_SLOTS];
        losses = new byte[FIRST_SLOTS];
        lists = new SlotList(FIRST_SLOTS, LISTS);
    }

    /** Twice as many slots, and never fewer again. */
    private void grow() {
        int slots = 2 * (mask + 1);
        SlotList moved = new SlotList(slots, LISTS);
        for (int list = 0; list < LISTS; list++) {
            for (int slot = lists.first(list); slot != SlotList.NONE; slot = lists.after(slot)) {
                moved.append(list, psn(slot) & slots - 1);
            }
        }
        lists = moved;
        int first = basePsn & slots - 1;
        messages = Rings.grow(messages, first, new OutboundMessage[slots]);
        packets = Rings.grow(packets, first, new int[slots]);
        wireBytes = Rings.grow(wireBytes, first, new char[slots]);
        timesNs = Rings.grow(timesNs, first, new long[slots]);
        sincePreviousNs = Rings.grow(sincePreviousNs, first, new int[slots]);
        entropies = Rings.grow(entropies, first, new char[slots]);
        states = Rings.grow(states, first, new byte[slots]);
        transmissions = Rings.grow(transmissions, first, new byte[slots]);
        losses = Rings.grow(losses, first, new byte[slots]);
        mask = slots - 1;
    }

    /** The first PSN, if it is not 0; before anything is sent. */
    void beginAt(int psn) {
        basePsn = psn;
        nextPsn = psn;
    }

    /** Whether a new PSN may be given out (R4.3). */
    boolean windowOpen() {
        return Psn.distance(nextPsn, basePsn) < windowPackets;
    }

    /** A lost packet of a traffic class to send again, taken out of its list, or -1. */
    int takeLost(int trafficClass) {
        int slot = lists.first(LOST + trafficClass);
        if (slot != SlotList.NONE) {
            lists.remove(slot);
            lost--;
        }
        return slot;
    }

    boolean hasLost() {
        return lost > 0;
    }

    /** Gives a new packet of a message the next PSN; it stands for {@code covered} packets of the message: itself, or all from there on. */
    int assign(OutboundMessage message, int packet, int covered) {
        if (mask + 1 < windowPackets && Psn.distance(nextPsn, basePsn) > mask) {
            grow();
        }
        int slot = nextPsn & mask;
        messages[slot] = message;
        packets[slot] = covered == 1 ? packet : ~packet;
        transmissions[slot] = 0;
        losses[slot] = 0;
        nextPsn = Psn.add(nextPsn, 1);
        return slot;
    }

    /** Records a transmission of a packet that was assigned or taken from the lost ones. */
    void onSent(int slot, long nowNs, int entropy, int frameBytes) {
        wireBytes[slot] = (char) WireBytes.of(frameBytes);
        rates.onSent(flow(slot), wireBytes[slot], nowNs);
        sincePreviousNs[slot] = (int) Math.min(nowNs - timesNs[slot], Integer.MAX_VALUE);
        timesNs[slot] = nowNs;
        entropies[slot] = (char) entropy;
        if (transmissions[slot] < Byte.MAX_VALUE) {
            transmissions[slot]++;
        }
        states[slot] = IN_FLIGHT;
        lists.append(IN_FLIGHT, slot);
    }

    OutboundMessage message(int slot) {
        return Objects.requireNonNull(messages[slot]);
    }

    int packet(int slot) {
        int packet = packets[slot];
        return packet < 0 ? ~packet : packet;
    }

    int covered(int slot) {
        int packet = packets[slot];
        return packet < 0 ? message(slot).packets - ~packet : 1;
    }

    boolean wasSent(int slot) {
        return transmissions[slot] > 0;
    }

    int psn(int slot) {
        return Psn.add(basePsn, slot - basePsn & mask);
    }

    /** Whether a PSN is given out and not acknowledged. */
    boolean isOutstanding(int psn) {
        int distance = Psn.distance(psn, basePsn);
        return distance >= 0 && distance < Psn.distance(nextPsn, basePsn) && states[psn & mask] != ACKED;
    }

    /**
     * Says which packet caused the SACK that comes next, and by which path it went: that tells which of its transmissions arrived, so that one that
     * was late, and was sent again in vain, does not make others look lost.
     */
    void onCause(int psn, int entropy) {
        int slot = psn & mask;
        boolean isKnown = psn(slot) == psn;
        boolean isLast = states[slot] == IN_FLIGHT && entropies[slot] == entropy;
        arrivedSlot = isKnown && isLast ? slot : SlotList.NONE;
        lateSlot = isKnown && !isLast ? slot : SlotList.NONE;
    }

    /**
     * Takes a SACK.
     *
     * @param cumulativePsn first PSN not received
     * @param bitmapPsn the PSN of bit 0
     * @return whether it can be believed; if not, nothing changed (R9.5)
     */
    boolean onSack(int cumulativePsn, int bitmapPsn, long bitmap, long nowNs, Outbound outbound) {
        int span = Psn.distance(nextPsn, basePsn);
        int cumulative = Psn.distance(cumulativePsn, basePsn);
        int first = Psn.distance(bitmapPsn, basePsn);
        int last = first + 63 - Long.numberOfLeadingZeros(bitmap);
        if (cumulative > span || bitmap != 0 && last >= span) {
            return false;
        }
        boolean progress = false;
        for (int i = 0; i < cumulative; i++) {
            progress |= acknowledge(Psn.add(basePsn, i), nowNs, outbound);
        }
        for (long bits = bitmap; bits != 0; bits &= bits - 1) {
            int distance = first + Long.numberOfTrailingZeros(bits);
            if (distance >= 0) {
                progress |= acknowledge(Psn.add(basePsn, distance), nowNs, outbound);
            }
        }
        if (progress) {
            rtt.onProgress();
            progressNs = nowNs;
            while (basePsn != nextPsn && states[basePsn & mask] == ACKED) {
                basePsn = Psn.add(basePsn, 1);
            }
            reordering.onProgress(basePsn);
            findLost(nowNs);
        }
        return true;
    }

    private boolean acknowledge(int psn, long nowNs, Outbound outbound) {
        int slot = psn & mask;
        if (states[slot] == ACKED) {
            return false;
        }
        if (slot == lateSlot && (losses[slot] & (OVERTAKEN | PROBED)) != 0) {
            onSentAgainInVain(slot, nowNs);
        }
        if (states[slot] == IN_FLIGHT) {
            onRoundTrip(slot, psn, nowNs);
            long rttNs = transmissions[slot] == 1 ? nowNs - timesNs[slot] : -1;
            rates.onAcknowledged(flow(slot), wireBytes[slot], rttNs, nowNs);
        } else if (states[slot] >= LOST) {
            lost--;
        }
        if (transmissions[slot] == 1) {
            // Also of one that was taken for lost.
            arrived(slot, nowNs);
        }
        lists.remove(slot);
        states[slot] = ACKED;
        OutboundMessage message = message(slot);
        int covered = covered(slot);
        messages[slot] = null;
        outbound.onAcknowledged(message, covered);
        return true;
    }

    /**
     * A packet that was found lost by SACK, or sent again as a probe, was not lost, as its arrival caused this SACK. It could also be that its acknowledgement was lost, but then another packet caused this one, or
     * its last transmission did. What is measured makes the next probes wait: a peer that stands still now and then is not asked each time.
     */
    private void onSentAgainInVain(int slot, long nowNs) {
        boolean sentAgain = states[slot] == IN_FLIGHT;
        // If even an earlier one arrived, it was later than that.
        long rttNs = nowNs - timesNs[slot] + (sentAgain ? sincePreviousNs[slot] : 0);
        if (transmissions[slot] == (sentAgain ? 2 : 1)) {
            rtt.onSample(rttNs);
        }
        if ((losses[slot] & OVERTAKEN) != 0) {
            counters.increment(EndpointCounter.LOST_IN_VAIN);
            reordering.onFoundInVain(rttNs - rackRttNs);
        } else {
            counters.increment(EndpointCounter.TAIL_PROBES_IN_VAIN);
        }
    }

    private void onRoundTrip(int slot, int psn, long nowNs) {
        long sentNs = timesNs[slot];
        long rttNs = Math.max(0, nowNs - sentNs);
        if (transmissions[slot] == 1) {
            rtt.onSample(rttNs);
        } else if (slot != arrivedSlot || rttNs < rtt.minNs() && rtt.hasSample()) {
            // RFC 8985 section 6.2 step 2: this may acknowledge an earlier transmission.
            return;
        } else {
            arrived(slot, nowNs);
        }
        if (sentNs > rackSentNs || sentNs == rackSentNs && Psn.distance(psn, rackPsn) > 0) {
            rackSentNs = sentNs;
            rackPsn = psn;
            rackRttNs = rttNs;
        }
    }

    /** R11.7: tells the path policy that the last transmission of a packet arrived, and when and which way it was sent. */
    private void arrived(int slot, long nowNs) {
        paths.acknowledged(entropies[slot], timesNs[slot], nowNs);
        entropies[slot] = NO_PATH;
    }

    /** R9.1: what was sent before the latest acknowledged packet, and is late. */
    private void findLost(long nowNs) {
        reorderDeadlineNs = Long.MAX_VALUE;
        int slot = lists.first(IN_FLIGHT);
        while (slot != SlotList.NONE && timesNs[slot] <= rackSentNs) {
            int after = lists.after(slot);
            if (timesNs[slot] < rackSentNs || Psn.distance(psn(slot), rackPsn) < 0) {
                long lateNs = timesNs[slot] + rackRttNs + reordering.windowNs();
                if (nowNs < lateNs) {
                    reorderDeadlineNs = lateNs;
                    return;
                }
                paths.lost(entropies[slot], timesNs[slot], nowNs);
                lose(slot, nowNs);
                countLoss(slot, OVERTAKEN);
                reordering.onLost(nextPsn);
                counters.increment(EndpointCounter.LOST_BY_SACK);
            }
            slot = after;
        }
    }

    /** R9.3: the notice names a transmission by its entropy; only the last one counts. */
    boolean onTrimmed(int psn, int entropy, long nowNs) {
        boolean last = onChallenge(psn, entropy, nowNs);
        if (last) {
            paths.trimmed(entropy, nowNs);
            counters.increment(EndpointCounter.LOST_BY_TRIM);
        }
        return last;
    }

    /** R1.9: sends a packet again at once, if it was its last transmission that was challenged. */
    boolean onChallenge(int psn, int entropy, long nowNs) {
        int slot = psn & mask;
        if (states[slot] != IN_FLIGHT || entropies[slot] != entropy) {
            return false;
        }
        lose(slot, nowNs);
        return true;
    }

    /** A packet beyond the receiver's window (R4.3). */
    void deferBeyondWindow(int psn, int entropy, long nowNs) {
        defer(psn, entropy, nowNs, nowNs + windowWait.refusedNs(nowNs, progressNs));
    }

    /** A refused packet: to be sent again when it is due (R7.3). The refusal names a transmission by its entropy: that one arrived. */
    void defer(int psn, int entropy, long nowNs, long dueNs) {
        int slot = psn & mask;
        if (states[slot] == IN_FLIGHT) {
            rates.onLost(flow(slot), wireBytes[slot], nowNs);
            if (entropies[slot] == entropy) {
                arrived(slot, nowNs);
            }
            entropies[slot] = NO_PATH;
            lists.remove(slot);
            states[slot] = DEFERRED;
            losses[slot] = 0;
            timesNs[slot] = dueNs;
            // By due time; waits are nearly always the same, so that the place is at the end.
            int before = lists.last(DEFERRED);
            while (before != SlotList.NONE && timesNs[before] > dueNs) {
                before = lists.before(before);
            }
            lists.insertAfter(DEFERRED, before, slot);
        }
    }

    private void countLoss(int slot, byte how) {
        losses[slot] = (byte) (Math.min((losses[slot] & LOSSES) + 1, LOSSES) | how);
    }

    /** R9.6: whether a lost packet was lost so often in a row that it will not arrive, for what was sent to its peer since its last transmission did. */
    boolean isUndeliverable(int slot, long reachedSentNs) {
        return (losses[slot] & LOSSES) >= Tunables.UNDELIVERABLE_LOSSES && reachedSentNs >= timesNs[slot];
    }

    /**
     * R9.6: whether the packet that has been out longest fails its message if it is lost once more, provided that something sent since reaches the peer.
     *
     * @param askedNs when something was last sent that is known to have arrived or will tell
     */
    boolean isInDoubt(long askedNs) {
        int slot = lists.first(IN_FLIGHT);
        return slot != SlotList.NONE
                && (losses[slot] & LOSSES) >= Tunables.UNDELIVERABLE_LOSSES - 1
                && askedNs < timesNs[slot];
    }

    private void lose(int slot, long nowNs) {
        if (states[slot] == IN_FLIGHT) {
            rates.onLost(flow(slot), wireBytes[slot], nowNs);
        }
        queue(slot);
    }

    /** It is to be sent again. */
    private void queue(int slot) {
        lists.remove(slot);
        int list = LOST + message(slot).trafficClass;
        states[slot] = (byte) list;
        lists.append(list, slot);
        lost++;
    }

    private int flow(int slot) {
        return firstFlow + message(slot).trafficClass;
    }

    /**
     * Serves what is due.
     *
     * @param mayProbe false while there is more to read, which may be the answer that a tail probe would ask for
     */
    void onTime(long nowNs, boolean mayProbe) {
        int slot = lists.first(DEFERRED);
        while (slot != SlotList.NONE && timesNs[slot] <= nowNs) {
            int after = lists.after(slot);
            lose(slot, nowNs);
            slot = after;
        }
        if (nowNs >= reorderDeadlineNs) {
            findLost(nowNs);
        }
        slot = lists.first(IN_FLIGHT);
        if (slot == SlotList.NONE) {
            return;
        }
        if (nowNs >= expiryNs(slot)) {
            expire(slot, nowNs);
        } else if (mayProbe && nowNs >= probeNs()) {
            probe(slot, nowNs);
        }
    }

    private void expire(int slot, long nowNs) {
        paths.timedOut(entropies[slot], timesNs[slot], nowNs);
        // Only the oldest: its acknowledgement tells by R9.1 whether the others are lost or merely late.
        rates.onSilence(flow(slot), wireBytes[slot], nowNs);
        queue(slot);
        countLoss(slot, (byte) 0);
        counters.increment(EndpointCounter.LOST_BY_TIMER);
        rtt.backOff();
    }

    /** R9.7: sends the packet that has been out longest again, though it may be merely late: of all that may be lost it is the likeliest, and its acknowledgement tells about the others as any other's would. */
    private void probe(int slot, long nowNs) {
        paths.timedOut(entropies[slot], timesNs[slot], nowNs);
        rates.onSilence(flow(slot), wireBytes[slot], nowNs);
        queue(slot);
        losses[slot] = (byte) (losses[slot] & LOSSES | PROBED);
        counters.increment(EndpointCounter.TAIL_PROBES);
        rtt.onProbe();
    }

    /** When a tail probe is due, as packets are in flight; not while others wait to be sent again, which tell as much. */
    private long probeNs() {
        long timeoutNs = rtt.probeTimeoutNs();
        return timeoutNs == RttEstimator.NEVER || lost > 0
                ? Long.MAX_VALUE
                : Math.max(timesNs[lists.last(IN_FLIGHT)], progressNs) + timeoutNs;
    }

    /** R9.2: the timer is restarted by every acknowledgement of something new (RFC 6298 rule 5.3). */
    private long expiryNs(int oldest) {
        return Math.max(timesNs[oldest], progressNs) + rtt.timeoutNs();
    }

    /** Whether something new was acknowledged at a time, the latest one so far. */
    boolean hasProgressedAt(long nowNs) {
        return progressNs == nowNs;
    }

    /** When the latest packet was sent that is known to have arrived; {@link Long#MIN_VALUE} if none is. */
    long arrivedSentNs() {
        return rackSentNs;
    }

    /** When {@link #onTime} has something to do next. */
    long deadlineNs() {
        long deadlineNs = reorderDeadlineNs;
        int slot = lists.first(DEFERRED);
        if (slot != SlotList.NONE) {
            deadlineNs = Math.min(deadlineNs, timesNs[slot]);
        }
        slot = lists.first(IN_FLIGHT);
        if (slot != SlotList.NONE) {
            deadlineNs = Math.min(deadlineNs, Math.min(expiryNs(slot), probeNs()));
        }
        return deadlineNs;
    }

    /** The message of an outstanding PSN. */
    OutboundMessage messageOf(int psn) {
        return message(psn & mask);
    }
}
