package io.heliograph.offload.model;

import io.heliograph.bindings.memory.NativeMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A quantised network as bytes, Heliograph's own model file (MODELS.md, "File"): little-endian, version 1, or 2 if it has biases, or 3 if it pools.
 *
 * <pre>
 *  0  8  "HELIOMDL"
 *  8  4  version, 1; 2 with biases; 3 with biases and pooling
 * 12  4  layers
 * 16  8  scale, float64: integers for a weight of 1
 * 24  4  bytes of the name, then the name in UTF-8
 *        inputs and outputs of each layer, 4 bytes each; in version 3 then its window and 4 bytes of flags
 *        for each layer: a byte a magnitude, row-major, a row per neuron; then a bit a sign, 1 for below 0, lowest bit first, to whole bytes;
 *        from version 2 on then a bias an output, float32; in version 3 then, with flag 4, a divisor a window, 4 bytes each
 *     4  CRC-32 of all before
 * </pre>
 */
public final class NetworkFile {

    /** What a file begins with. */
    public static final long MAGIC = 0x4c44_4d4f_494c_4548L;

    private static final int WITHOUT_BIASES = 1;
    private static final int WITH_BIASES = 2;
    private static final int WITH_POOLING = 3;
    private static final int AVERAGE = 1;
    private static final int RECTIFIES = 1 << 1;
    private static final int DIVISORS = 1 << 2;
    private static final int SHAPE_BYTES = 8;
    private static final int HEADER_BYTES = 28;
    private static final int CRC_BYTES = 4;
    private static final int MOST_LAYERS = 1 << 10;
    private static final int MOST_WIDTH = 1 << 16;

    private NetworkFile() {}

    /** Whether bytes begin like a file of this kind. */
    public static boolean isOne(byte[] bytes) {
        return bytes.length >= Long.BYTES
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() == MAGIC;
    }

    /** The file of a network; the same network gives the same bytes. */
    public static byte[] write(QuantizedNetwork network) {
        byte[] name = network.name().getBytes(StandardCharsets.UTF_8);
        long bytes = (long) HEADER_BYTES + name.length + CRC_BYTES;
        int version = network.pools() ? WITH_POOLING : network.hasBiases() ? WITH_BIASES : WITHOUT_BIASES;
        for (DenseLayer layer : network.layers()) {
            bytes += shapeBytes(version) + layerBytes(layer.inputs(), layer.outputs(), version);
            bytes += divisorBytes(layer);
        }
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(MAGIC).putInt(version).putInt(network.layers().size()).putDouble(network.scale());
        file.putInt(name.length).put(name);
        for (DenseLayer layer : network.layers()) {
            file.putInt(layer.inputs()).putInt(layer.outputs());
            if (version == WITH_POOLING) {
                file.putInt(layer.pooling().window()).putInt(flags(layer.pooling()));
            }
        }
        for (DenseLayer layer : network.layers()) {
            put(layer, file);
            for (int output = 0; version >= WITH_BIASES && output < layer.outputs(); output++) {
                file.putFloat(layer.bias(output));
            }
            for (int value = 0; layer.pooling().divisors() != 0 && value < layer.values(); value++) {
                file.putInt(layer.pooling().divisor(value));
            }
        }
        return file.putInt((int) crc(file.array(), file.position())).array();
    }

    private static int flags(Pooling pooling) {
        return (pooling.average() ? AVERAGE : 0)
                | (pooling.rectifies() ? RECTIFIES : 0)
                | (pooling.divisors() != 0 ? DIVISORS : 0);
    }

    private static long divisorBytes(DenseLayer layer) {
        return layer.pooling().divisors() == 0 ? 0 : (long) layer.values() * Integer.BYTES;
    }

    private static void put(DenseLayer layer, ByteBuffer file) {
        int weights = layer.inputs() * layer.outputs();
        BitSet negative = new BitSet(weights);
        int next = 0;
        for (int output = 0; output < layer.outputs(); output++) {
            for (int input = 0; input < layer.inputs(); input++, next++) {
                int weight = layer.weight(output, input);
                file.put((byte) Math.abs(weight));
                negative.set(next, weight < 0);
            }
        }
        byte[] signs = negative.toByteArray();
        file.put(signs).put(new byte[(weights + 7) / 8 - signs.length]);
    }

