package io.heliograph.transport.path;

/** A set of paths as a bitmap that is searched round and round; a step costs one find-first-set, whatever it passes over within a word. */
final class PathBits {
    static final int NONE = -1;

    private final long[] words;
    private int size;

    PathBits(int paths) {
        words = new long[paths + 63 >> 6];
    }

    /** A copy. */
    PathBits(PathBits other) {
        words = other.words.clone();
        size = other.size;
    }

    void add(int path) {
        if (!contains(path)) {
            words[path >> 6] |= 1L << path;
            size++;
        }
    }

    void remove(int path) {
        if (contains(path)) {
            words[path >> 6] &= ~(1L << path);
            size--;
        }
    }

    boolean contains(int path) {
        return (words[path >> 6] & 1L << path) != 0;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The first member from {@code from} on, without going round, or {@link #NONE}. */
    int from(int from) {
        return search(this, from);
    }

    /** The first member from {@code from} on, round and round, or {@link #NONE} if there is none. */
    int next(int from) {
        return nextOfEither(this, from);
    }

    /** The first member of this set or another of the same paths. */
    int nextOfEither(PathBits other, int from) {
        int path = search(other, from);
        return path == NONE ? search(other, 0) : path;
    }

    private int search(PathBits other, int from) {
        int word = from >> 6;
        if (word >= words.length) {
            return NONE;
        }
        long bits = (words[word] | other.words[word]) & -1L << from;
        while (bits == 0) {
            if (++word == words.length) {
                return NONE;
            }
            bits = words[word] | other.words[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }
}
