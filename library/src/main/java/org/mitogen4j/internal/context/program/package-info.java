/**
 * The access to the program's classes and resources that every context has. It works before the
 * context is a full one, and is sent as a bundle of its own, so it refers to no other package of
 * the context but {@code bounds}, {@code classes} and {@code threads}.
 */
package org.mitogen4j.internal.context.program;
