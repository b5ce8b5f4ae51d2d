package io.heliograph.offload.serve;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The models that are resident, by the number that queries name. Any thread may load, replace and remove while others serve: a query sees the one model or the other, whole (QUERIES.md, Q9).
 */
public final class ModelTable {

    private final AtomicReferenceArray<@Nullable ServedModel> models;
    private final int threads;

    /**
     * An empty table.
     *
     * @param capacity models are numbered from 0 to below this; 1 to 65,536
     * @param threads that serve, at least 1
     */
    public ModelTable(int capacity, int threads) {
        if (capacity < 1 || capacity > 1 << 16 || threads < 1) {
            throw new IllegalArgumentException("no table of models: capacity=" + capacity + " threads=" + threads);
        }
        models = new AtomicReferenceArray<>(capacity);
        this.threads = threads;
    }

    /** How many threads a model must be able to serve. */
    public int threads() {
        return threads;
    }

    /** Models are numbered from 0 to below this. */
    public int capacity() {
        return models.length();
    }

    /**
     * Loads a model or replaces one; the next query that is begun sees it.
     *
     * @return what was there before
     * @throws IllegalArgumentException if there is no such number, or the model was made for fewer threads
     */
    public @Nullable ServedModel put(int number, ServedModel model) {
        checkNumber(number);
        if (model.threads() < threads) {
            throw new IllegalArgumentException("model is for fewer threads: model=" + model.name() + " threads="
                    + model.threads() + " needed=" + threads);
        }
        return models.getAndSet(number, model);
    }

    /** Removes a model; queries for it are answered as unknown from now on. Returns what was there. */
    public @Nullable ServedModel remove(int number) {
        checkNumber(number);
        return models.getAndSet(number, null);
    }

    /** The model of a number, whatever it is, or null. */
    public @Nullable ServedModel get(int number) {
        return number >= 0 && number < models.length() ? models.get(number) : null;
    }

    private void checkNumber(int number) {
        if (number < 0 || number >= models.length()) {
            throw new IllegalArgumentException(
                    "no such model number: number=" + number + "; they are 0 to " + (models.length() - 1));
        }
    }
}
