package org.mitogen4j.internal.context.files;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Writes the class files of the two classes that Java 8 can't compile: each has one method. */
final class MadeClass {
  private static final int CLASS_FILE = 0xcafebabe;
  private static final int JAVA_8 = 52;
  private static final int PUBLIC_FINAL_SUPER = 0x31;
  private static final int PUBLIC = 1;
  private static final int PUBLIC_STATIC = 9;

  // tags of the constant pool
  private static final int TEXT = 1;
  private static final int TYPE = 7;
  private static final int METHOD = 10;
  private static final int INTERFACE_METHOD = 11;
  private static final int NAME_AND_TYPE = 12;

  // instructions
  private static final int LDC = 18;
  private static final int ALOAD_0 = 42;
  private static final int ALOAD_1 = 43;
  private static final int ALOAD_2 = 44;
  private static final int ARETURN = 176;
  private static final int RETURN = 177;
  private static final int INVOKEVIRTUAL = 182;
  private static final int INVOKESPECIAL = 183;
  private static final int INVOKEINTERFACE = 185;
  private static final int CHECKCAST = 192;

  private static final int MOST_SLOTS = 3;

  private final ByteArrayOutputStream poolBytes = new ByteArrayOutputStream();
  private final DataOutputStream pool = new DataOutputStream(poolBytes);
  private int entries;

  private MadeClass() {}

  /** A subclass of ModuleReference that can be made; nothing opens it. */
  static byte[] reference(String name) {
    try {
      String superName = "java/lang/module/ModuleReference";
      String descriptor = "(Ljava/lang/module/ModuleDescriptor;Ljava/net/URI;)V";
      MadeClass made = new MadeClass();
      ByteArrayOutputStream code = new ByteArrayOutputStream();
      write(code, ALOAD_0, ALOAD_1, ALOAD_2, INVOKESPECIAL);
      write(code, 0, made.method(METHOD, superName, "<init>", descriptor), RETURN);
      return made.classFile(name, superName, PUBLIC, "<init>", descriptor, code.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e); // streams to memory do not fail
    }
  }

  /** A class whose static method {@code provider} returns what its class loader supplies. */
  static byte[] provider(String name) {
    try {
      String supplier = "java/util/function/Supplier";
      String type = "java/nio/file/spi/FileSystemProvider";
      MadeClass made = new MadeClass();
      ByteArrayOutputStream code = new ByteArrayOutputStream();
      write(code, LDC, made.type(name), INVOKEVIRTUAL, 0);
      String loader = "()Ljava/lang/ClassLoader;";
      write(code, made.method(METHOD, "java/lang/Class", "getClassLoader", loader));
      write(code, CHECKCAST, 0, made.type(supplier), INVOKEINTERFACE, 0);
      write(code, made.method(INTERFACE_METHOD, supplier, "get", "()Ljava/lang/Object;"), 1, 0);
      write(code, CHECKCAST, 0, made.type(type), ARETURN);
      String descriptor = "()L" + type + ";";
      return made.classFile(
          name, "java/lang/Object", PUBLIC_STATIC, "provider", descriptor, code.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e); // streams to memory do not fail
    }
  }

  private static void write(ByteArrayOutputStream code, int... bytes) {
    for (int b : bytes) {
      code.write(b);
    }
  }

  private int text(String text) throws IOException {
    pool.writeByte(TEXT);
    pool.writeUTF(text);
    return ++entries;
  }

  private int type(String name) throws IOException {
    int text = text(name);
    pool.writeByte(TYPE);
    pool.writeShort(text);
    return ++entries;
  }

  private int method(int tag, String owner, String name, String descriptor) throws IOException {
    int nameText = text(name);
    int descriptorText = text(descriptor);
    pool.writeByte(NAME_AND_TYPE);
    pool.writeShort(nameText);
    pool.writeShort(descriptorText);
    int nameAndType = ++entries;
    int ownerType = type(owner);
    pool.writeByte(tag);
    pool.writeShort(ownerType);
    pool.writeShort(nameAndType);
    return ++entries;
  }

  private byte[] classFile(
      String name, String superName, int access, String method, String descriptor, byte[] code)
      throws IOException {
    int ownType = type(name);
    int superType = type(superName);
    int methodName = text(method);
    int methodDescriptor = text(descriptor);
    int codeName = text("Code");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(CLASS_FILE);
    out.writeInt(JAVA_8);
    out.writeShort(entries + 1);
    poolBytes.writeTo(out);
    out.writeShort(PUBLIC_FINAL_SUPER);
    out.writeShort(ownType);
    out.writeShort(superType);
    out.writeInt(0); // no interfaces and fields
    out.writeShort(1);
    out.writeShort(access);
    out.writeShort(methodName);
    out.writeShort(methodDescriptor);
    out.writeShort(1);
    out.writeShort(codeName);
    out.writeInt(2 + 2 + 4 + code.length + 2 + 2);
    out.writeShort(MOST_SLOTS);
    out.writeShort(MOST_SLOTS);
    out.writeInt(code.length);
    out.write(code);
    out.writeInt(0); // no exceptions and attributes
    out.writeShort(0); // no attributes of the class
    return bytes.toByteArray();
  }
}
