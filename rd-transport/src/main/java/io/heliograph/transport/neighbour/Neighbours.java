package io.heliograph.transport.neighbour;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.wire.EthernetLayout;

/**
 * Who has which Ethernet address on our link: static entries, and what ARP (for an IPv4 node) or neighbour discovery (for an IPv6 node)
 * finds out.
 *
 * <table>
 * <caption>An entry</caption>
 * <tr><th>state</th><th>event</th><th>next</th></tr>
 * <tr><td>UNKNOWN</td><td>somebody wants to send</td><td>ASKED</td></tr>
 * <tr><td>UNKNOWN</td><td>it asks us, and there is room</td><td>REACHABLE</td></tr>
 * <tr><td>ASKED</td><td>answer, or it asks us</td><td>REACHABLE</td></tr>
 * <tr><td>ASKED</td><td>no answer to 5 requests</td><td>FAILED</td></tr>
 * <tr><td>REACHABLE</td><td>30 s old and in use</td><td>PROBED</td></tr>
 * <tr><td>PROBED</td><td>answer, or it asks us</td><td>REACHABLE</td></tr>
 * <tr><td>PROBED</td><td>no answer to 3 requests to the old address</td><td>ASKED</td></tr>
 * <tr><td>FAILED</td><td>3 s passed</td><td>UNKNOWN</td></tr>
 * <tr><td>FAILED</td><td>it asks us</td><td>REACHABLE</td></tr>
 * <tr><td>STATIC</td><td>any</td><td>STATIC</td></tr>
 * </table>
 *
 * <p>Only peers on the link itself are found: there is no gateway. An address is learned from an answer to what was asked and from a
 * request directed to us, from nothing else; an entry in use is not thrown out for one that merely asked us. Sans-IO: the caller shows
 * frames, tells the time and sends what {@link #poll} writes. One thread; nothing is allocated after construction.
 */
public final class Neighbours {
    /** From {@link #macOf}: being asked for, try again later. */
    public static final long UNRESOLVED = -1;

    /** From {@link #macOf}: nobody answers, or it is not an address to ask for here. */
    public static final long UNREACHABLE = -2;

    /** The room that {@link #poll} needs in a frame, in bytes. */
    public static final int GREATEST_FRAME_BYTES = NdMessage.FRAME_BYTES;

    private final long ownMac;
    private final IpAddress own;
    private final NeighbourTable table;
    private final AnswerQueue answers = new AnswerQueue();
    private final long[] counts = new long[NeighbourCounter.values().length];
    private long lastNowNs;
    private long dueNs = Long.MAX_VALUE;
    private boolean anyDue;
    /** Whether what was due first has moved since; {@link #poll} does not mind. */
    private boolean dueIsTooEarly;

    private long changes;

    /**
     * @param address our own IP address: what we answer for and ask from
     * @param capacity the most neighbours to know, 1 to 65,536
     * @param nowNs monotonic time, until {@link #poll} tells a later one
     */
    public Neighbours(MacAddress macAddress, IpAddress address, int capacity, long nowNs) {
        this.ownMac = macAddress.value();
        this.own = address;
        this.table = new NeighbourTable(capacity);
        this.lastNowNs = nowNs;
    }

    /**
     * Adds or replaces an entry that stays as it is.
     *
     * @throws IllegalStateException if the table is full
     */
    public void addStatic(IpAddress address, MacAddress macAddress) {
        int entry = findOrAdd(address.high(), address.low(), true);
        if (entry == NeighbourTable.NONE) {
            throw new IllegalStateException("no room for a static neighbour: address=" + address + " capacity="
                    + table.capacity() + "; configure a larger table");
        }
        table.state(entry, NeighbourState.STATIC);
        table.mac[entry] = macAddress.value();
        changes++;
    }

    /** Grows whenever {@link #macOf} may have another answer, for whatever address, than an unfavourable one that it gave before. */
    public long changes() {
        return changes;
    }

    /** The Ethernet address of a neighbour, or {@link #UNRESOLVED} (asking begins) or {@link #UNREACHABLE}, both negative. */
    public long macOf(long ipHigh, long ipLow) {
        int entry = table.find(ipHigh, ipLow);
        if (entry == NeighbourTable.NONE) {
            return ask(ipHigh, ipLow);
        }
        table.used[entry] = true;
        return switch (table.state(entry)) {
            case STATIC, REACHABLE, PROBED -> table.mac[entry];
            case FAILED -> UNREACHABLE;
            case ASKED, UNKNOWN -> UNRESOLVED;
        };
    }

