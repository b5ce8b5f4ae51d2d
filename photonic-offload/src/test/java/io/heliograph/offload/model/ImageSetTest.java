package io.heliograph.offload.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageSetTest {

    private static final byte[] TWO_IMAGES = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, (byte) 255
    };
    private static final byte[] TWO_LABELS = {0, 0, 8, 1, 0, 0, 0, 2, 7, 9};

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private Path file(String name, byte... bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void shouldReadIdxPlainAndCompressed() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(TWO_IMAGES);
        }
        for (Path images : new Path[] {file("plain", TWO_IMAGES), file("gzip", compressed.toByteArray())}) {
            ImageSet set = ImageSet.readIdx(images, arena);
            assertEquals(2, set.count());
            assertEquals(3, set.imageBytes());
            assertEquals(4, NativeMemory.getUnsignedByte(set.image(1)));
            assertEquals(255, NativeMemory.getUnsignedByte(set.image(1) + 2));
            assertTrue(!set.isLabelled());
            ImageSet labelled = set.withIdxLabels(file("labels", TWO_LABELS), arena);
            assertEquals(9, labelled.label(1));
        }
    }

    @Test
    void shouldRefuseIdxThatIsCutOrOfAnotherKind() throws IOException {
        for (int length = 0; length < TWO_IMAGES.length; length++) {
            Path cut = file("cut", Arrays.copyOf(TWO_IMAGES, length));
            assertThrows(IOException.class, () -> ImageSet.readIdx(cut, arena), "length " + length);
        }
        byte[] floats = TWO_IMAGES.clone();
        floats[2] = 0x0D;
        Path ofFloats = file("floats", floats);
        assertThrows(IOException.class, () -> ImageSet.readIdx(ofFloats, arena));
        byte[] huge = TWO_IMAGES.clone();
        huge[4] = 0x7F;
        Path lies = file("huge", huge);
        assertThrows(IOException.class, () -> ImageSet.readIdx(lies, arena));
        Path more = file("more", Arrays.copyOf(TWO_IMAGES, TWO_IMAGES.length + 1));
        assertThrows(IOException.class, () -> ImageSet.readIdx(more, arena));
        ImageSet set = ImageSet.readIdx(file("plain", TWO_IMAGES), arena);
        Path three = file(
                "three", (byte) 0, (byte) 0, (byte) 8, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 3, (byte) 1,
                (byte) 2, (byte) 3);
        assertThrows(IOException.class, () -> set.withIdxLabels(three, arena));
    }

    @Test
    void shouldReadCsv() throws IOException {
        Path csv = Files.writeString(folder.resolve("a.csv"), "0,8,16,3\n16,16,0,4\n");
        ImageSet set = ImageSet.readCsv(csv, 16, arena);
        assertEquals(2, set.count());
        assertEquals(128, NativeMemory.getUnsignedByte(set.image(0) + 1), "127.5 to even");
        assertEquals(255, NativeMemory.getUnsignedByte(set.image(1)));
        assertEquals(4, set.label(1));
        Path wrong = Files.writeString(folder.resolve("b.csv"), "0,8,16,3\n16,17,0,4\n");
        IOException refusal = assertThrows(IOException.class, () -> ImageSet.readCsv(wrong, 16, arena));
        assertTrue(String.valueOf(refusal.getMessage()).contains("b.csv:2:"), String.valueOf(refusal.getMessage()));
        Path uneven = Files.writeString(folder.resolve("c.csv"), "0,8,16,3\n16,0,4\n");
        assertThrows(IOException.class, () -> ImageSet.readCsv(uneven, 16, arena));
    }

    @Test
    void shouldReadThePublicSets() throws IOException {
        ImageSet mnist = SharedData.mnist(arena);
        assertEquals(10_000, mnist.count());
        assertEquals(784, mnist.imageBytes());
        assertEquals(7, mnist.label(0));
        ImageSet digits = ImageSet.readCsv(SharedData.digits(), 16, arena);
        assertEquals(1_797, digits.count());
        assertEquals(64, digits.imageBytes());
    }
}
