package io.heliograph.collectives.bootstrap;

import io.heliograph.collectives.CollectiveException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/**
 * An exchange by way of somebody else's: a function that gives all ranks the texts of all, in the order of ranks, as the barrier stages of Apache Spark have it ({@code BarrierTaskContext.allGather}). Bytes travel in Base64 (RFC 4648).
 *
 * <p>Who may take part, and how long to wait for them, is up to that function.
 */
public final class StringExchange implements Exchange {
    private final Function<String, String[]> allGather;

    private StringExchange(Function<String, String[]> allGather) {
        this.allGather = allGather;
    }

    /** An exchange that calls this function once for each of its own calls. */
    public static StringExchange over(Function<String, String[]> allGather) {
        return new StringExchange(allGather);
    }

    @Override
    public List<byte[]> allGather(byte[] mine) {
        String[] texts = allGather.apply(Base64.getEncoder().encodeToString(mine));
        List<byte[]> all = new ArrayList<>(texts.length);
        for (int rank = 0; rank < texts.length; rank++) {
            try {
                all.add(Base64.getDecoder().decode(texts[rank]));
            } catch (IllegalArgumentException e) {
                throw new CollectiveException(
                        rank, "rank " + rank + " gave what is not Base64: " + e.getMessage() + "; use one version");
            }
        }
        return all;
    }
}