    /**
     * Looks at a frame that came in.
     *
     * @param data address of the Ethernet header
     * @return whether it was ARP or neighbour discovery, and so for nobody else, well-formed or not
     */
    public boolean onFrame(long data, int lengthBytes) {
        if (lengthBytes < EthernetLayout.LENGTH) {
            return false;
        }
        int type = EthernetLayout.type(data);
        if (type == ArpMessage.ETHER_TYPE) {
            onArp(data, lengthBytes);
            return true;
        }
        if (type == EthernetLayout.TYPE_IPV6 && NdMessage.isNeighbourDiscovery(data, lengthBytes)) {
            onNd(data, lengthBytes);
            return true;
        }
        return false;
    }

    /**
     * Writes the next frame that is due.
     *
     * @param nowNs monotonic time
     * @param outFrameData where to write, {@link #GREATEST_FRAME_BYTES} bytes from the Ethernet header on
     * @return the frame's length in bytes, to be sent at once, or 0 if nothing is due
     */
    public int poll(long nowNs, long outFrameData) {
        lastNowNs = nowNs;
        if (!answers.isEmpty()) {
            return writeAnswer(outFrameData);
        }
        if (!anyDue || dueNs - nowNs > 0) {
            return 0;
        }
        int lengthBytes = 0;
        for (int entry = 0; entry < table.capacity() && lengthBytes == 0; entry++) {
            if (isTimed(table.state(entry)) && table.dueNs[entry] - nowNs <= 0) {
                lengthBytes = onDue(entry, nowNs, outFrameData);
            }
        }
        findNextDue();
        return lengthBytes;
    }

    /** When {@link #poll} has something to do next, {@link Long#MAX_VALUE} if never; may be in the past. */
    public long nextDeadlineNs() {
        if (!answers.isEmpty()) {
            return lastNowNs;
        }
        if (dueIsTooEarly) {
            findNextDue();
        }
        return anyDue ? dueNs : Long.MAX_VALUE;
    }

    /** A counter; for the thread that calls the other methods. */
    @SuppressWarnings("EnumOrdinal") // an array is an EnumMap that does not allocate
    public long count(NeighbourCounter counter) {
        return counts[counter.ordinal()];
    }

    private long ask(long ipHigh, long ipLow) {
        if (ipHigh == own.high() && ipLow == own.low()) {
            return ownMac;
        }
        if (!canBeAsked(ipHigh, ipLow)) {
            return UNREACHABLE;
        }
        int entry = findOrAdd(ipHigh, ipLow, true);
        if (entry != NeighbourTable.NONE) {
            table.used[entry] = true;
            startAsking(entry, lastNowNs);
        }
        return UNRESOLVED;
    }

    private boolean canBeAsked(long ipHigh, long ipLow) {
        boolean ipv4 = ipHigh == 0 && ipLow == IpAddress.ipv4MappedLow((int) ipLow);
        if (ipv4 != own.isIpv4()) {
            return false;
        }
        return ipv4
                ? isIpv4Host((int) ipLow)
                : !NdMessage.isMulticast(ipHigh) && !NdMessage.isUnspecified(ipHigh, ipLow);
    }

    /** Neither 0/8 nor multicast, reserved or broadcast (RFC 1122 section 3.2.1.3). */
    private static boolean isIpv4Host(int ip) {
        return ip >>> 24 != 0 && ip >>> 28 < 0xe;
    }

    private void onArp(long data, int lengthBytes) {
        if (!ArpMessage.isWellFormed(data, lengthBytes)) {
            count(NeighbourCounter.MALFORMED, 1);
            return;
        }
        int senderIp = ArpMessage.senderIp(data);
        long senderMac = ArpMessage.senderMac(data);
        if (senderMac == ownMac || !own.isIpv4()) {
            count(NeighbourCounter.NOT_FOR_US, 1); // our own, looped back, or nothing for an IPv6 node
        } else if (senderIp == own.ipv4()) {
            count(NeighbourCounter.CONFLICT, 1);
        } else if (ArpMessage.targetIp(data) != own.ipv4()) {
            count(NeighbourCounter.NOT_FOR_US, 1);
        } else if (senderIp != 0 && !isIpv4Host(senderIp)) {
            count(NeighbourCounter.MALFORMED, 1);
        } else if (ArpMessage.opcode(data) == ArpMessage.REQUEST) {
            long senderLow = senderIp == 0 ? 0 : IpAddress.ipv4MappedLow(senderIp); // 0: a probe of RFC 5227
            onRequest(0, senderLow, senderMac, senderMac);
        } else {
            onAnswer(0, IpAddress.ipv4MappedLow(senderIp), senderMac);
        }
    }

