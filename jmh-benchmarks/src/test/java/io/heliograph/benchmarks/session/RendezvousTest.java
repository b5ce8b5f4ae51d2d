package io.heliograph.benchmarks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RendezvousTest {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldCarryMessagesBothWaysWhenBothEndsAreInThisProcess() {
        Rendezvous[] ends = MeetingPoint.pair();
        try (Rendezvous one = ends[0];
                Rendezvous other = ends[1]) {
            one.send(Message.of("a").with("n", 1));
            one.send(Message.of("b"));
            other.send(Message.of("c"));
            assertEquals("a", other.receive(LIMIT_NS).op());
            assertEquals("b", other.receive(LIMIT_NS).op());
            assertEquals("c", one.receive(LIMIT_NS).op());
        }
    }

    @Test
    void shouldMeetOverASocketFileAndRemoveIt() {
        var address = new RendezvousAddress.Unix(directory.resolve("meet"));
        try (MeetingPoint listener = MeetingPoint.listen(address);
                Rendezvous client = MeetingPoint.connect(address);
                Rendezvous server = listener.accept(LIMIT_NS)) {
            client.send(Message.of("hello"));
            assertEquals("hello", server.receive(LIMIT_NS).op());
        }
        assertFalse(Files.exists(address.path()));
    }

    @Test
    void shouldReplaceASocketFileThatAKilledServerLeft() throws IOException {
        Path path = directory.resolve("stale");
        try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(path));
        }
        assertTrue(Files.exists(path), "closing a listener leaves its file");
        try (var _ = MeetingPoint.listen(new RendezvousAddress.Unix(path))) {
            assertTrue(Files.exists(path));
        }
    }

    @Test
    void shouldLeaveAFileAloneThatIsNoSocket() throws IOException {
        Path path = Files.writeString(directory.resolve("precious"), "data");
        assertThrows(EnvironmentException.class, () -> MeetingPoint.listen(new RendezvousAddress.Unix(path)));
        assertEquals("data", Files.readString(path));
    }

    @Test
    void shouldGiveUpWhenNobodyComes() {
        try (MeetingPoint listener = MeetingPoint.listen(new RendezvousAddress.Tcp("127.0.0.1", 0))) {
            var failure =
                    assertThrows(EnvironmentException.class, () -> listener.accept(TimeUnit.MILLISECONDS.toNanos(20)));
            assertTrue(String.valueOf(failure.getMessage()).startsWith("nobody came"), failure::getMessage);
        }
    }

    @Test
    void shouldSayThatThePeerIsGoneWhenItCloses() {
        Rendezvous[] ends = MeetingPoint.pair();
        try (Rendezvous staying = ends[0]) {
            ends[1].send(Message.of("last"));
            ends[1].close();
            assertEquals("last", staying.receive(LIMIT_NS).op(), "what came before is still read");
            var failure = assertThrows(RunFailure.class, () -> staying.receive(LIMIT_NS));
            assertTrue(String.valueOf(failure.getMessage()).contains("is gone"), failure::getMessage);
        }
    }

    @Test
    void shouldTellTheReasonWhenThePeerFails() {
        Rendezvous[] ends = MeetingPoint.pair();
        try (Rendezvous one = ends[0];
                Rendezvous failing = ends[1]) {
            failing.send(Message.of("unread"));
            failing.sendFailure(new RunFailure("no room\u001b[31m for it"));
            while (one.broken() == null) {
                Thread.onSpinWait(); // until it was read
            }
            assertEquals("unread", one.receive(LIMIT_NS).op(), "what came before is still read");
            var failure = assertThrows(RunFailure.class, () -> drain(one));
            assertEquals("no agreement with the other end: it failed: no room?[31m for it", failure.getMessage());
        }
    }

    @Test
    void shouldSayOneSentenceWhenThePeerIsNoHelio() throws IOException {
        assertBroken("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8), "malformed rendezvous message");
    }

    @Test
    void shouldSayOneSentenceWhenALineNeverEnds() throws IOException {
        assertBroken(new byte[Rendezvous.LONGEST_LINE_BYTES + 1], "longer than");
    }

    private void assertBroken(byte[] bytes, String sentence) throws IOException {
        var address = new RendezvousAddress.Unix(directory.resolve("stranger"));
        try (MeetingPoint listener = MeetingPoint.listen(address);
                SocketChannel stranger = SocketChannel.open(address.resolve());
                Rendezvous server = listener.accept(LIMIT_NS)) {
            stranger.write(ByteBuffer.wrap(bytes));
            var failure = assertThrows(RunFailure.class, () -> server.receive(LIMIT_NS));
            assertTrue(String.valueOf(failure.getMessage()).contains(sentence), failure::getMessage);
            assertEquals(1, String.valueOf(failure.getMessage()).lines().count());
        }
    }

    private static void drain(Rendezvous rendezvous) {
        while (true) {
            rendezvous.receive(LIMIT_NS);
        }
    }
}
