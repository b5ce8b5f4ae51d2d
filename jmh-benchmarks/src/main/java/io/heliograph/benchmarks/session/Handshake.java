package io.heliograph.benchmarks.session;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;

/**
 * The first message each way: who is there, at which transport address, for which command, MTU and number of engines. No
 * Ethernet addresses: finding those is the endpoint's business.
 */
public final class Handshake {

    /** Of the messages that follow; raised with every change that an older end would misunderstand. */
    static final int VERSION = 2;

    private static final int LONGEST_TEXT = 64;

    private Handshake() {}

    /**
     * Agrees with the other end and makes a session.
     *
     * @param command what both ends must be doing
     * @param engines those of this end
     * @param mtuBytes of the ports that the endpoint stands on; 0 if on none
     * @param encrypted whether those ports encrypt
     * @param arena for the memory that the session registers
     * @param targets allocates memory that the endpoint can let peers write to
     * @param limitNs how long the other end may be silent
     * @throws EnvironmentException if the two command lines do not fit each other
     * @throws RunFailure if the other end says nothing or nonsense
     */
    public static Session agree(
            String command,
            EngineDrive engines,
            int mtuBytes,
            boolean encrypted,
            Arena arena,
            SegmentAllocator targets,
            Rendezvous rendezvous,
            long limitNs) {
        return new Session(
                engines, arena, targets, rendezvous, meet(command, engines, mtuBytes, encrypted, rendezvous, limitNs));
    }

    /**
     * Agrees with the other end.
     *
     * @return its transport address
     * @throws EnvironmentException if the two command lines do not fit each other
     * @throws RunFailure if the other end says nothing or nonsense
     */
    public static IpAddress meet(
            String command, EngineDrive engines, int mtuBytes, boolean encrypted, Rendezvous rendezvous, long limitNs) {
        Endpoint endpoint = engines.endpoint();
        rendezvous.send(Message.of("hello")
                .with("helio", VERSION)
                .with("command", command)
                .with("address", endpoint.address().toString())
                .with("encryption", encrypted ? "yes" : "no")
                .with("mtu", mtuBytes)
                .with("engines", engines.engineCount()));
        Message hello = rendezvous.receive(limitNs);
        check(
                "the version of the rendezvous",
                VERSION,
                hello.number("helio", 0, Integer.MAX_VALUE),
                "use the same helio");
        check("the command", command, hello.text("command", LONGEST_TEXT), "start the same command at both ends");
        check(
                "encryption",
                encrypted ? "yes" : "no",
                hello.text("encryption", LONGEST_TEXT),
                "give both ends the same --secret, or neither");
        check("the MTU", mtuBytes, hello.number("mtu", 0, 65_535), "give both ends the same --mtu");
        check(
                "the number of engines",
                engines.engineCount(),
                hello.number("engines", 0, Integer.MAX_VALUE),
                "give both ends the same --engines");
        IpAddress peer = address(hello.text("address", LONGEST_TEXT));
        if (peer.equals(endpoint.address())) {
            throw new EnvironmentException(
                    "both ends have the transport address " + peer + ": give one another --address");
        }
        if (peer.isIpv4() != endpoint.address().isIpv4()) {
            throw new EnvironmentException("one end has an IPv4 and the other an IPv6 address: here="
                    + endpoint.address() + " there=" + peer + "; give both the same kind with --address");
        }
        return peer;
    }

    private static IpAddress address(String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RunFailure(
                    "malformed rendezvous message: " + Message.printable(String.valueOf(e.getMessage())), e);
        }
    }

    private static void check(String what, Object here, Object there, String whatToDo) {
        // As text, for one side is an int and the other a long.
        if (!here.toString().equals(there.toString())) {
            throw new EnvironmentException("the two ends differ in " + what + ": here=" + here + " there="
                    + Message.printable(there.toString()) + "; " + whatToDo);
        }
    }
}
