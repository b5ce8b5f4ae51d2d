package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.PacketKey;
import io.heliograph.offload.optcam.TernaryPattern;
import io.heliograph.offload.optcam.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule in the header syntax of Snort.
 *
 * @param source blocks of addresses of which one must hold the sender; none: any
 * @param sourcePorts merged ranges; none: any
 * @param bothWays whether packets from destination to source match as well
 * @param destination as the source
 * @param destinationPorts as the source's
 */
public record HeaderRule(
        Verdict verdict,
        Protocol protocol,
        List<AddressBlock> source,
        List<PortRange> sourcePorts,
        boolean bothWays,
        List<AddressBlock> destination,
        List<PortRange> destinationPorts,
        RuleOptions options)
        implements Rule {

    private static final int MOST_PATTERNS = 1 << 16;

    /** Copies the lists. */
    public HeaderRule {
        source = List.copyOf(source);
        sourcePorts = List.copyOf(sourcePorts);
        destination = List.copyOf(destination);
        destinationPorts = List.copyOf(destinationPorts);
    }

    /** @throws IllegalArgumentException if they are more than 65,536 */
    @Override
    public List<TernaryPattern> patterns() {
        List<TernaryPattern> all = new ArrayList<>();
        for (TernaryPattern base : bases()) {
            addDirection(all, base, source, sourcePorts, destination, destinationPorts);
            if (bothWays) {
                addDirection(all, base, destination, destinationPorts, source, sourcePorts);
            }
        }
        return all;
    }

    private boolean isImpossible() {
        for (PayloadContent one : options.contents()) {
            for (PayloadContent other : options.contents()) {
                if (one.contradicts(other)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What does not depend on the direction. */
    private List<TernaryPattern> bases() {
        if (isImpossible()) {
            return List.of();
        }
        TernaryPattern base =
                TernaryPattern.any(PacketKey.WIDTH).withMask(PacketKey.KIND_BIT, Byte.SIZE, PacketKey.IP, PacketKey.IP);
        for (PayloadContent content : options.contents()) {
            base = content.addTo(base);
        }
        if (!options.contents().isEmpty() && protocol != Protocol.IP) {
            int kind = protocol.hasPorts() ? PacketKey.PORTS : PacketKey.ICMP_TYPE;
            base = base.withMask(PacketKey.KIND_BIT, Byte.SIZE, kind, kind);
        }
        if (options.icmpType() >= 0) {
            base = base.withMask(PacketKey.KIND_BIT, Byte.SIZE, PacketKey.ICMP_TYPE, PacketKey.ICMP_TYPE)
                    .withField(PacketKey.ICMP_TYPE_BIT, Byte.SIZE, options.icmpType());
        }
        TcpFlags flags = options.flags();
        List<TernaryPattern> alternatives = flags == null ? List.of(base) : flags.addTo(base);
        int[] numbers = protocol.numbers();
        if (numbers.length == 0) {
            return alternatives;
        }
        List<TernaryPattern> bases = new ArrayList<>();
        for (TernaryPattern alternative : alternatives) {
            for (int number : numbers) {
                bases.add(alternative.withField(PacketKey.PROTOCOL_BIT, Byte.SIZE, number));
            }
        }
        return bases;
    }

    private static void addDirection(
            List<TernaryPattern> all,
            TernaryPattern base,
            List<AddressBlock> from,
            List<PortRange> fromPorts,
            List<AddressBlock> to,
            List<PortRange> toPorts) {
        for (TernaryPattern first : withAddresses(base, from, PacketKey.SOURCE_BIT)) {
            for (TernaryPattern second : withAddresses(first, to, PacketKey.DESTINATION_BIT)) {
                if (second.bit(1) != first.bit(1) && first.bit(1) != TernaryPattern.EITHER) {
                    // One address of each version: no packet has them.
                    continue;
                }
                for (TernaryPattern third : withPorts(second, fromPorts, PacketKey.SOURCE_PORT_BIT)) {
                    all.addAll(withPorts(third, toPorts, PacketKey.DESTINATION_PORT_BIT));
                    if (all.size() > MOST_PATTERNS) {
                        throw new IllegalArgumentException("the rule takes more than " + MOST_PATTERNS
                                + " entries: split it, or widen its ranges of ports");
                    }
                }
            }
        }
    }

    private static List<TernaryPattern> withAddresses(TernaryPattern base, List<AddressBlock> blocks, int bit) {
        if (blocks.isEmpty()) {
            return List.of(base);
        }
        List<TernaryPattern> all = new ArrayList<>();
        for (AddressBlock block : blocks) {
            all.add(block.addTo(base, bit));
        }
        return all;
    }

    private static List<TernaryPattern> withPorts(TernaryPattern base, List<PortRange> ranges, int bit) {
        if (ranges.isEmpty()) {
            return List.of(base);
        }
        TernaryPattern known = base.withMask(PacketKey.KIND_BIT, Byte.SIZE, PacketKey.PORTS, PacketKey.PORTS);
        List<TernaryPattern> all = new ArrayList<>();
        for (PortRange range : ranges) {
            for (PortRange.Prefix prefix : range.prefixes()) {
                all.add(known.withPrefix(bit, PortRange.BITS, prefix.value(), prefix.length()));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return RuleParser.keyword(verdict) + " " + protocol + " " + listed(source) + " " + listed(sourcePorts)
                + (bothWays ? " <> " : " -> ") + listed(destination) + " " + listed(destinationPorts) + " (" + options
                + ")";
    }

    private static String listed(List<?> items) {
        if (items.isEmpty()) {
            return "any";
        }
        String text = items.toString().replace(" ", "");
        return items.size() == 1 ? text.substring(1, text.length() - 1) : text;
    }
}
