package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.Packet;
import io.heliograph.transport.IpAddress;
import java.util.List;

/** What rules say of a packet by its fields, without keys or patterns. */
final class PlainMatcher {

    private PlainMatcher() {}

    /** The rule that a packet is of, or -1. */
    static int match(RuleSet rules, Packet packet) {
        int best = -1;
        for (int k = 0; k < rules.rules().size(); k++) {
            HeaderRule rule = (HeaderRule) rules.rules().get(k);
            if (matches(rule, packet)
                    && (best < 0
                            || rule.options().priority()
                                    < rules.rules().get(best).options().priority())) {
                best = k;
            }
        }
        return best;
    }

    private static boolean matches(HeaderRule rule, Packet packet) {
        boolean forward = isIn(rule.source(), packet.source())
                && isIn(rule.destination(), packet.destination())
                && isPort(rule.sourcePorts(), packet, packet.sourcePort())
                && isPort(rule.destinationPorts(), packet, packet.destinationPort());
        boolean backward = rule.bothWays()
                && isIn(rule.source(), packet.destination())
                && isIn(rule.destination(), packet.source())
                && isPort(rule.sourcePorts(), packet, packet.destinationPort())
                && isPort(rule.destinationPorts(), packet, packet.sourcePort());
        return (forward || backward) && isProtocol(rule.protocol(), packet.protocol()) && hasOptions(rule, packet);
    }

    private static boolean isProtocol(Protocol protocol, int number) {
        return switch (protocol) {
            case IP -> true;
            case TCP -> number == 6;
            case UDP -> number == 17;
            case ICMP -> number == 1 || number == 58;
        };
    }

    private static boolean isIn(List<AddressBlock> blocks, IpAddress address) {
        return blocks.isEmpty() || blocks.stream().anyMatch(block -> sameBits(block, address));
    }

    private static boolean sameBits(AddressBlock block, IpAddress address) {
        if (block.address().isIpv4() != address.isIpv4()) {
            return false;
        }
        int first = address.isIpv4() ? 96 : 0;
        for (int bit = first; bit < first + block.prefixBits(); bit++) {
            if (bitOf(block.address(), bit) != bitOf(address, bit)) {
                return false;
            }
        }
        return true;
    }

    private static long bitOf(IpAddress address, int bit) {
        return (bit < 64 ? address.high() >>> 63 - bit : address.low() >>> 127 - bit) & 1;
    }

    private static boolean isPort(List<PortRange> ranges, Packet packet, int port) {
        return ranges.isEmpty()
                || packet.hasPorts()
                        && ranges.stream().anyMatch(range -> range.first() <= port && port <= range.last());
    }

    private static boolean hasOptions(HeaderRule rule, Packet packet) {
        RuleOptions options = rule.options();
        if (options.icmpType() >= 0 && !(packet.hasIcmpType() && packet.flags() == options.icmpType())) {
            return false;
        }
        TcpFlags flags = options.flags();
        if (flags != null) {
            boolean set = switch (flags.test()) {
                case EXACTLY -> (packet.flags() | flags.ignored()) == (flags.flags() | flags.ignored());
                case ALL -> (packet.flags() & flags.flags()) == flags.flags();
                case ANY -> (packet.flags() & flags.flags()) != 0;
            };
            if (!set || packet.fragmentOffset() != 0) {
                return false;
            }
        }
        for (PayloadContent content : options.contents()) {
            int end = content.offset() + content.bytes().length();
            if (rule.protocol() != Protocol.IP && packet.fragmentOffset() != 0
                    || packet.payload().length() < end
                    || !packet.payload()
                            .regionMatches(
                                    content.ignoresCase(),
                                    content.offset(),
                                    content.bytes(),
                                    0,
                                    content.bytes().length())) {
                return false;
            }
        }
        return true;
    }
}
