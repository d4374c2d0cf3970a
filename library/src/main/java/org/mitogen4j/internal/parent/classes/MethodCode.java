package org.mitogen4j.internal.parent.classes;

/** A method with code. Immutable. */
final class MethodCode {
  final String type;
  final ClassFile.Member method;

  MethodCode(String type, ClassFile.Member method) {
    this.type = type;
    this.method = method;
  }
}