    private void onNd(long data, int lengthBytes) {
        int type = NdMessage.type(data);
        if (type != NdMessage.SOLICITATION && type != NdMessage.ADVERTISEMENT) {
            count(NeighbourCounter.NOT_FOR_US, 1); // we are no router and need none
            return;
        }
        if (!NdMessage.isWellFormed(data, lengthBytes) || !Ethernet.isStation(EthernetLayout.source(data))) {
            count(NeighbourCounter.MALFORMED, 1);
            return;
        }
        long sourceHigh = NdMessage.sourceHigh(data);
        long sourceLow = NdMessage.sourceLow(data);
        long targetHigh = NdMessage.targetHigh(data);
        long targetLow = NdMessage.targetLow(data);
        long linkLayer = NdMessage.linkLayerAddress(data);
        boolean targetIsOurs = targetHigh == own.high() && targetLow == own.low();
        if (linkLayer >= 0 && !Ethernet.isStation(linkLayer)) {
            count(NeighbourCounter.MALFORMED, 1);
        } else if (own.isIpv4() || EthernetLayout.source(data) == ownMac) {
            count(NeighbourCounter.NOT_FOR_US, 1);
        } else if (type == NdMessage.SOLICITATION) {
            if (!targetIsOurs) {
                count(NeighbourCounter.NOT_FOR_US, 1);
            } else if (sourceHigh == own.high() && sourceLow == own.low()) {
                count(NeighbourCounter.CONFLICT, 1);
            } else {
                onRequest(sourceHigh, sourceLow, linkLayer, linkLayer >= 0 ? linkLayer : EthernetLayout.source(data));
            }
        } else if (targetIsOurs) {
            count(NeighbourCounter.CONFLICT, 1);
        } else if (linkLayer < 0 || !NdMessage.isSolicited(data)) {
            count(NeighbourCounter.UNASKED, 1);
        } else {
            onAnswer(targetHigh, targetLow, linkLayer);
        }
    }

    /** Somebody asks for our address; {@code mac} is what to learn, negative if nothing. */
    private void onRequest(long ipHigh, long ipLow, long mac, long answerTo) {
        if (!answers.add(answerTo, ipHigh, ipLow)) {
            count(NeighbourCounter.ANSWER_DROPPED, 1);
        }
        if (mac < 0 || NdMessage.isUnspecified(ipHigh, ipLow)) {
            return;
        }
        int entry = findOrAdd(ipHigh, ipLow, false);
        if (entry != NeighbourTable.NONE && table.state(entry) != NeighbourState.STATIC) {
            count(NeighbourCounter.LEARNED_BY_REQUEST, 1);
            learn(entry, mac);
        }
    }

    private void onAnswer(long ipHigh, long ipLow, long mac) {
        int entry = table.find(ipHigh, ipLow);
        if (entry != NeighbourTable.NONE
                && (table.state(entry) == NeighbourState.ASKED || table.state(entry) == NeighbourState.PROBED)
                && table.tries[entry] > 0) {
            count(NeighbourCounter.LEARNED_BY_ANSWER, 1);
            learn(entry, mac);
        } else {
            count(NeighbourCounter.UNASKED, 1);
        }
    }

    private void learn(int entry, long mac) {
        changes++;
        table.state(entry, NeighbourState.REACHABLE);
        table.mac[entry] = mac;
        table.tries[entry] = 0;
        table.dueNs[entry] = lastNowNs + NeighbourTimers.REACHABLE_NS;
        noteDue(table.dueNs[entry]);
        dueIsTooEarly = true;
    }

