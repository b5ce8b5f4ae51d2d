package io.heliograph.emulator.experiment;

/**
 * Where something stands in an experiment file.
 *
 * @param file as the user named it
 * @param line from 1
 */
record Place(String file, int line) {
    /** An error there. */
    ExperimentFileException refused(String why) {
        return new ExperimentFileException(this + ": " + why, null);
    }

    /** An error there, with what found it. */
    ExperimentFileException refused(Exception cause) {
        return new ExperimentFileException(this + ": " + cause.getMessage(), cause);
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
