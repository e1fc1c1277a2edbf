/**
 * Measures the node agent as a process on the real kernel: time to an address, memory, CPU, beside {@code ip -batch}. The
 * main type is {@link io.purelb.bench.agent.AgentBenchmark}, started by {@code purelb-bench/run agent}; nobody else calls it.
 */
@org.jspecify.annotations.NullMarked
package io.purelb.bench.agent;
