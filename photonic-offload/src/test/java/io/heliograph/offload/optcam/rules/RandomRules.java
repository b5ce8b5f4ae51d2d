package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.Packet;
import io.heliograph.offload.optcam.Verdict;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/** Rules and packets from so few addresses, ports and words that they often meet. */
final class RandomRules {

    private static final String[] ADDRESSES = {
        "10.0.0.1", "10.0.0.2", "10.0.1.1", "10.128.0.1", "192.0.2.7", "2001:db8::1", "2001:db8::2", "fd00::1"
    };
    private static final int[] PORTS = {0, 1, 53, 79, 80, 81, 443, 1023, 1024, 8080, 65_535};
    private static final int[] NUMBERS = {1, 6, 6, 6, 17, 17, 58, 47};
    private static final String[] PAYLOADS = {
        "", "G", "GET", "get /", "GET /index.html HTTP", "\0\0\0\0", "\u00ff\u00feabc"
    };

    private final SeededRandom random;

    RandomRules(SeededRandom random) {
        this.random = random;
    }

    private <T> T oneOf(T[] all) {
        return all[random.nextInt(all.length)];
    }

    private IpAddress address() {
        return IpAddress.parse(oneOf(ADDRESSES));
    }

    private int port() {
        return PORTS[random.nextInt(PORTS.length)];
    }

    Packet packet() {
        IpAddress source = address();
        IpAddress destination = address();
        while (destination.isIpv4() != source.isIpv4()) {
            destination = address();
        }
        int protocol = NUMBERS[random.nextInt(NUMBERS.length)];
        return new Packet(
                random.nextInt(3),
                source,
                destination,
                protocol,
                port(),
                port(),
                random.nextInt(2) == 0 ? random.nextInt(256) : 2,
                random.nextInt(8) == 0 ? 1 + random.nextInt(100) : 0,
                PAYLOADS[random.nextInt(PAYLOADS.length)]);
    }

    private List<AddressBlock> blocks() {
        List<AddressBlock> blocks = new ArrayList<>();
        for (int count = random.nextInt(3) * random.nextInt(2); count > 0; count--) {
            IpAddress address = address();
            blocks.add(new AddressBlock(address, random.nextInt(address.isIpv4() ? 33 : 129)));
        }
        return blocks;
    }

    private List<PortRange> ports(Protocol protocol) {
        List<PortRange> ranges = new ArrayList<>();
        for (int count = protocol.hasPorts() ? random.nextInt(3) * random.nextInt(2) : 0; count > 0; count--) {
            int first = port();
            int last = port();
            ranges.add(new PortRange(Math.min(first, last), Math.max(first, last)));
        }
        return PortRange.merged(ranges);
    }

    private List<PayloadContent> contents() {
        List<PayloadContent> contents = new ArrayList<>();
        for (int count = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0; count > 0; count--) {
            String payload = PAYLOADS[1 + random.nextInt(PAYLOADS.length - 1)];
            String bytes = payload.substring(0, Math.min(1 + random.nextInt(4), payload.length()));
            contents.add(new PayloadContent(bytes, random.nextInt(4) == 0 ? 1 : 0, random.nextInt(2) == 0));
        }
        return contents;
    }

    HeaderRule rule() {
        while (true) {
            Verdict verdict = oneOf(Verdict.values());
            Protocol protocol = oneOf(Protocol.values());
            TcpFlags flags = null;
            if (protocol == Protocol.TCP && random.nextInt(3) == 0) {
                TcpFlags.Test test = oneOf(TcpFlags.Test.values());
                int ignored = test == TcpFlags.Test.EXACTLY ? random.nextInt(256) & 0xC3 : 0;
                flags = new TcpFlags(test, (1 + random.nextInt(255)) & ~ignored, ignored);
            }
            RuleOptions options = new RuleOptions(
                    random.nextInt(2) == 0 ? "" : "odd \"text\"; with \\ in it",
                    random.nextInt(1000),
                    random.nextInt(3),
                    1 + random.nextInt(3),
                    contents(),
                    flags,
                    protocol == Protocol.ICMP && random.nextInt(2) == 0 ? random.nextInt(256) & 3 : -1,
                    verdict == Verdict.MARK ? random.nextInt(64) : -1);
            HeaderRule rule = new HeaderRule(
                    verdict,
                    protocol,
                    blocks(),
                    ports(protocol),
                    random.nextInt(3) == 0,
                    blocks(),
                    ports(protocol),
                    options);
            if (!rule.patterns().isEmpty()
                    && (flags == null || flags.flags() != 0 || flags.test() == TcpFlags.Test.EXACTLY)) {
                return rule;
            }
        }
    }
}
