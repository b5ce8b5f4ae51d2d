package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.LinkSampler;
import java.util.List;

/**
 * What was sampled of all links of a run, at equal steps of time.
 *
 * @param names of the links
 * @param fromSwitch whether each begins at a switch
 * @param sampler with the links in the same order
 */
public record LinkSeries(List<String> names, List<Boolean> fromSwitch, LinkSampler sampler) {
    static LinkSeries of(List<Link> links, LinkSampler sampler) {
        return new LinkSeries(
                links.stream().map(Link::name).toList(),
                links.stream()
                        .map(link -> !(link.from() instanceof io.heliograph.emulator.fabric.FabricPort))
                        .toList(),
                sampler);
    }
}
