package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.LinkSampler;
import java.util.List;

/**
 * What was sampled of all links of a run, at equal steps of time.
 *
 * @param names of the links
 * @param fromSwitch whether each begins at a switch
 * @param sampler with the links in the same order
 * @param beginsPs of the run, in the sampler's time
 */
public record LinkSeries(List<String> names, List<Boolean> fromSwitch, LinkSampler sampler, long beginsPs) {
    static LinkSeries of(List<Link> links, LinkSampler sampler, long beginsPs) {
        return new LinkSeries(
                links.stream().map(Link::name).toList(),
                links.stream().map(link -> !(link.from() instanceof FabricPort)).toList(),
                sampler,
                beginsPs);
    }

    /** When a sample was taken, after the beginning of the run. */
    public long timePs(int sample) {
        return sampler.timePs(sample) - beginsPs;
    }
}
