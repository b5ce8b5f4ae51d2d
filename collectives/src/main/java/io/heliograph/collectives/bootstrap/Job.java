package io.heliograph.collectives.bootstrap;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This process's place in a job, as launchers say it in the environment.
 *
 * @param launcher whose variables they are
 * @param rank from 0
 * @param size how many
 * @param host where rank 0 listens: {@code MASTER_ADDR}
 * @param port {@code HELIO_PORT}, or {@code MASTER_PORT}, or the port next to that where torchrun's own store listens on it
 */
public record Job(String launcher, int rank, int size, String host, int port) {
    /** Where rank 0 listens, as torchrun has it; with other launchers the user sets it. */
    public static final String HOST = "MASTER_ADDR";

    /** On which port, unless {@link #OWN_PORT} says. */
    public static final String PORT = "MASTER_PORT";

    /** On which port, where another program listens on {@link #PORT}. */
    public static final String OWN_PORT = "HELIO_PORT";

    /** What ranks prove to know; at least 16 bytes. */
    public static final String SECRET = "HELIO_SECRET";

    private static final int DEFAULT_PORT = 29500; // torchrun's
    private static final int GREATEST_PORT = 0xffff;

    /** How torchrun's agent says that it listens at {@link #HOST} and {@link #PORT} itself. */
    private static final String AGENT_LISTENS = "TORCHELASTIC_USE_AGENT_STORE";

    private static final List<Launcher> LAUNCHERS = List.of(
            new Launcher("Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
            new Launcher("PMI (MPICH)", "PMI_RANK", "PMI_SIZE"),
            new Launcher("torchrun", "RANK", "WORLD_SIZE"),
            new Launcher("Slurm", "SLURM_PROCID", "SLURM_NTASKS"));

    private record Launcher(String name, String rank, String size) {}

    /**
     * Reads the variables of torchrun and {@code helio launch}, Open MPI, MPICH and others with PMI, or Slurm; empty if there are none.
     *
     * @throws IllegalArgumentException if they make no sense; the message names the variable
     */
    public static Optional<Job> of(Map<String, String> environment) {
        for (Launcher launcher : LAUNCHERS) {
            String rank = environment.get(launcher.rank);
            String size = environment.get(launcher.size);
            if (rank != null && size != null) {
                int count = number(launcher.size, size, 1, Integer.MAX_VALUE);
                String host = environment.getOrDefault(HOST, "127.0.0.1");
                return Optional.of(new Job(
                        launcher.name, number(launcher.rank, rank, 0, count - 1), count, host, port(environment)));
            }
        }
        return Optional.empty();
    }

    private static int port(Map<String, String> environment) {
        @Nullable String own = environment.get(OWN_PORT);
        if (own != null) {
            return number(OWN_PORT, own, 1, GREATEST_PORT);
        }
        @Nullable String master = environment.get(PORT);
        int port = master == null ? DEFAULT_PORT : number(PORT, master, 1, GREATEST_PORT);
        boolean taken = Boolean.parseBoolean(environment.get(AGENT_LISTENS));
        return taken ? port + (port < GREATEST_PORT ? 1 : -1) : port;
    }

    private static int number(String name, String text, int least, int greatest) {
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= least && value <= greatest) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "environment: " + name + "=" + text + "; a number from " + least + " to " + greatest);
    }
}
