package io.heliograph.benchmarks.inference;

/** Somebody who classifies one image after the other on the calling thread. */
public interface Contender extends AutoCloseable {
    /** What the table calls it. */
    String name();

    /**
     * Classifies an image of the set that it was made with.
     *
     * @return the class
     */
    int infer(int image) throws Exception;

    @Override
    void close();
}
