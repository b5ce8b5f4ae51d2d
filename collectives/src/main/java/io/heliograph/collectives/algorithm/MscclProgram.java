package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Collective;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * An MSCCL program (microsoft/msccl): how ranks do one collective, as written by msccl-tools or by hand in XML; read, proved and made a {@link Schedule}. It is run for calls of that collective by so many ranks, if the larger buffer has
 * as many bytes as the program says it is meant for.
 */
public final class MscclProgram {
    private static final long MOST_BYTES = 64L << 20;

    private final MscclSource source;
    private final Schedule schedule;
    private final boolean inPlace;
    private final byte[] digest;

    private MscclProgram(MscclSource source, Schedule schedule, boolean inPlace, byte[] digest) {
        this.source = source;
        this.schedule = schedule;
        this.inPlace = inPlace;
        this.digest = digest;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, or has more than 64 MiB
     * @throws MscclException if it is no program, waits for ever, loses a chunk, or does otherwise than its collective promises; it names file and line
     */
    public static MscclProgram read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + ": more than " + MOST_BYTES + " bytes");
        }
        return of(file.toString(), Files.readAllBytes(file));
    }

    /**
     * A program that is a text.
     *
     * @param name what errors call it
     * @throws MscclException as {@link #read}
     */
    public static MscclProgram of(String name, String xml) {
        return of(name, xml.getBytes(StandardCharsets.UTF_8));
    }

    private static MscclProgram of(String name, byte[] bytes) {
        MscclSource source = MscclReader.read(name, new ByteArrayInputStream(bytes));
        Schedule schedule = MscclTranslator.translate(source);
        try {
            Validator.validate(schedule, false);
        } catch (InvalidScheduleException e) {
            throw new MscclException(name, source.line(), String.valueOf(e.getMessage()));
        }
        boolean inPlace = true;
        try {
            Validator.validate(schedule, true);
        } catch (InvalidScheduleException e) {
            inPlace = false;
        }
        try {
            return new MscclProgram(
                    source,
                    schedule,
                    inPlace,
                    MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** What it does. */
    public Collective collective() {
        return source.collective();
    }

    /** For how many ranks. */
    public int ranks() {
        return source.ranks();
    }

    /** How, in the terms of the communicator. */
    public Schedule schedule() {
        return schedule;
    }

    /** SHA-256 of the file: equal where programs are. */
    public byte[] digest() {
        return digest.clone();
    }

    /**
     * Whether it is to be run for a call.
     *
     * @param ranks how many take part
     * @param partBytes of one rank's part of the buffers, or of all where ranks have no parts
     * @param isInPlace whether input and output share memory, which a program that keeps them apart may not stand
     */
    public boolean isFor(Collective collective, int ranks, long partBytes, boolean isInPlace) {
        long bytes = collective == Collective.ALL_REDUCE ? partBytes : partBytes * ranks;
        return collective == source.collective()
                && ranks == source.ranks()
                && bytes >= source.leastBytes()
                && bytes <= source.mostBytes()
                && (inPlace || !isInPlace);
    }

    @Override
    public String toString() {
        return source.file() + " (" + source.name() + ": " + source.collective().label() + ", " + source.ranks()
                + " ranks)";
    }
}
