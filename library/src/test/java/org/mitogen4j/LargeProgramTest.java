package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;

/** A function that loads thousands of classes. */
@Timeout(120)
class LargeProgramTest {
  private static final int CLASSES = 5000;

  @TempDir Path folder;

  private void write(ClassWriter writer, String name) throws Exception {
    writer.visitEnd();
    Files.write(folder.resolve(name + ".class"), writer.toByteArray());
  }

  private static ClassWriter begin(String name) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V1_8, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
    return writer;
  }

  /** Main, whose function makes an object of each of the other classes. */
  private void writeProgram() throws Exception {
    ClassWriter main = begin("Main");
    int modifiers = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
    MethodVisitor run = main.visitMethod(modifiers, "run", "()V", null, null);
    run.visitCode();
    for (int i = 0; i < CLASSES; i++) {
      String name = "AClassWithALongNameSuchAsThoseOfLargeFrameworksOftenHave" + i;
      write(begin(name), name);
      run.visitTypeInsn(Opcodes.NEW, name);
      run.visitInsn(Opcodes.POP);
    }
    run.visitInsn(Opcodes.RETURN);
    run.visitMaxs(0, 0);
    run.visitEnd();
    write(main, "Main");
  }

  private static ClassTraffic run(Router router, Class<?> main) throws Exception {
    Context child = router.connect(InProcess.create());
    child.call(main, "run");
    Await.until(() -> child.classTraffic().isComplete());
    return child.classTraffic();
  }

  @Test
  void theFirstChildReportsAllOfThousandsOfClassesSoThatTheSecondAsksForNone() throws Exception {
    writeProgram();
    try (java.net.URLClassLoader loader = CompiledProgram.loader(folder);
        Router router = Router.create(RouterOptions.defaults().classLoader(loader))) {
      Class<?> main = loader.loadClass("Main");

      assertThat(run(router, main).loaded()).hasSizeGreaterThan(CLASSES);
      assertThat(run(router, main).requests()).isZero();
    }
  }
}
