package io.heliograph.transport.path;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.SeededRandom;
import java.util.BitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PathBitsTest {
    @ParameterizedTest
    @ValueSource(ints = {16, 63, 64, 65, 128, 200, 256})
    void shouldFindWhatABitSetFinds(int paths) {
        long seed = paths;
        SeededRandom random = new SeededRandom(seed);
        PathBits bits = new PathBits(paths);
        PathBits others = new PathBits(paths);
        BitSet model = new BitSet();
        BitSet otherModel = new BitSet();
        for (int i = 0; i < 20_000; i++) {
            boolean other = random.nextInt(2) == 0;
            int path = random.nextInt(paths);
            // Mostly removals now and then, so that small and empty sets are met too.
            if (random.nextInt(10) < (i / 500 % 2 == 0 ? 8 : 1)) {
                (other ? others : bits).add(path);
                (other ? otherModel : model).set(path);
            } else {
                (other ? others : bits).remove(path);
                (other ? otherModel : model).clear(path);
            }
            int from = random.nextInt(paths + 1);
            BitSet either = (BitSet) model.clone();
            either.or(otherModel);
            String message = "seed=" + seed + " step=" + i + " from=" + from;
            assertEquals(model.cardinality(), bits.size(), message);
            assertEquals(model.nextSetBit(from), bits.from(from), message);
            assertEquals(round(model, from), bits.next(from), message);
            assertEquals(round(either, from), bits.nextOfEither(others, from), message);
        }
    }

    private static int round(BitSet set, int from) {
        int path = set.nextSetBit(from);
        return path < 0 ? set.nextSetBit(0) : path;
    }
}
