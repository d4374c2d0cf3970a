/** What Mitogen4j costs, measured against the least that any program would pay for the same. */
package org.mitogen4j.benchmarks;
