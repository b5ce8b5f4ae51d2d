package io.heliograph.emulator.experiment;

/** Which hosts are the ranks of a group. */
enum Placement {
    /** Ranks of a group are neighbours: rank r of group g is host g * ranks + r. */
    PACKED("packed") {
        @Override
        int host(int group, int groups, int rank, int ranks) {
            return group * ranks + rank;
        }
    },
    /** Groups lie across each other: rank r of group g is host r * groups + g. */
    STRIDED("strided") {
        @Override
        int host(int group, int groups, int rank, int ranks) {
            return rank * groups + group;
        }
    };

    private final String word;

    Placement(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    abstract int host(int group, int groups, int rank, int ranks);

    /** The hosts of a group, by rank. */
    int[] group(int group, int groups, int ranks) {
        int[] hosts = new int[ranks];
        for (int rank = 0; rank < ranks; rank++) {
            hosts[rank] = host(group, groups, rank, ranks);
        }
        return hosts;
    }
}
