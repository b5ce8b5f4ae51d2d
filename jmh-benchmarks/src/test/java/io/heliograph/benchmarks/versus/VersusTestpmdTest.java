package io.heliograph.benchmarks.versus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.heliograph.benchmarks.forward.TestpmdPair;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.CpuAffinity;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersusTestpmdTest {

    @Test
    @Tag("slow")
    void shouldMeasureBothSidesWhenMemifJoinsThem(@TempDir Path directory) throws Exception {
        BitSet cpus = CpuAffinity.get();
        Link link = Link.memif(directory, 1_500, cpus.length() - 1, cpus.nextSetBit(0));
        try {
            TestpmdPair.Rate their = TestpmdPair.run(
                    new TestpmdPair.End(List.of(), link.senderVdev(), link.senderCpu()),
                    new TestpmdPair.End(List.of(), link.receiverVdev(), link.receiverCpu()),
                    1_500,
                    0.2);
            assertTrue(their.averageMpps() > 0);
            assertTrue(their.peakMpps() > 0);
            Ours.Rate our = new Ours(directory, 0.1).run(link, 1_500, 65_536, 0.2, "");
            assertTrue(our.averageMpps() > 0);
            assertEquals(0, our.wrong());
        } catch (EnvironmentException e) {
            abort(e.getMessage());
        }
    }
}
