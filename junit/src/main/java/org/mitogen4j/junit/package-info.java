/**
 * A JUnit extension: routers and children as parameters of tests, closed after each test, with a
 * check that nothing of them is left. Begin at {@link org.mitogen4j.junit.MitogenTest}.
 */
package org.mitogen4j.junit;
