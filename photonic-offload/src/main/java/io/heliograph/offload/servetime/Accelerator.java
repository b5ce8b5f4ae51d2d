package io.heliograph.offload.servetime;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What serves: cores that multiply one pair a cycle, and what a request waits for before its first layer.
 *
 * @param name as in the paper
 * @param cores side by side
 * @param clockGhz of a core, multiplications a nanosecond
 * @param datapathNs of a request, by network
 * @param powerWatts of the whole
 * @param powerCores whose power that is
 */
public record Accelerator(
        String name, int cores, double clockGhz, Map<String, Long> datapathNs, double powerWatts, int powerCores) {

    private static final List<String> NETWORKS =
            List.of("AlexNet", "ResNet-18", "VGG-16", "VGG-19", "BERT", "GPT-2", "DLRM");
    /** LIGHTNING's datapath, for each layer of depth. */
    private static final long NS_PER_LAYER = 115;

    /** Refuses what cannot serve. */
    public Accelerator {
        datapathNs = Map.copyOf(datapathNs);
        if (cores < 1 || !(clockGhz > 0) || powerCores < 1) {
            throw new IllegalArgumentException(
                    "no accelerator: name=" + name + " cores=" + cores + " clockGhz=" + clockGhz);
        }
    }

    /** LIGHTNING as its evaluation has it: 576 cores at 97 GHz; 91.875 W are those of 1,024 cores. */
    public static Accelerator lightning() {
        return new Accelerator(
                "LIGHTNING",
                576,
                97,
                latencies(
                        8 * NS_PER_LAYER,
                        21 * NS_PER_LAYER,
                        16 * NS_PER_LAYER,
                        19 * NS_PER_LAYER,
                        (1 + 7 * 24) * NS_PER_LAYER,
                        (2 + 7 * 48) * NS_PER_LAYER,
                        8 * NS_PER_LAYER),
                91.875,
                1024);
    }

    /** Those that it is compared with: A100, A100X and Brainwave. */
    public static List<Accelerator> peers() {
        return List.of(
                new Accelerator(
                        "A100",
                        6912,
                        1.41,
                        latencies(581_000, 615_000, 607_000, 596_000, 1_176_000, 6_605_000, 13_210_000),
                        250,
                        6912),
                new Accelerator("A100X", 6912, 1.41, latencies(0, 0, 0, 0, 0, 0, 0), 300, 6912),
                new Accelerator("Brainwave", 96_000, 0.25, latencies(0, 0, 0, 0, 0, 0, 0), 125, 96_000));
    }

    private static Map<String, Long> latencies(long... ns) {
        Map<String, Long> all = new HashMap<>();
        for (int k = 0; k < ns.length; k++) {
            all.put(NETWORKS.get(k), ns[k]);
        }
        return all;
    }

    /** What a request for a network waits for; 0 where nothing is known. */
    public long datapathNs(String network) {
        return datapathNs.getOrDefault(network, 0L);
    }

    /** Energy of so many multiplications with every core busy, in joules. */
    public double joules(long multiplications) {
        return powerWatts * multiplications / (powerCores * clockGhz * 1e9);
    }
}
