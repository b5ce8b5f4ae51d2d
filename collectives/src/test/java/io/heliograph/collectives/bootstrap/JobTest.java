package io.heliograph.collectives.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JobTest {
    @Test
    void shouldReadWhatLaunchersSet() {
        assertEquals(
                Optional.of(new Job("torchrun", 1, 4, "node0", 1234)),
                Job.of(Map.of("RANK", "1", "WORLD_SIZE", "4", "MASTER_ADDR", "node0", "MASTER_PORT", "1234")));
        assertEquals(
                Optional.of(new Job("Open MPI", 0, 2, "127.0.0.1", 29500)),
                Job.of(Map.of("OMPI_COMM_WORLD_RANK", "0", "OMPI_COMM_WORLD_SIZE", "2")));
        assertEquals(
                Optional.of(new Job("PMI (MPICH)", 2, 3, "127.0.0.1", 29500)),
                Job.of(Map.of("PMI_RANK", "2", "PMI_SIZE", "3", "PMI_FD", "5")));
        assertEquals(
                Optional.of(new Job("Slurm", 7, 8, "n1", 29500)),
                Job.of(Map.of("SLURM_PROCID", "7", "SLURM_NTASKS", "8", "MASTER_ADDR", "n1")));
        assertEquals(Optional.empty(), Job.of(Map.of("PATH", "/bin", "RANK", "1")));
    }

    /** torchrun's agent has a store of its own at MASTER_PORT, and says so. */
    @Test
    void shouldNotListenWhereTorchrunDoes() {
        Map<String, String> torchrun =
                Map.of("RANK", "0", "WORLD_SIZE", "2", "MASTER_PORT", "65534", "TORCHELASTIC_USE_AGENT_STORE", "True");
        assertEquals(65535, Job.of(torchrun).orElseThrow().port());
        Map<String, String> last = new HashMap<>(torchrun);
        last.put("MASTER_PORT", "65535");
        assertEquals(65534, Job.of(last).orElseThrow().port());
        last.put("HELIO_PORT", "4000");
        assertEquals(4000, Job.of(last).orElseThrow().port());
    }

    /** A process that mpirun starts within a Slurm allocation has the variables of both: the inner launcher counts. */
    @Test
    void shouldBelieveTheInnerLauncher() {
        Map<String, String> both = Map.of(
                "SLURM_PROCID", "0", "SLURM_NTASKS", "1", "OMPI_COMM_WORLD_RANK", "3", "OMPI_COMM_WORLD_SIZE", "4");
        assertEquals(3, Job.of(both).orElseThrow().rank());
    }

    @Test
    void shouldNameTheVariableThatMakesNoSense() {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> Job.of(Map.of("RANK", "4", "WORLD_SIZE", "4")));
        assertTrue(String.valueOf(failure.getMessage()).contains("RANK=4"), failure::toString);
        assertThrows(
                IllegalArgumentException.class,
                () -> Job.of(Map.of("RANK", "0", "WORLD_SIZE", "2", "MASTER_PORT", "x")));
    }
}
