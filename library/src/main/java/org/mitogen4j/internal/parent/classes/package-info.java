/** Class forwarding in a parent: which classes a call needs, and answers to children that ask. */
package org.mitogen4j.internal.parent.classes;
