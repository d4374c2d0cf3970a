/** Measures what Mitogen4j costs, and what the least program costs that would do the same. */
package org.mitogen4j.benchmarks;
