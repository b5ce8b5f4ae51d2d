package io.heliograph.emulator.conformance;

import java.util.List;

/** A scenario in which the bench plays the device's peers packet by packet, after packetdrill (Cardwell et al., USENIX ATC 2013). */
record Script(List<Step> steps) implements Scenario.Body {}
