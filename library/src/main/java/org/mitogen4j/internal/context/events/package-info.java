/** Events for JDK Flight Recorder. It is loaded when a recording runs. */
package org.mitogen4j.internal.context.events;
