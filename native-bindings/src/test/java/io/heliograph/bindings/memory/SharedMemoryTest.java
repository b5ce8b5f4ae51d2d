package io.heliograph.bindings.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.testing.ChildJvm;
import io.heliograph.testing.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedMemoryTest {
    private final Path path =
            SharedMemory.pathOf("heliograph-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime());

    @AfterEach
    void remove() throws IOException {
        Files.deleteIfExists(path);
    }

    @Test
    void shouldShowWritesToTheOtherSideWhenBothHaveItOpen() {
        try (SharedMemory owner = SharedMemory.create(path, 5000);
                SharedMemory peer = SharedMemory.open(path)) {
            NativeMemory.putLong(owner.address() + 4992, 7);
            assertEquals(7, NativeMemory.getLong(peer.address() + 4992));
            assertEquals(8192, owner.sizeBytes());
            assertEquals(8192, peer.sizeBytes());
            assertEquals(0, NativeMemory.getLong(peer.address() + 8184));
        }
    }

    @Test
    void shouldTellWhoIsThereWhenRolesAreHeld() {
        try (SharedMemory owner = SharedMemory.create(path, 4096)) {
            try (SharedMemory peer = SharedMemory.open(path)) {
                assertTrue(peer.isHeld(SharedMemory.OWNER));
                assertFalse(owner.isHeld(1));
                assertTrue(peer.tryHold(1));
                assertFalse(owner.tryHold(1));
                assertTrue(owner.isHeld(1));
            }
            assertFalse(owner.isHeld(1));
        }
    }

    @Test
    void shouldRefuseWhenALivingOwnerHasTheName() {
        try (SharedMemory _ = SharedMemory.create(path, 4096)) {
            String message = Refusal.of(() -> SharedMemory.create(path, 4096));
            assertTrue(message.contains("choose another name"), message);
        }
    }

    @Test
    void shouldSeeTheOwnerGoneAndTakeTheNameOverWhenItWasKilled() throws IOException {
        try (ChildJvm child = ChildJvm.start(SharedMemoryChild.class, path.toString())) {
            child.await("ready");
            try (SharedMemory peer = SharedMemory.open(path)) {
                assertEquals(42, NativeMemory.getLongAcquire(peer.address()));
                assertTrue(peer.isHeld(SharedMemory.OWNER));
                child.kill();
                assertFalse(peer.isHeld(SharedMemory.OWNER));
                assertEquals(42, NativeMemory.getLongAcquire(peer.address()), "the old block stays");
                try (SharedMemory next = SharedMemory.create(path, 4096)) {
                    assertEquals(0, NativeMemory.getLong(next.address()), "the new one is new");
                    next.unlink();
                    assertFalse(Files.exists(path));
                }
            }
        }
    }

    @Test
    void shouldLeaveTheFileAloneWhenItIsNotOurs() throws IOException {
        Files.writeString(path, "something else");
        assertThrows(EnvironmentException.class, () -> SharedMemory.create(path, 4096));
        assertThrows(EnvironmentException.class, () -> SharedMemory.open(path));
        assertEquals("something else", Files.readString(path));
    }

    @Test
    void shouldKeepTheNextOwnersFileWhenTheFormerUnlinksLate() throws IOException {
        SharedMemory former = SharedMemory.create(path, 4096);
        Files.delete(path);
        try (SharedMemory next = SharedMemory.create(path, 4096)) {
            former.unlink();
            former.close();
            assertTrue(Files.exists(path));
            next.unlink();
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void shouldSayWhatToDoWhenNothingIsThere() {
        String message = Refusal.of(() -> SharedMemory.open(path));
        assertTrue(message.contains("path=" + path), message);
        assertTrue(message.contains("start the side that creates it first"), message);
    }

    @Test
    void shouldSayWhatToDoWhenTheFileSystemRefuses() {
        String message = Refusal.of(() -> SharedMemory.create(Path.of("/proc/heliograph"), 4096));
        assertTrue(message.contains("/dev/shm"), message);
    }
}
