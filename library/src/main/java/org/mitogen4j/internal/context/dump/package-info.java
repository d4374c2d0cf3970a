/** What a context tells of its threads. It is loaded when somebody asks. */
package org.mitogen4j.internal.context.dump;
