package io.heliograph.offload.optcam.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.optcam.Packet;
import io.heliograph.offload.optcam.PacketKey;
import io.heliograph.offload.optcam.RuleTable;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulePropertiesTest {

    private static RuleSet rules(RandomRules random, int count) {
        List<Rule> rules = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            rules.add(random.rule());
        }
        return new RuleSet(rules);
    }

    @Test
    void shouldReadEveryRuleThatItPrints() {
        for (int seed = 0; seed < 300; seed++) {
            RuleSet rules = rules(new RandomRules(new SeededRandom(seed)), 5);
            assertEquals(rules, RuleSet.parse("seed " + seed, rules.toString()));
        }
    }

    @Test
    void shouldFindTheRuleThatAPlainMatcherFinds() {
        int matched = 0;
        int unmatched = 0;
        try (Arena arena = Arena.ofConfined()) {
            long frame = arena.allocate(256).address();
            long key = arena.allocate(PacketKey.KEY_BYTES, 8).address();
            for (int seed = 0; seed < 150; seed++) {
                SeededRandom chance = new SeededRandom(seed);
                RandomRules random = new RandomRules(chance);
                RuleSet rules = rules(random, 1 + chance.nextInt(6));
                try (Arena own = Arena.ofConfined()) {
                    RuleTable table = new RuleTable(
                            PacketKey.WIDTH, Math.max(1, rules.entries().size()), own);
                    table.load(rules.entries());
                    for (int k = 0; k < 300; k++) {
                        Packet packet = random.packet();
                        PacketKey.form(frame, packet.write(frame), key);
                        int expected = PlainMatcher.match(rules, packet);
                        assertEquals(expected, table.lookup(key), () -> packet + "\n" + rules);
                        matched += expected >= 0 ? 1 : 0;
                        unmatched += expected < 0 ? 1 : 0;
                    }
                }
            }
        }
        assertTrue(matched > 5_000 && unmatched > 5_000, "matched=" + matched + " unmatched=" + unmatched);
    }
}
