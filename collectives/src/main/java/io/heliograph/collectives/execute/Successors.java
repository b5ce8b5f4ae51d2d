package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.bootstrap.Exchange;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the communicators that come of one, over the same transport: of some of its ranks by {@link #split}, of those that are left by rebuilding. */
final class Successors {
    private final EndpointCommunicator communicator;
    private final Machinery machinery;
    private @Nullable CommunicatorExchange exchange;
    private boolean isRebuilt;
    private @Nullable Landing rebuiltLanding;

    Successors(EndpointCommunicator communicator, Machinery machinery) {
        this.communicator = communicator;
        this.machinery = machinery;
    }

    /** As {@link Communicator#split}; what was met of the new one, if this rank is in one. */
    Optional<Machinery> split(int color, int key) {
        machinery.calls.checkNoGroup("split");
        machinery.failures.check();
        try {
            if (exchange == null) {
                exchange = new CommunicatorExchange(communicator);
            }
            Exchange all = exchange;
            Splitting.Wish wish = new Splitting.Wish(
                    color, key, machinery.transport.progress().contexts());
            Splitting splitting = Splitting.of(all.allGather(wish.encode()), machinery.rank);
            if (color == Communicator.NO_COLOR) {
                // The others tell each other where their landings are.
                all.allGather(new byte[0]);
                return Optional.empty();
            }
            return Optional.of(Machinery.meet(
                    machinery.config,
                    machinery.transport,
                    machinery.clock,
                    splitting.context(),
                    splitting.newRank(),
                    splitting.newSize(),
                    machinery.choice.among(splitting.members()),
                    mine -> splitting.select(all.allGather(mine))));
        } catch (RuntimeException e) {
            // The others wait for this rank, unless it was one of them that failed.
            int blamed = e instanceof CollectiveException known ? known.rank() : machinery.rank;
            machinery.failures.fail(blamed, "rank " + machinery.rank + " could not split: " + e.getMessage());
            machinery.failures.check();
            throw e;
        }
    }

    /** The first half of {@link Communicator#rebuild}, for whoever turns it. */
    Rebuilding startRebuild() {
        if (isRebuilt) {
            throw new IllegalStateException("rebuild was called before; a communicator is rebuilt once");
        }
        isRebuilt = true;
        Failures failures = machinery.failures;
        failures.fail(CollectiveException.UNKNOWN_RANK, "rank " + machinery.rank + " asked to rebuild");
        failures.heard();
        failures.tell();
        machinery.channels.offers().withdraw();
        Transport transport = machinery.transport;
        LandingLayout layout = LandingLayout.of(machinery.config, machinery.size);
        rebuiltLanding = Landing.open(transport, layout, machinery.size);
        return new Rebuilding(
                machinery.members,
                machinery.config.timeoutNs(),
                machinery.clock,
                transport.progress(),
                machinery.channels,
                failures,
                Members.card(transport.endpoint().address(), machinery.config, rebuiltLanding));
    }

    /** The second half, when {@link Rebuilding#poll} said that it is over. */
    Machinery finishRebuild(Rebuilding rebuilding) {
        List<Integer> left = rebuilding.members();
        Machinery rebuilt = new Machinery(
                machinery.config,
                machinery.transport,
                machinery.clock,
                rebuilding.context(),
                left.indexOf(machinery.rank),
                left.size(),
                Objects.requireNonNull(rebuiltLanding),
                machinery.choice.among(left),
                mine -> rebuilding.cards());
        rebuilt.buffers.adopt(machinery.buffers);
        int departed = rebuilding.departed();
        if (departed >= 0) {
            int number = left.indexOf(departed);
            rebuilt.failures.fail(
                    number, "rank " + number + " was lost, as rank " + departed + ", at the end of the rebuilding");
        }
        return rebuilt;
    }
}
