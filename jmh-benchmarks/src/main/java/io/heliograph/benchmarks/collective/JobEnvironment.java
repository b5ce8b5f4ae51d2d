package io.heliograph.benchmarks.collective;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.collectives.bootstrap.Job;
import io.heliograph.collectives.bootstrap.RendezvousConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a launcher on one machine sets for the processes of a job: torchrun's variables, and a secret that only they have. */
public final class JobEnvironment {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int SECRET_BYTES = 32;

    private final int size;
    private final int port;
    private final String secret;

    private JobEnvironment(int size, int port, String secret) {
        this.size = size;
        this.port = port;
        this.secret = secret;
    }

    /** For a new job: a free port, a random secret. */
    static JobEnvironment create(int size) {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new JobEnvironment(
                    size, socket.getLocalPort(), HexFormat.of().formatHex(secret));
        } catch (IOException e) {
            throw new EnvironmentException("no free TCP port on " + LOOPBACK + ": " + e.getMessage(), e);
        }
    }

    /** The variables of one rank. */
    Map<String, String> of(int rank) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("RANK", Integer.toString(rank));
        variables.put("WORLD_SIZE", Integer.toString(size));
        variables.put("LOCAL_RANK", Integer.toString(rank));
        variables.put("LOCAL_WORLD_SIZE", Integer.toString(size));
        variables.put(Job.HOST, LOOPBACK);
        variables.put(Job.PORT, Integer.toString(port));
        variables.put(Job.OWN_PORT, Integer.toString(port)); // over what an outer launcher left
        variables.put(Job.SECRET, secret);
        return variables;
    }

    /**
     * Where a process meets the others, by its environment.
     *
     * @throws EnvironmentException if there is no secret
     */
    public static RendezvousConfig place(Job job, Map<String, String> environment, Duration timeout) {
        String secret = environment.getOrDefault(Job.SECRET, "");
        try {
            return new RendezvousConfig(
                    job.host(), job.port(), secret.getBytes(StandardCharsets.UTF_8), job.rank(), job.size(), timeout);
        } catch (IllegalArgumentException e) {
            throw new EnvironmentException(
                    e.getMessage() + "; set " + Job.SECRET
                            + " to at least 16 bytes at all ranks (mpirun -x, mpiexec -genv)",
                    e);
        }
    }
}
