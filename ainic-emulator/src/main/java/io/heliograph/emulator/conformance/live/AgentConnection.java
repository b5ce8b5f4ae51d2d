package io.heliograph.emulator.conformance.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.conformance.NotOfferedException;
import io.heliograph.transport.Clock;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/** The kit's connection to a device's agent: one question and one answer at a time. CONFORMANCE.md has them. */
final class AgentConnection implements AutoCloseable {
    private static final long PAUSE_NS = 20_000;
    private static final long RETRY_NS = 20_000_000;

    private final JsonLines lines;
    private final String address;
    private final Clock clock;
    private final long answerNs;
    private Runnable meanwhile = () -> {};

    private AgentConnection(JsonLines lines, String address, Clock clock, long answerNs) {
        this.lines = lines;
        this.address = address;
        this.clock = clock;
        this.answerNs = answerNs;
    }

    /**
     * Connects.
     *
     * @param clock the machine's
     * @param connectNs how long to try
     * @param answerNs how long an answer may take
     * @throws EnvironmentException if nobody listens there
     */
    static AgentConnection open(SocketAddress address, Clock clock, long connectNs, long answerNs) {
        long endNs = clock.nowNs() + connectNs;
        while (true) {
            try {
                JsonLines lines = new JsonLines(SocketChannel.open(address));
                return new AgentConnection(lines, address.toString(), clock, answerNs);
            } catch (IOException e) {
                if (clock.nowNs() >= endNs || Thread.currentThread().isInterrupted()) {
                    throw new EnvironmentException(
                            "no agent of the device listens at " + address + ": " + e.getMessage() + "; start it first",
                            e);
                }
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    /** What to do again and again while an answer is waited for. */
    void meanwhile(Runnable task) {
        meanwhile = task;
    }

    /** A question. */
    static ObjectNode question(String what) {
        return JsonLines.object().put("do", what);
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws NotOfferedException if the agent says that its device cannot
     * @throws IllegalStateException if the agent says that something went wrong
     * @throws EnvironmentException if it says nothing, nonsense, or hangs up
     */
    JsonNode ask(ObjectNode question) {
        try {
            lines.send(question);
            long endNs = clock.nowNs() + answerNs;
            JsonNode answer = lines.poll();
            while (answer == null) {
                if (clock.nowNs() >= endNs) {
                    throw new EnvironmentException("the agent at " + address + " does not answer to " + question);
                }
                meanwhile.run();
                LockSupport.parkNanos(PAUSE_NS);
                answer = lines.poll();
            }
            if (answer.has("cannot")) {
                throw new NotOfferedException(
                        "the device cannot: " + answer.path("cannot").asText());
            }
            if (answer.has("error")) {
                throw new IllegalStateException("agent: " + answer.path("error").asText() + " question=" + question);
            }
            return answer;
        } catch (IOException e) {
            throw new EnvironmentException("the agent at " + address + " failed: " + e.getMessage(), e);
        }
    }

    /** A number of an answer, whose 64 bits may be signed or not. */
    static long number(JsonNode answer, String field) {
        JsonNode value = answer.path(field);
        if (!value.isIntegralNumber()) {
            throw new EnvironmentException("the agent's answer lacks the number '" + field + "': " + answer);
        }
        return value.bigIntegerValue().longValue();
    }

    @Override
    public void close() {
        lines.close();
    }
}
