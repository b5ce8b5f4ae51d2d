package io.heliograph.benchmarks;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.LineRate;
import io.heliograph.transport.rate.Pacer;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.WireBytes;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decisions of the pacer: a flow found, its packet charged, the flow put in its next place. All flows are active, at rates of every magnitude that together fill 87 % of
 * 400 Gbit/s; time is virtual and moves on by a duty cycle of 1 us when no flow may send. Nanoseconds a decision.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls activate first
public class PacerBenchmark {
    private static final long LINE_RATE = 400_000_000_000L;
    private static final int WIRE_BYTES = WireBytes.of(1_500);
    private static final long BURST_NS = 100_000;
    private static final long DUTY_CYCLE_NS = 1_000;

    /** Flows, all of them active. */
    @Param({"16", "1024", "16384"})
    public int flows;

    private Pacer pacer;
    private LineRate lineRate;
    private long nowNs;

    /** Gives each flow its rate. */
    @Setup
    public void activate() {
        SeededRandom random = new SeededRandom(1);
        double[] shares = new double[flows];
        double sum = 0;
        for (int flow = 0; flow < flows; flow++) {
            shares[flow] = Math.pow(1e3, random.nextInt(1 << 20) * 0x1p-20);
            sum += shares[flow];
        }
        IpAddress source = IpAddress.ofIpv4(0xC612_0001);
        RateTable.Builder table = RateTable.builder(LINE_RATE);
        for (int flow = 0; flow < flows; flow++) {
            table.flow(source, IpAddress.ofIpv4(flow), 0, (long) (0.87 * LINE_RATE * shares[flow] / sum));
        }
        RateTable built = table.build();
        pacer = new Pacer(flows, LINE_RATE, BURST_NS);
        lineRate = new LineRate(flows);
        nowNs = 0;
        for (int flow = 0; flow < flows; flow++) {
            pacer.schedule(flow, built.schedule(new FlowKey(source, IpAddress.ofIpv4(flow), 0)), nowNs);
            pacer.activate(flow, nowNs);
            lineRate.activate(flow, nowNs);
        }
    }

    /**
     * By the table's rates.
     *
     * @return the flow
     */
    @Benchmark
    public int paced() {
        int flow = pacer.nextFlow(nowNs);
        while (flow == Pacer.NONE) {
            nowNs += DUTY_CYCLE_NS;
            flow = pacer.nextFlow(nowNs);
        }
        pacer.sent(flow, WIRE_BYTES, nowNs);
        return flow;
    }

    /**
     * For comparison: flows in turn.
     *
     * @return the flow
     */
    @Benchmark
    public int inTurn() {
        RatePolicy policy = lineRate;
        int flow = policy.nextFlow(nowNs);
        policy.onSent(flow, WIRE_BYTES, nowNs);
        return flow;
    }
}
