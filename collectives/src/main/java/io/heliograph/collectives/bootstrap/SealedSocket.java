package io.heliograph.collectives.bootstrap;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A TCP connection between two who know one secret: each proves it to the other before anything is parsed, and every frame is authenticated after that.
 *
 * <pre>
 * server: nonce (32)
 * client: nonce (32), HMAC(secret, "client", server's nonce, client's nonce)
 * server: HMAC(secret, "server", server's nonce, client's nonce)
 * then frames: length (32), payload, HMAC(session, "c" or "s", number of the frame, payload)
 * </pre>
 *
 * <p>HMAC is HMAC-SHA256 (RFC 2104, FIPS 180-4), the session's key HMAC(secret, "session", both nonces). Frames are not encrypted: addresses and keys of memory that travel are useful only to
 * who can reach it.
 */
final class SealedSocket implements AutoCloseable {
    static final int NONCE_BYTES = 32;
    /** More than any card of a thousand ranks. */
    static final int MOST_BYTES = 1 << 20;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int TAG_BYTES = 32;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final byte[] session;
    private final boolean server;
    private long sent;
    private long received;

    private SealedSocket(Socket socket, boolean server, byte[] secret, byte[] serverNonce, byte[] clientNonce)
            throws IOException {
        this.socket = socket;
        this.server = server;
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        session = tag(secret, "session", serverNonce, clientNonce);
    }

    /**
     * The server's side; throws if the other does not know the secret, and has told it nothing.
     *
     * @param greeting what comes from the socket, for as long as the other may take
     */
    static SealedSocket accept(Socket socket, InputStream greeting, byte[] secret, SecureRandom random)
            throws IOException {
        byte[] ours = nonce(random);
        socket.getOutputStream().write(ours);
        DataInputStream in = new DataInputStream(greeting);
        byte[] theirs = read(in, NONCE_BYTES);
        byte[] proof = read(in, TAG_BYTES);
        if (!MessageDigest.isEqual(proof, tag(secret, "client", ours, theirs))) {
            throw new StrangerException("somebody came to the rendezvous with another secret");
        }
        socket.getOutputStream().write(tag(secret, "server", ours, theirs));
        return new SealedSocket(socket, true, secret, ours, theirs);
    }

    /** The client's side; throws if the other does not know the secret. */
    static SealedSocket connect(Socket socket, byte[] secret, SecureRandom random) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] theirs = read(in, NONCE_BYTES);
        byte[] ours = nonce(random);
        socket.getOutputStream().write(concatenate(ours, tag(secret, "client", theirs, ours)));
        byte[] proof = new byte[TAG_BYTES];
        if (in.readNBytes(proof, 0, TAG_BYTES) != TAG_BYTES
                || !MessageDigest.isEqual(proof, tag(secret, "server", theirs, ours))) {
            throw new StrangerException("another secret");
        }
        return new SealedSocket(socket, false, secret, theirs, ours);
    }

    /** The other does not know the secret. */
    static final class StrangerException extends IOException {
        private static final long serialVersionUID = 1L;

        StrangerException(String message) {
            super(message);
        }
    }

    /** What became of the other, for people. */
    static String describe(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "silence";
        }
        return e instanceof EOFException ? "hung up" : String.valueOf(e.getMessage());
    }

    private static byte[] nonce(SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return nonce;
    }

    private static byte[] read(DataInputStream in, int bytes) throws IOException {
        byte[] read = new byte[bytes];
        in.readFully(read);
        return read;
    }

    private static byte[] concatenate(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private static byte[] tag(byte[] key, String label, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(label.getBytes(StandardCharsets.US_ASCII));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every JDK has " + ALGORITHM, e);
        }
    }

    private byte[] frameTag(boolean byServer, long number, byte[] payload) {
        return tag(
                session,
                byServer ? "s" : "c",
                ByteBuffer.allocate(Long.BYTES).putLong(number).array(),
                payload);
    }

    /** Sends a frame. */
    void send(byte[] payload) throws IOException {
        if (payload.length > MOST_BYTES) {
            throw new IOException("frame too long: bytes=" + payload.length + " most=" + MOST_BYTES);
        }
        byte[] tag = frameTag(server, sent++, payload);
        out.write(ByteBuffer.allocate(Integer.BYTES + payload.length + TAG_BYTES)
                .putInt(payload.length)
                .put(payload)
                .put(tag)
                .array());
        out.flush();
    }

    /**
     * Receives a frame.
     *
     * @param timeoutMs 0 for ever
     */
    byte[] receive(int timeoutMs) throws IOException {
        socket.setSoTimeout(timeoutMs);
        return receive(in);
    }

    /** Receives a frame by way of what ends in time. */
    byte[] receive(InputStream greeting) throws IOException {
        return receive(new DataInputStream(greeting));
    }

    private byte[] receive(DataInputStream from) throws IOException {
        int length = from.readInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new IOException("frame of impossible length: bytes=" + length);
        }
        byte[] payload = read(from, length);
        if (!MessageDigest.isEqual(read(from, TAG_BYTES), frameTag(!server, received++, payload))) {
            throw new StrangerException("a frame was forged");
        }
        return payload;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
