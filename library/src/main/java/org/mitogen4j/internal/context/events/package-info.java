/** Events for JDK Flight Recorder. This package is loaded only when a recording runs. */
package org.mitogen4j.internal.context.events;
