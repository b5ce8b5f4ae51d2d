package io.heliograph.benchmarks.emulator;

import io.heliograph.benchmarks.cli.Interruption;
import io.heliograph.benchmarks.cli.StdinWatch;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.session.RendezvousAddress;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.conformance.dut.PortDevices;
import io.heliograph.emulator.conformance.live.AgentServer;
import io.heliograph.transport.port.PortSpec;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio conform-agent}: the software endpoint as a device on a live port, with the agent that a kit asks for. */
@Command(
        name = "conform-agent",
        mixinStandardHelpOptions = true,
        description = {
            "Serves the software endpoint on a port, and does with it what a 'helio conform --device port:SPEC --agent ADDRESS' elsewhere asks.",
            "",
            "To try the kit, and an example for the agent of a device of your own. Serves one kit after the other until Ctrl-C.",
            ""
        },
        footer = {
            "%nExample, in two terminals:",
            "  helio conform-agent --port shm:dut",
            "  helio conform --device port:shm:dut --agent localhost --rule R4"
        })
public final class ConformAgentCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--port",
            required = true,
            paramLabel = "SPEC",
            description = "The device's end of the cable: shm:NAME or dpdk:DEVARGS.")
    @SuppressWarnings("NullAway.Init")
    private PortSpec port;

    @Option(
            names = "--listen",
            paramLabel = "HOST[:PORT]|unix:PATH",
            defaultValue = "127.0.0.1",
            description = "Where the agent listens; default ${DEFAULT-VALUE}, port " + LiveOptions.AGENT_PORT + ".")
    private String listen = "";

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            defaultValue = "1500",
            description = "Largest IP packet of the link, the same at both ends; default ${DEFAULT-VALUE}.")
    private int mtuBytes;

    @Option(names = "--once", description = "Ends when the first kit hangs up.")
    private boolean once;

    @Option(names = "--bound-to-stdin", hidden = true, description = "Ends when standard input does.")
    private boolean boundToStdin;

    /** Made by the command line. */
    public ConformAgentCommand() {}

    @Override
    public Integer call() throws IOException {
        if (port instanceof PortSpec.Memory) {
            throw new ParameterException(spec.commandLine(), "--port memory has both its ends in one process");
        }
        RendezvousAddress address;
        try {
            address = RendezvousAddress.parse(listen, LiveOptions.AGENT_PORT);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        new Banner("helio conform-agent")
                .with("port", port)
                .with("agent", address)
                .with("mtu [bytes]", mtuBytes)
                .print(spec.commandLine().getOut());
        if (boundToStdin) {
            StdinWatch.start();
        }
        try (Interruption _ = Interruption.ofThisThread();
                PortDevices devices = open();
                AgentServer server = AgentServer.listen(address.resolve(), address.family(), devices)) {
            do {
                server.serve();
            } while (!once && !Thread.currentThread().isInterrupted());
        } catch (UnknownHostException e) {
            throw new EnvironmentException("no host of this name: " + address, e);
        } catch (ClosedChannelException e) {
            // Ctrl-C.
        } finally {
            if (address instanceof RendezvousAddress.Unix file) {
                Files.deleteIfExists(file.path());
            }
        }
        return 0;
    }

    private PortDevices open() {
        try {
            return PortDevices.open(port.toString(), mtuBytes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
