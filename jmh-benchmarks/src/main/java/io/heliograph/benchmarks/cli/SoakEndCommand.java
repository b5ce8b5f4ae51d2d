package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.session.Handshake;
import io.heliograph.benchmarks.session.MeetingPoint;
import io.heliograph.benchmarks.session.Rendezvous;
import io.heliograph.benchmarks.session.RendezvousAddress;
import io.heliograph.benchmarks.soak.Checks;
import io.heliograph.benchmarks.soak.LiveEndpoint;
import io.heliograph.benchmarks.soak.Sampler;
import io.heliograph.benchmarks.soak.SoakEnd;
import io.heliograph.benchmarks.soak.SoakPlan;
import io.heliograph.benchmarks.soak.Tally;
import io.heliograph.transport.IpAddress;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio soak-end}: one of the two processes of {@link SoakCommand}. */
@Command(
        name = "soak-end",
        hidden = true,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "One end of a soak: 'helio soak' starts two.")
final class SoakEndCommand implements Callable<Integer> {

    private static final long HANDSHAKE_NS = TimeUnit.SECONDS.toNanos(60);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "HOST[:PORT]|unix:PATH", description = "Where the other end listens.")
    @Nullable
    private String peer;

    @Option(names = "--listen", paramLabel = "HOST[:PORT]|unix:PATH", description = "Where this end listens.")
    @Nullable
    private String listen;

    @Option(names = "--samples", required = true, paramLabel = "FILE", description = "Takes the samples.")
    private Path samples = Path.of("");

    @Mixin
    private SoakOptions soak = new SoakOptions();

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() throws Exception {
        SoakPlan plan = soak.plan();
        if (transport.rates != null) {
            throw new ParameterException(spec.commandLine(), "--rates does not go with a soak");
        }
        PortOpener opener;
        RendezvousAddress address;
        try {
            opener = new PortOpener(transport);
            address = RendezvousAddress.parse(String.valueOf(listen != null ? listen : peer), transport.rendezvousPort);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        boolean server = listen != null;
        if (transport.boundToStdin) {
            StdinWatch.start();
        }
        try (Interruption _ = Interruption.ofThisThread();
                MeetingPoint listener = server ? MeetingPoint.listen(address) : null;
                EnginePorts ports = opener.open(server);
                Rendezvous rendezvous = listener == null
                        ? MeetingPoint.connect(address)
                        : listener.accept(transport.rendezvousTimeoutNs())) {
            try {
                return run(plan, server, opener, ports, rendezvous);
            } catch (Exception e) {
                rendezvous.sendFailure(e);
                throw e;
            }
        }
    }

    private int run(SoakPlan plan, boolean server, PortOpener opener, EnginePorts ports, Rendezvous rendezvous)
            throws Exception {
        Tally tally = new Tally();
        Checks checks = new Checks(tally);
        try (Arena arena = Arena.ofShared();
                // One queue more than carry messages: that of the credits.
                LiveEndpoint live = new LiveEndpoint(
                        () -> opener.endpoint(ports, server, plan.queues() + 1, SoakEnd.regions(plan)));
                Sampler _ = new Sampler(plan, tally, checks, samples)) {
            IpAddress other = Handshake.meet(
                    "soak", live.engines(), ports.mtuBytes(), ports.areEncrypted(), rendezvous, HANDSHAKE_NS);
            new SoakEnd(plan, !server, rendezvous, other, live, arena, tally, checks).run();
        }
        if (checks.first() == null) {
            return Helio.PASSED;
        }
        spec.commandLine().getErr().println("helio: a check failed: " + checks.first());
        return Helio.FAILED;
    }
}
