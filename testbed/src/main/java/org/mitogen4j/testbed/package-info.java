/**
 * What the tests run on the hosts of the test bed, as parents and as children: compiled for Java 8,
 * so that every JDK that a host may have can run it.
 */
package org.mitogen4j.testbed;
