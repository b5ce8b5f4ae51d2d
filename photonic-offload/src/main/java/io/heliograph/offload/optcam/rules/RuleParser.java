package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.TernaryPattern;
import io.heliograph.offload.optcam.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one rule: {@code action protocol source ports -> destination ports (options)}, or {@code action ternary bits (options)}.
 *
 * <p>The syntax is Snort's (Snort users manual 2.9.16, chapter 3), which Suricata's header syntax shares; {@code mark}, {@code ternary} and {@code dscp} are ours.
 */
final class RuleParser {

    private static final String RAW = "ternary";

    private final RuleText text;

    private RuleParser(RuleText text) {
        this.text = text;
    }

    /**
     * Parses a line.
     *
     * @throws RuleSyntaxException if it is not right
     */
    static Rule parse(String file, int line, String rule) {
        return new RuleParser(new RuleText(file, line, rule)).parse();
    }

    /** A verdict as rules write it. */
    static String keyword(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private Rule parse() {
        text.skipBlanks();
        int start = text.position();
        Verdict verdict = verdict(text.word("the action"));
        text.skipBlanks();
        int protocolAt = text.position();
        String protocol = text.word("the protocol");
        if (protocol.equals(RAW)) {
            text.skipBlanks();
            int bitsAt = text.position();
            String bits = text.word("the ternary bits");
            RuleOptions options = options();
            checkOptions(start, verdict, null, options);
            return text.at(bitsAt, () -> new RawRule(verdict, TernaryPattern.parse(bits), options));
        }
        Protocol carried = protocol(protocolAt, protocol);
        List<AddressBlock> source = addresses();
        List<PortRange> sourcePorts = ports(carried);
        boolean bothWays = bothWays();
        List<AddressBlock> destination = addresses();
        List<PortRange> destinationPorts = ports(carried);
        RuleOptions options = options();
        checkOptions(start, verdict, carried, options);
        HeaderRule rule =
                new HeaderRule(verdict, carried, source, sourcePorts, bothWays, destination, destinationPorts, options);
        if (text.at(start, rule::patterns).isEmpty()) {
            throw text.wrong(
                    start,
                    "no packet matches: its addresses are of both versions, or its contents contradict each other");
        }
        return rule;
    }

    private Verdict verdict(String word) {
        for (Verdict verdict : Verdict.values()) {
            if (keyword(verdict).equals(word)) {
                return verdict;
            }
        }
        throw text.wrong(
                text.position() - word.length(),
                "no action of this subset: " + word + "; there are pass, alert, log, mark and drop");
    }

    private Protocol protocol(int position, String word) {
        for (Protocol protocol : Protocol.values()) {
            if (protocol.toString().equals(word)) {
                return protocol;
            }
        }
        throw text.wrong(
                position, "no protocol of this subset: " + word + "; there are ip, tcp, udp, icmp, and ternary");
    }

    private boolean bothWays() {
        String arrow = text.word("the direction");
        if (!arrow.equals("->") && !arrow.equals("<>")) {
            throw text.wrong(text.position() - arrow.length(), "no direction: " + arrow + "; there are -> and <>");
        }
        return arrow.equals("<>");
    }

    private List<AddressBlock> addresses() {
        String word = text.word("an address");
        int start = text.position() - word.length();
        if (word.equals("any")) {
            return List.of();
        }
        List<AddressBlock> blocks = new ArrayList<>();
        for (Item item : items(start, word)) {
            if (item.text().startsWith("!")) {
                throw text.wrong(item.position(), "addresses other than these are not in this subset: " + item.text());
            }
            refuseVariable(item);
            blocks.add(text.at(item.position(), () -> AddressBlock.parse(item.text())));
        }
        return blocks;
    }

    private List<PortRange> ports(Protocol protocol) {
        String word = text.word("ports");
        int start = text.position() - word.length();
        if (word.equals("any")) {
            return List.of();
        }
        if (!protocol.hasPorts()) {
            throw text.wrong(start, protocol + " has no ports: write any");
        }
        boolean others = word.startsWith("!");
        List<PortRange> ranges = new ArrayList<>();
        for (Item item : items(others ? start + 1 : start, others ? word.substring(1) : word)) {
            refuseVariable(item);
            ranges.add(text.at(item.position(), () -> range(item.text())));
        }
        List<PortRange> merged = PortRange.merged(ranges);
        if (!others) {
            return merged;
        }
        if (merged.isEmpty()) {
            throw text.wrong(start, "no port is left: " + word);
        }
        return PortRange.others(merged);
    }

    private static PortRange range(String text) {
        int colon = text.indexOf(':');
        String first = colon < 0 ? text : text.substring(0, colon);
        String last = colon < 0 ? text : text.substring(colon + 1);
        if (colon >= 0 && first.isEmpty() && last.isEmpty()) {
            throw new IllegalArgumentException("no range of ports: " + text);
        }
        return new PortRange(
                first.isEmpty() ? 0 : OptionReader.number("port", first, 0, 65_535),
                last.isEmpty() ? 65_535 : OptionReader.number("port", last, 0, 65_535));
    }

    /** A part of a list, and where it is. */
    private record Item(int position, String text) {}

    private List<Item> items(int start, String word) {
        if (!word.startsWith("[")) {
            return List.of(new Item(start, word));
        }
        if (!word.endsWith("]") || word.indexOf('[', 1) >= 0) {
            throw text.wrong(start, "no list, or one within another: " + word);
        }
        List<Item> items = new ArrayList<>();
        int at = 1;
        for (String part : word.substring(1, word.length() - 1).split(",", -1)) {
            String item = part.strip();
            int position = start + at + part.indexOf(item);
            if (item.isEmpty()) {
                throw text.wrong(position, "an empty place in the list: " + word);
            }
            items.add(new Item(position, item));
            at += part.length() + 1;
        }
        return items;
    }

    private void refuseVariable(Item item) {
        if (item.text().startsWith("$")) {
            throw text.wrong(item.position(), "variables are not in this subset: " + item.text() + "; write its value");
        }
    }

    private RuleOptions options() {
        text.skipBlanks();
        if (text.isAtEnd()) {
            return RuleOptions.NONE;
        }
        if (!text.skip('(')) {
            throw text.wrong(text.position(), "options stand in parentheses");
        }
        OptionReader reader = new OptionReader(text);
        RuleOptions options = reader.read();
        text.skipBlanks();
        if (!text.isAtEnd()) {
            throw text.wrong(text.position(), "nothing may come behind the options");
        }
        return options;
    }

    private void checkOptions(int start, Verdict verdict, @Nullable Protocol protocol, RuleOptions options) {
        if (options.flags() != null && protocol != Protocol.TCP) {
            throw text.wrong(start, "flags belong to tcp");
        }
        if (options.icmpType() >= 0 && protocol != Protocol.ICMP) {
            throw text.wrong(start, "itype belongs to icmp");
        }
        if (!options.contents().isEmpty() && protocol == null) {
            throw text.wrong(start, "content does not belong to ternary: write its bits");
        }
        if (verdict == Verdict.MARK != options.dscp() >= 0) {
            throw text.wrong(start, "mark wants dscp, and nothing else takes it");
        }
    }
}
