package io.heliograph.collectives.cost;

import java.nio.ByteBuffer;

/**
 * The constants of a machine, and of the network if there is one: alpha (latency), beta (time for each byte sent) and gamma (time for each byte reduced) of the usual model (Thakur, Rabenseifner and
 * Gropp, "Optimization of collective communication operations in MPICH", IJHPCA 19, 2005), with what a copy costs beside.
 *
 * @param within between ranks of one host
 * @param across between ranks of different hosts
 * @param copyNsPerByte what a byte costs that a rank copies from one place to another
 * @param reduceNsPerByte what a byte of the result costs of two operands
 */
public record Costs(Link within, Link across, double copyNsPerByte, double reduceNsPerByte) {
    /** Bytes of {@link #put}. */
    public static final int BYTES = 6 * Double.BYTES;

    private static final double MOST = 1e12;

    /** Checks that they are times. */
    public Costs {
        require("copyNsPerByte", copyNsPerByte);
        require("reduceNsPerByte", reduceNsPerByte);
    }

    static void require(String name, double value) {
        if (!(value > 0 && value <= MOST)) {
            throw new IllegalArgumentException("costs: " + name + "=" + value + "; above 0, at most " + MOST);
        }
    }

    /** Writes them. */
    public void put(ByteBuffer buffer) {
        buffer.putDouble(within.latencyNs())
                .putDouble(within.nsPerByte())
                .putDouble(across.latencyNs())
                .putDouble(across.nsPerByte())
                .putDouble(copyNsPerByte)
                .putDouble(reduceNsPerByte);
    }

    /**
     * Reads what {@link #put} wrote.
     *
     * @throws IllegalArgumentException if these are no times
     */
    public static Costs get(ByteBuffer buffer) {
        return new Costs(
                new Link(buffer.getDouble(), buffer.getDouble()),
                new Link(buffer.getDouble(), buffer.getDouble()),
                buffer.getDouble(),
                buffer.getDouble());
    }

    @Override
    public String toString() {
        return "%.0f ns + %.3f ns/B within a host, %.0f ns + %.3f ns/B across, copied %.3f ns/B, reduced %.3f ns/B"
                .formatted(
                        within.latencyNs(),
                        within.nsPerByte(),
                        across.latencyNs(),
                        across.nsPerByte(),
                        copyNsPerByte,
                        reduceNsPerByte);
    }
}
