package io.heliograph.offload.optcam.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.optcam.TableEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleSetTest {

    @Test
    void shouldReadTheSubset() {
        RuleSet rules = RuleSet.parse("sample.rules", """
                # a comment, and an empty line

                alert tcp 10.0.0.0/8 any -> [192.0.2.1, 2001:db8::/32] [80,443,8000:8100] (msg:"semi\\; colon"; sid:7; rev:2;)
                drop udp any !53 <> any :1023 (priority:1;)
                log icmp any any -> any any (itype:8;)
                mark tcp any any -> any 80 (content:"GET|20|/"; nocase; offset:0; depth:5; flags:PA,CE; dscp:10;)
                pass ternary 1_0xx1 (msg:"raw";)
                alert tcp any any -> any any (content:"SSH-"; startswith; flags:SA+; reference:url,example.org; classtype:misc;)
                """);
        HeaderRule first = (HeaderRule) rules.rules().getFirst();
        assertEquals("semi; colon", first.options().message());
        assertEquals(
                List.of(new PortRange(80, 80), new PortRange(443, 443), new PortRange(8000, 8100)),
                first.destinationPorts());
        // 192.0.2.1 alone goes with the source's version: 80, 443, 8000/26, 8064/27, 8096/30, 8100.
        assertEquals(6, first.patterns().size());
        HeaderRule second = (HeaderRule) rules.rules().get(1);
        assertEquals(List.of(new PortRange(0, 52), new PortRange(54, 65_535)), second.sourcePorts());
        assertEquals(6, rules.rules().size());
        // By priority, then by place.
        assertEquals(1, rules.entries().getFirst().result());
        assertEquals(5, rules.entries().getLast().result());
        assertEquals(rules, RuleSet.parse("again", rules.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "reject tcp any any -> any any ~1~ no action of this subset: reject",
                "alert gre any any -> any any ~7~ no protocol of this subset: gre",
                "alert tcp $HOME_NET any -> any any ~11~ variables are not in this subset: $HOME_NET",
                "alert tcp !10.0.0.1 any -> any any ~11~ addresses other than these",
                "alert tcp [10.0.0.1,10.0.0.300] any -> any any ~21~ not an IP address",
                "alert tcp 10.0.0.0/33 any -> any any ~11~ no prefix of an address",
                "alert tcp any 70000 -> any any ~15~ port is no number from 0 to 65535: 70000",
                "alert tcp any [80,90:85] -> any any ~19~ no range of ports",
                "alert ip any 80 -> any any ~14~ ip has no ports",
                "alert tcp any any <- any any ~19~ no direction: <-",
                "alert tcp any any -> any ~25~ ports is missing",
                "alert tcp any any -> any any (flow:established;) ~31~ no option of this subset: flow",
                "alert tcp any any -> any any (content:\"abc\";) ~31~ content has no fixed place",
                "alert tcp any any -> any any (content:\"abc\"; depth:9;) ~31~ content has no fixed place",
                "alert tcp any any -> any any (content:!\"abc\"; startswith;) ~31~ content that is not there",
                "alert tcp any any -> any any (content:\"abc\"; offset:14; depth:3;) ~31~ content is not in the first 16 bytes",
                "alert tcp any any -> any any (content:\"|4 5|\"; startswith;) ~31~ no byte of two hexadecimal digits: 4",
                "alert tcp any any -> any any (depth:3;) ~31~ depth belongs behind a content",
                "alert tcp any any -> any any (flags:SX;) ~31~ no TCP flag: X",
                "alert udp any any -> any any (flags:S;) ~1~ flags belong to tcp",
                "alert tcp any any -> any any (sid:1) ~37~ a semicolon is missing",
                "alert tcp any any -> any any (msg:\"abc;) ~35~ quotation marks are not closed",
                "alert tcp any any -> any any () x ~33~ nothing may come behind the options",
                "alert tcp any any -> any any (dscp:64;) ~31~ dscp is no number from 0 to 63",
                "mark tcp any any -> any any (sid:1;) ~1~ mark wants dscp",
                "alert tcp 10.0.0.1 any -> fd00::1 any ~1~ no packet matches",
                "alert tcp any any -> any any (content:\"ab\"; startswith; content:\"x\"; offset:1; depth:1;) ~1~ no packet matches",
                "pass ternary 10q ~14~ no ternary bit: column=3 character=q",
            })
    void shouldNameLineAndColumnOfWhatIsNotInTheSubset(String rule, int column, String message) {
        RuleSyntaxException refused =
                assertThrows(RuleSyntaxException.class, () -> RuleSet.parse("file.rules", "\n" + rule.stripTrailing()));
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.startsWith("file.rules:2:" + column + ": "), said);
        assertTrue(said.contains(message), said);
        assertEquals(2, refused.line());
        assertEquals(column, refused.column());
    }

    @Test
    void shouldCoverEveryRangeWithFewPrefixes() {
        for (int first = 0; first < 200; first += 7) {
            for (int last = first; last < 65_536; last += 997) {
                int next = first;
                List<PortRange.Prefix> prefixes = new PortRange(first, last).prefixes();
                for (PortRange.Prefix prefix : prefixes) {
                    assertEquals(next, prefix.value());
                    next += 1 << 16 - prefix.length();
                }
                assertEquals(last + 1, next);
                assertTrue(prefixes.size() <= 30, () -> "prefixes=" + prefixes.size());
            }
        }
        assertEquals(30, new PortRange(1, 65_534).prefixes().size());
        assertEquals(1, new PortRange(0, 65_535).prefixes().size());
    }

    @Test
    void shouldNumberEntriesInTheOrderInWhichTheyWin() {
        List<TableEntry> entries =
                RuleSet.parse("test", "alert tcp any [1,2,5] -> any any ()").entries();
        for (int k = 0; k < entries.size(); k++) {
            assertEquals(k, entries.get(k).priority());
            assertEquals(0, entries.get(k).result());
        }
        assertEquals(3, entries.size());
    }
}
