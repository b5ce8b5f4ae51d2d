package io.heliograph.emulator.experiment;

import io.heliograph.transport.PathSpray;

/**
 * How all hosts' endpoints are set up.
 *
 * @param windowPackets that a host may have under way to each other
 * @param cyclePs the least time between two duty cycles
 * @param paths entropy values that packets are sprayed over
 * @param spray how
 * @param warmUp whether every pair of hosts exchanges a first message before the run begins
 */
record TransportSettings(int windowPackets, long cyclePs, int paths, PathSpray spray, boolean warmUp) {}
