package io.heliograph.offload.model;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Images off the heap, one after the other, a byte a pixel, with labels where they are known.
 *
 * <p>Read from IDX (LeCun's MNIST format: two zero bytes, type 8, dimensions, 32-bit big-endian sizes, bytes) or from CSV; either may be
 * compressed by gzip. Immutable once made; lives as long as its arena.
 *
 * @param count of images
 * @param imageBytes pixels of each
 * @param address of the first pixel of the first image
 * @param labels a byte an image, or empty if nobody knows
 */
public record ImageSet(int count, int imageBytes, long address, MemorySegment labels) {

    private static final int GZIP_MAGIC = 0x1F8B;
    private static final int IDX_BYTES = 0x08;
    private static final int MAX_VALUE = 255;

    /** The first pixel of an image. */
    public long image(int index) {
        return address + (long) index * imageBytes;
    }

    /** Whether each image has a label. */
    public boolean isLabelled() {
        return labels.byteSize() == count && count > 0;
    }

    /** The label of an image. */
    public int label(int index) {
        return Byte.toUnsignedInt(labels.get(ValueLayout.JAVA_BYTE, index));
    }

    /**
     * Reads images of an IDX file.
     *
     * @throws IOException if it cannot be read, or is none of bytes with two dimensions or more
     */
    public static ImageSet readIdx(Path file, Arena arena) throws IOException {
        try (DataInputStream in = open(file)) {
            int[] sizes = readSizes(file, in);
            if (sizes.length < 2) {
                throw new IOException("no images, for it has one dimension: file=" + file);
            }
            long pixels = 1;
            for (int k = 1; k < sizes.length; k++) {
                pixels = Math.multiplyExact(pixels, (long) sizes[k]);
            }
            if (pixels == 0 || pixels > Integer.MAX_VALUE) {
                throw new IOException("images of no useful size: file=" + file + " pixels=" + pixels);
            }
            MemorySegment bytes = readBytes(file, in, sizes[0] * pixels, arena);
            return new ImageSet(sizes[0], (int) pixels, bytes.address(), MemorySegment.NULL);
        } catch (ArithmeticException e) {
            throw new IOException("images of no useful size: file=" + file, e);
        }
    }

    /**
     * The same images with the labels of an IDX file.
     *
     * @throws IOException if it cannot be read, is none of bytes with one dimension, or has not a label an image
     */
    public ImageSet withIdxLabels(Path file, Arena arena) throws IOException {
        try (DataInputStream in = open(file)) {
            int[] sizes = readSizes(file, in);
            if (sizes.length != 1 || sizes[0] != count) {
                throw new IOException("not a label an image: file=" + file + " dimensions=" + sizes.length + " labels="
                        + sizes[0] + " images=" + count);
            }
            return new ImageSet(count, imageBytes, address, readBytes(file, in, count, arena));
        }
    }

    /**
     * Reads a CSV file without header: the pixels of an image row by row, then its label.
     *
     * @param largest value of a pixel; it becomes 255, and the others in proportion
     * @throws IOException if it cannot be read, with the line
     */
    public static ImageSet readCsv(Path file, int largest, Arena arena) throws IOException {
        List<CsvRecord> rows = new ArrayList<>();
        try (Reader text = new InputStreamReader(open(file), StandardCharsets.UTF_8);
                CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(text)) {
            reader.forEach(rows::add);
        } catch (CsvParseException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        if (rows.isEmpty() || rows.getFirst().getFieldCount() < 2) {
            throw new IOException("no images: file=" + file);
        }
        int pixels = rows.getFirst().getFieldCount() - 1;
        MemorySegment bytes = arena.allocate((long) rows.size() * pixels);
        MemorySegment labels = arena.allocate(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            CsvRecord record = rows.get(row);
            if (record.getFieldCount() != pixels + 1) {
                throw refused(file, record, "fields=" + record.getFieldCount() + " expected=" + (pixels + 1));
            }
            for (int k = 0; k < pixels; k++) {
                int value = number(file, record, k, largest);
                bytes.set(ValueLayout.JAVA_BYTE, (long) row * pixels + k, (byte)
                        Math.rint(value * (double) MAX_VALUE / largest));
            }
            labels.set(ValueLayout.JAVA_BYTE, row, (byte) number(file, record, pixels, MAX_VALUE));
        }
        return new ImageSet(rows.size(), pixels, bytes.address(), labels);
    }

    private static int number(Path file, CsvRecord record, int field, int largest) throws IOException {
        try {
            int value = Integer.parseInt(record.getField(field).strip());
            if (value >= 0 && value <= largest) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refused(file, record, "no number: field=" + (field + 1) + " text=" + record.getField(field));
        }
        throw refused(
                file, record, "not 0 to " + largest + ": field=" + (field + 1) + " value=" + record.getField(field));
    }

    private static IOException refused(Path file, CsvRecord record, String why) {
        return new IOException(file + ":" + record.getStartingLineNumber() + ": " + why);
    }

    private static DataInputStream open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        raw.mark(2);
        int magic = raw.read() << 8 | raw.read();
        raw.reset();
        return new DataInputStream(new BufferedInputStream(magic == GZIP_MAGIC ? new GZIPInputStream(raw) : raw));
    }

    private static int[] readSizes(Path file, DataInputStream in) throws IOException {
        try {
            int magic = in.readInt();
            int dimensions = magic & 0xFF;
            if (magic >>> 8 != IDX_BYTES || dimensions == 0) {
                throw new IOException(
                        "not an IDX file of bytes: file=" + file + " begins=0x" + Integer.toHexString(magic));
            }
            int[] sizes = new int[dimensions];
            for (int k = 0; k < dimensions; k++) {
                sizes[k] = in.readInt();
                if (sizes[k] < 0) {
                    throw new IOException("a size is negative: file=" + file + " size=" + sizes[k]);
                }
            }
            return sizes;
        } catch (EOFException e) {
            throw new IOException("ends within its header: file=" + file, e);
        }
    }

    private static MemorySegment readBytes(Path file, DataInputStream in, long count, Arena arena) throws IOException {
        // Read in pieces first: a size that lies must not make us allocate it.
        byte[] bytes = in.readNBytes((int) Math.min(count, Integer.MAX_VALUE - 8));
        if (bytes.length != count || in.read() >= 0) {
            throw new IOException(
                    "not as long as its header says: file=" + file + " bytes=" + bytes.length + " expected=" + count);
        }
        MemorySegment segment = arena.allocate(Math.max(1, count), Long.BYTES);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment.asSlice(0, count);
    }
}