    /**
     * Reads a network.
     *
     * @param what the bytes are, for errors
     * @param arena owns the weights
     * @throws IOException if they are no such file, or not whole, or of another version
     */
    public static QuantizedNetwork read(String what, byte[] bytes, Arena arena) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        check(isOne(bytes) && bytes.length >= HEADER_BYTES + CRC_BYTES, what, "it is no model of Heliograph's");
        int version = file.getInt(8);
        check(
                version >= WITHOUT_BIASES && version <= WITH_POOLING,
                what,
                "its version is " + version + ", not " + WITHOUT_BIASES + " to " + WITH_POOLING);
        int shapeBytes = shapeBytes(version);
        check(
                (int) crc(bytes, bytes.length - CRC_BYTES) == file.getInt(bytes.length - CRC_BYTES),
                what,
                "its checksum is wrong");
        file.limit(bytes.length - CRC_BYTES);
        int layers = file.getInt(12);
        double scale = file.getDouble(16);
        int nameBytes = file.getInt(24);
        check(layers >= 1 && layers <= MOST_LAYERS, what, "layers=" + layers);
        check(scale > 0 && scale < Double.POSITIVE_INFINITY, what, "scale=" + scale);
        file.position(HEADER_BYTES);
        check(
                nameBytes >= 0 && nameBytes <= file.remaining() - shapeBytes * layers,
                what,
                "name of " + nameBytes + " bytes");
        byte[] name = new byte[nameBytes];
        file.get(name);
        int[] inputs = new int[layers];
        int[] outputs = new int[layers];
        int[] windows = new int[layers];
        int[] flags = new int[layers];
        long expected = 0;
        for (int k = 0; k < layers; k++) {
            inputs[k] = file.getInt();
            outputs[k] = file.getInt();
            boolean sensible = inputs[k] >= 1 && inputs[k] <= MOST_WIDTH && outputs[k] >= 1 && outputs[k] <= MOST_WIDTH;
            check(sensible, what, "layer " + (k + 1) + " is " + inputs[k] + " -> " + outputs[k]);
            windows[k] = version == WITH_POOLING ? file.getInt() : 1;
            flags[k] = version == WITH_POOLING ? file.getInt() : 0;
            boolean pools = windows[k] >= 1
                    && outputs[k] % windows[k] == 0
                    && flags[k] >>> 3 == 0
                    && (flags[k] & (AVERAGE | DIVISORS)) != DIVISORS;
            check(pools, what, "layer " + (k + 1) + " has windows of " + windows[k] + " with flags " + flags[k]);
            expected += layerBytes(inputs[k], outputs[k], version);
            expected += (flags[k] & DIVISORS) == 0 ? 0 : (long) (outputs[k] / windows[k]) * Integer.BYTES;
        }
        check(
                expected == file.remaining(),
                what,
                "weights, biases and divisors of " + file.remaining() + " bytes, not " + expected);
        List<DenseLayer> network = new ArrayList<>();
        for (int k = 0; k < layers; k++) {
            DenseLayer layer = get(file, inputs[k], outputs[k], k < layers - 1, arena);
            layer = version >= WITH_BIASES ? withBiases(what, file, layer, arena) : layer;
            network.add(layer.withPooling(pooling(what, file, outputs[k], windows[k], flags[k], arena)));
        }
        try {
            return new QuantizedNetwork(new String(name, StandardCharsets.UTF_8), network, scale);
        } catch (IllegalArgumentException e) {
            throw new IOException(what + ": " + e.getMessage(), e);
        }
    }

    private static DenseLayer get(ByteBuffer file, int inputs, int outputs, boolean relu, Arena arena) {
        int weights = inputs * outputs;
        long address = arena.allocate((long) weights * Short.BYTES, Short.BYTES).address();
        int magnitudes = file.position();
        int signs = magnitudes + weights;
        for (int k = 0; k < weights; k++) {
            int magnitude = file.get(magnitudes + k) & 0xFF;
            boolean negative = (file.get(signs + k / 8) >> k % 8 & 1) != 0;
            NativeMemory.putShort(address + (long) k * Short.BYTES, (short) (negative ? -magnitude : magnitude));
        }
        file.position(signs + (weights + 7) / 8);
        return new DenseLayer(inputs, outputs, address, relu);
    }

    private static DenseLayer withBiases(String what, ByteBuffer file, DenseLayer layer, Arena arena)
            throws IOException {
        float[] biases = new float[layer.outputs()];
        for (int output = 0; output < biases.length; output++) {
            biases[output] = file.getFloat();
            check(Float.isFinite(biases[output]), what, "a bias is no number: output=" + output);
        }
        return layer.withBiases(arena, biases);
    }

    private static Pooling pooling(String what, ByteBuffer file, int outputs, int window, int flags, Arena arena)
            throws IOException {
        boolean rectifies = (flags & RECTIFIES) != 0;
        if ((flags & AVERAGE) == 0) {
            return Pooling.largest(window, rectifies);
        }
        int[] divisors = new int[(flags & DIVISORS) == 0 ? 0 : outputs / window];
        for (int value = 0; value < divisors.length; value++) {
            divisors[value] = file.getInt();
            check(divisors[value] >= 1, what, "a window is divided by " + divisors[value]);
        }
        return Pooling.mean(window, rectifies, arena, divisors);
    }

    private static int shapeBytes(int version) {
        return version == WITH_POOLING ? 2 * SHAPE_BYTES : SHAPE_BYTES;
    }

    private static long layerBytes(int inputs, int outputs, int version) {
        long weights = (long) inputs * outputs;
        return weights + (weights + 7) / 8 + (version >= WITH_BIASES ? (long) outputs * Float.BYTES : 0);
    }

    private static long crc(byte[] bytes, int count) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, count);
        return crc.getValue();
    }

    private static void check(boolean right, String what, String otherwise) throws IOException {
        if (!right) {
            throw new IOException("cannot read the model: file=" + what + ": " + otherwise);
        }
    }
}