    /** Does what is due for an entry; returns the length of the frame written for it, or 0. */
    private int onDue(int entry, long nowNs, long outFrameData) {
        changes++;
        switch (table.state(entry)) {
            case ASKED -> {
                if (table.tries[entry] < NeighbourTimers.GREATEST_TRIES) {
                    return writeRequest(entry, UNRESOLVED, nowNs, outFrameData);
                }
                count(NeighbourCounter.GIVEN_UP, 1);
                table.state(entry, NeighbourState.FAILED);
                table.dueNs[entry] = nowNs + NeighbourTimers.FAILED_NS;
            }
            case REACHABLE -> {
                if (table.used[entry]) {
                    table.used[entry] = false;
                    table.state(entry, NeighbourState.PROBED);
                    return writeRequest(entry, table.mac[entry], nowNs, outFrameData);
                }
                table.dueNs[entry] = nowNs + NeighbourTimers.REACHABLE_NS;
            }
            case PROBED -> {
                if (table.tries[entry] < NeighbourTimers.GREATEST_PROBES) {
                    return writeRequest(entry, table.mac[entry], nowNs, outFrameData);
                }
                startAsking(entry, nowNs);
                return writeRequest(entry, UNRESOLVED, nowNs, outFrameData);
            }
            case FAILED -> table.remove(entry);
            case STATIC, UNKNOWN -> {}
        }
        return 0;
    }

    private void startAsking(int entry, long nowNs) {
        table.state(entry, NeighbourState.ASKED);
        table.tries[entry] = 0;
        table.dueNs[entry] = nowNs;
        noteDue(nowNs);
    }

    private int writeRequest(int entry, long unicastMac, long nowNs, long outFrameData) {
        table.dueNs[entry] = nowNs + (NeighbourTimers.FIRST_WAIT_NS << table.tries[entry]);
        table.tries[entry]++;
        count(NeighbourCounter.REQUESTS_SENT, 1);
        long high = table.high(entry);
        long low = table.low(entry);
        if (own.isIpv4()) {
            long destination = unicastMac >= 0 ? unicastMac : Ethernet.BROADCAST;
            return ArpMessage.write(
                    outFrameData, ArpMessage.REQUEST, destination, ownMac, own.ipv4(), Math.max(unicastMac, 0), (int)
                            low);
        }
        return NdMessage.writeSolicitation(outFrameData, unicastMac, ownMac, own.high(), own.low(), high, low);
    }

    private int writeAnswer(long outFrameData) {
        long mac = answers.mac();
        long high = answers.ipHigh();
        long low = answers.ipLow();
        answers.remove();
        count(NeighbourCounter.ANSWERS_SENT, 1);
        if (own.isIpv4()) {
            return ArpMessage.write(outFrameData, ArpMessage.REPLY, mac, ownMac, own.ipv4(), mac, (int) low);
        }
        return NdMessage.writeAdvertisement(outFrameData, mac, high, low, ownMac, own.high(), own.low());
    }

    /** The entry of an address, added if need be; whoever is wanted may take the place of one that is of no use. */
    private int findOrAdd(long ipHigh, long ipLow, boolean wanted) {
        int entry = table.find(ipHigh, ipLow);
        if (entry == NeighbourTable.NONE) {
            entry = table.add(ipHigh, ipLow, NeighbourState.UNKNOWN);
            if (entry == NeighbourTable.NONE && wanted && removeUseless()) {
                entry = table.add(ipHigh, ipLow, NeighbourState.UNKNOWN);
            }
            if (entry == NeighbourTable.NONE) {
                count(NeighbourCounter.TABLE_FULL, 1);
            }
        }
        return entry;
    }

    private boolean removeUseless() {
        for (int entry = 0; entry < table.capacity(); entry++) {
            NeighbourState state = table.state(entry);
            if (state == NeighbourState.FAILED || state == NeighbourState.REACHABLE && !table.used[entry]) {
                table.remove(entry);
                return true;
            }
        }
        return false;
    }

    private static boolean isTimed(NeighbourState state) {
        return state != NeighbourState.UNKNOWN && state != NeighbourState.STATIC;
    }

    private void findNextDue() {
        anyDue = false;
        dueIsTooEarly = false;
        for (int entry = 0; entry < table.capacity(); entry++) {
            if (isTimed(table.state(entry))) {
                noteDue(table.dueNs[entry]);
            }
        }
    }

    private void noteDue(long entryDueNs) {
        if (!anyDue || entryDueNs - dueNs < 0) {
            anyDue = true;
            dueNs = entryDueNs;
        }
    }

    @SuppressWarnings("EnumOrdinal")
    private void count(NeighbourCounter counter, long delta) {
        counts[counter.ordinal()] += delta;
    }
}
