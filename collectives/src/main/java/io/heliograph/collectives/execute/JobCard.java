package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.transport.IpAddress;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What a rank tells the others before it opens what carries its chunks.
 *
 * <pre>
 *  0  random (64)    of rank 0: the job's number
 *  8  host (64)      the same at processes that share memory
 * 16  version (32)   kind (32)
 * 24  address (128)  of packets; 0 without any
 * 40  length (32)    host as it is to count, in UTF-8
 *     length (32)    settings of packets, in UTF-8
 * </pre>
 */
record JobCard(long random, long host, int kind, IpAddress address, String countsAs, String settings) {
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 4 * Long.BYTES + 4 * Integer.BYTES;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /** A number that processes agree on that can share memory: the kernel's for this boot (random(4)), and which file system holds shared memory, for containers have their own. What cannot be told counts as the same. */
    static long hostNumber() {
        long number = 0;
        try {
            UUID boot = UUID.fromString(Files.readString(BOOT_ID).strip());
            number = boot.getMostSignificantBits() ^ boot.getLeastSignificantBits();
            number = 31 * number + (long) Files.getAttribute(SHARED_MEMORY, "unix:dev");
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            // Nothing else depends on it.
        }
        return number;
    }

    /** Whether it counts as on the same host as another, and shares memory with it. */
    boolean isOnHostOf(JobCard other) {
        return host == other.host && countsAs.equals(other.countsAs);
    }

    byte[] encode() {
        byte[] host8 = countsAs.getBytes(StandardCharsets.UTF_8);
        byte[] settings8 = settings.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + host8.length + settings8.length)
                .putLong(random)
                .putLong(host)
                .putInt(VERSION)
                .putInt(kind)
                .putLong(address.high())
                .putLong(address.low())
                .putInt(host8.length)
                .put(host8)
                .putInt(settings8.length)
                .put(settings8)
                .array();
    }

    private static JobCard decode(int rank, byte[] bytes) {
        ByteBuffer card = ByteBuffer.wrap(bytes);
        try {
            long random = card.getLong();
            long host = card.getLong();
            if (card.getInt() != VERSION) {
                throw otherVersion(rank);
            }
            int kind = card.getInt();
            IpAddress address = new IpAddress(card.getLong(), card.getLong());
            return new JobCard(random, host, kind, address, text(card), text(card));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw otherVersion(rank);
        }
    }

    private static String text(ByteBuffer card) {
        int length = card.getInt();
        if (length > card.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        card.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static CollectiveException otherVersion(int rank) {
        return new CollectiveException(rank, "rank " + rank + " runs another version; use one version");
    }

    /**
     * Tells the others, and learns theirs, by rank.
     *
     * @throws CollectiveException if they do not fit together; it names the first rank that differs from this one
     */
    List<JobCard> meet(int rank, int size, Exchange exchange) {
        List<byte[]> all = exchange.allGather(encode());
        if (all.size() != size) {
            throw new CollectiveException(
                    CollectiveException.UNKNOWN_RANK,
                    "the rendezvous has another size: size=" + size + " rendezvous=" + all.size());
        }
        List<JobCard> cards = new ArrayList<>();
        for (int other = 0; other < size; other++) {
            JobCard theirs = decode(other, all.get(other));
            if (theirs.kind != kind || !theirs.settings.equals(settings)) {
                throw new CollectiveException(
                        other,
                        "rank " + other + " has another transport than rank " + rank + ": " + theirs.transport()
                                + ", not " + transport() + "; give all the same");
            }
            cards.add(theirs);
        }
        return cards;
    }

    private String transport() {
        JobTransport.Kind[] kinds = JobTransport.Kind.values();
        String name = kind >= 0 && kind < kinds.length ? kinds[kind].name() : "unknown";
        return settings.isEmpty() ? name : name + " with " + settings;
    }
}
