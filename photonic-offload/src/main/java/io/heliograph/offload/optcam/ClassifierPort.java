package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortWrapper;
import java.lang.foreign.Arena;

/**
 * A port around a port that looks every received frame up in ternary rules, and counts, marks, captures or drops it as its rule says. Frames that no rule matches pass.
 *
 * <p>The key is formed in place, from the frame's own memory; nothing is copied to the heap or allocated. What is sent is not looked at. A burst whose frames are all dropped is received as none.
 *
 * <p>A marked frame has its DSCP replaced (RFC 2474) and, over IPv4, its header checksum adjusted (RFC 1624); the ICRC of RoCEv2 covers neither. Threads as the port within; a {@link RuleTable} may be
 * changed by others meanwhile.
 */
public final class ClassifierPort extends PortWrapper {

    private static final int DSCP_SHIFT = 2;
    private static final int ECN_BITS = 3;
    private static final int CHECKSUM_AT = 10;
    private static final int CLASS_SHIFT_V6 = 4;

    private final TernaryMatcher rules;
    private final ClassifierActions actions;
    private final Burst dropped;
    private final long key;
    private final long[] matched;
    private long unmatched;
    private long droppedFrames;

    /**
     * Wraps {@code port}, which is closed with this one.
     *
     * @param rules of {@link PacketKey#WIDTH} bits: a table, or a device that has one
     * @param results one more than the largest result that is counted
     * @param mostFrames of a burst that is received
     * @param arena owns the key
     * @throws IllegalArgumentException if the rules are of another width
     */
    public ClassifierPort(
            Port port, TernaryMatcher rules, ClassifierActions actions, int results, int mostFrames, Arena arena) {
        super(port);
        if (rules.width() != PacketKey.WIDTH) {
            throw new IllegalArgumentException(
                    "rules are not for packets: width=" + rules.width() + " key=" + PacketKey.WIDTH);
        }
        this.rules = rules;
        this.actions = actions;
        matched = new long[results];
        dropped = new Burst(arena, mostFrames);
        key = arena.allocate(PacketKey.KEY_BYTES, Long.BYTES).address();
    }

    @Override
    public int receive(Burst burst) {
        int count = port.receive(burst);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            long frame = burst.frame(i);
            if (passes(frame)) {
                burst.frame(kept++, frame);
            } else {
                if (dropped.remaining() == 0) {
                    port.release(dropped);
                }
                dropped.add(frame);
            }
        }
        burst.size(kept);
        if (dropped.size() > 0) {
            port.release(dropped);
        }
        return kept;
    }

    private boolean passes(long frame) {
        long data = Frame.dataAddress(frame);
        int length = Frame.lengthBytes(frame);
        int ip = PacketKey.form(data, length, key);
        int result = rules.lookup(key);
        if (result < 0) {
            unmatched++;
            return true;
        }
        if (result < matched.length) {
            matched[result]++;
        }
        switch (actions.verdict(result)) {
            case DROP -> {
                droppedFrames++;
                return false;
            }
            case MARK -> {
                if (ip >= 0) {
                    mark(data + ip, actions.dscp(result));
                }
            }
            case LOG -> actions.capture(result, data, length);
            case PASS, ALERT -> {
                // It is counted.
            }
        }
        return true;
    }

    private static void mark(long ip, int dscp) {
        int before = NativeMemory.getUnsignedShortBigEndian(ip);
        if (before >>> 12 == 4) {
            int after = before & 0xFF00 | dscp << DSCP_SHIFT | before & ECN_BITS;
            // RFC 1624, equation 3: HC' = ~(~HC + ~m + m').
            int sum = (~NativeMemory.getUnsignedShortBigEndian(ip + CHECKSUM_AT) & 0xFFFF) + (~before & 0xFFFF) + after;
            sum = (sum & 0xFFFF) + (sum >>> 16);
            sum = (sum & 0xFFFF) + (sum >>> 16);
            NativeMemory.putShortBigEndian(ip, (short) after);
            NativeMemory.putShortBigEndian(ip + CHECKSUM_AT, (short) ~sum);
        } else {
            int trafficClass = dscp << DSCP_SHIFT | before >>> CLASS_SHIFT_V6 & ECN_BITS;
            NativeMemory.putShortBigEndian(ip, (short) (before & 0xF00F | trafficClass << CLASS_SHIFT_V6));
        }
    }

    /** Frames whose lookup gave this result. */
    public long matched(int result) {
        return matched[result];
    }

    /** Frames that no rule matched. */
    public long unmatched() {
        return unmatched;
    }

    /** Frames that went no further. */
    public long dropped() {
        return droppedFrames;
    }
}
