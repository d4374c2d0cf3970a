package org.mitogen4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertPath;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;

/** Classes of a signed jar have the same signers in a child as in the program. */
@Timeout(60)
class SignedJarTest {
  private static final String SOURCE =
      """
      package sign; public class Signed {
        public static String signers() throws Exception {
          Object[] signers = Signed.class.getSigners();
          java.security.cert.Certificate[] certificates =
              Other.class.getProtectionDomain().getCodeSource().getCertificates();
          return signers == null ? "none" : signers.length + " "
              + ((java.security.cert.X509Certificate) certificates[0])
                  .getSubjectX500Principal();
        }
      }
      class Other {}
      """;

  @TempDir Path folder;

  private Path jar() throws Exception {
    Path source = CompiledProgram.write(folder.resolve("src/sign/Signed.java"), SOURCE);
    Path classes = folder.resolve("classes");
    CompiledProgram.compile(classes, "8", "", source);
    return CompiledProgram.jar(folder.resolve("plain.jar"), classes);
  }

  private Path sign(Path jar) throws Exception {
    Path keys = folder.resolve("keys.p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keystore", keys.toString(), "-storepass", "secret"));
    command.addAll(List.of("-alias", "me", "-keyalg", "EC", "-dname", "CN=Signer"));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    keytool.getOutputStream().close();
    String printed = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertThat(keytool.waitFor()).as(printed).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, "secret".toCharArray());
    }
    CertPath path =
        CertificateFactory.getInstance("X.509")
            .generateCertPath(List.of(store.getCertificate("me")));
    Path signed = folder.resolve("signed.jar");
    try (ZipFile in = new ZipFile(jar.toFile());
        OutputStream out = Files.newOutputStream(signed)) {
      PrivateKey key = (PrivateKey) store.getKey("me", "secret".toCharArray());
      new JarSigner.Builder(key, path).build().sign(in, out);
    }
    return signed;
  }

  private static Object signers(Path jar, Context context) throws Exception {
    try (URLClassLoader loader = CompiledProgram.loader(jar)) {
      return context.call(loader.loadClass("sign.Signed"), "signers");
    }
  }

  @Test
  void classesOfASignedJarHaveItsSigners() throws Exception {
    Path signed = sign(jar());
    try (Router router = Router.create()) {
      Context middle = router.connect(InProcess.create());
      assertThat(signers(signed, middle)).isEqualTo("1 CN=Signer");
      assertThat(signers(signed, middle.connect(InProcess.create()))).isEqualTo("1 CN=Signer");
    }
  }

  @Test
  void classesOfAnotherJarHaveNone() throws Exception {
    try (Router router = Router.create()) {
      assertThat(signers(jar(), router.connect(InProcess.create()))).isEqualTo("none");
    }
  }
}
