package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Functions that use libraries; each library in a class of its own. */
final class Libraries {
  private Libraries() {}

  static final class Jackson {
    public static class Bean {
      public String name;
      public int[] sizes;
      private List<Bean> parts = new ArrayList<>();

      public List<Bean> getParts() {
        return parts;
      }

      public void setParts(List<Bean> parts) {
        this.parts = parts;
      }
    }

    static String tree(String json) throws Exception {
      var mapper = new com.fasterxml.jackson.databind.ObjectMapper();
      return mapper.writeValueAsString(mapper.readTree(json));
    }

    static String bean(String json) throws Exception {
      var mapper = new com.fasterxml.jackson.databind.ObjectMapper();
      Bean bean = mapper.readValue(json, Bean.class);
      bean.name += "!";
      return mapper.writeValueAsString(bean);
    }

    static String version() {
      return new com.fasterxml.jackson.databind.ObjectMapper().version()
          + " "
          + com.fasterxml.jackson.databind.ObjectMapper.class
              .getPackage()
              .getImplementationVersion();
    }
  }

  /** The jar or folder that a class came from. */
  private static String placeOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().toString();
  }

  static final class Guava {
    static String place() {
      return placeOf(com.google.common.collect.ImmutableMultimap.class);
    }

    static String use() {
      var map = com.google.common.collect.ImmutableMultimap.of("a", 1, "a", 2);
      return map
          + " "
          + com.google.common.base.Joiner.on('-').join(map.values())
          + " "
          + com.google.common.hash.Hashing.crc32().hashInt(5);
    }
  }

  static final class Lang {
    static String place() {
      return placeOf(org.apache.commons.lang3.StringUtils.class);
    }

    static String use() {
      return org.apache.commons.lang3.StringUtils.reverse("abc")
          + org.apache.commons.lang3.time.DurationFormatUtils.formatDuration(61_000, "m:ss");
    }
  }

  static final class Lucene {
    static long search(String word) throws Exception {
      try (var folder = new org.apache.lucene.store.ByteBuffersDirectory()) {
        var analyzer = new org.apache.lucene.analysis.standard.StandardAnalyzer();
        var config = new org.apache.lucene.index.IndexWriterConfig(analyzer);
        try (var writer = new org.apache.lucene.index.IndexWriter(folder, config)) {
          for (String text : Arrays.asList("hello wide world", "hello again")) {
            var document = new org.apache.lucene.document.Document();
            document.add(
                new org.apache.lucene.document.TextField(
                    "text", text, org.apache.lucene.document.Field.Store.YES));
            writer.addDocument(document);
          }
        }
        try (var reader = org.apache.lucene.index.DirectoryReader.open(folder)) {
          var term = new org.apache.lucene.index.Term("text", word);
          var query = new org.apache.lucene.search.TermQuery(term);
          return new org.apache.lucene.search.IndexSearcher(reader).count(query);
        }
      }
    }
  }

  static final class H2 {
    static int query(int number) throws Exception {
      try (var connection = java.sql.DriverManager.getConnection("jdbc:h2:mem:test");
          var statement = connection.createStatement()) {
        statement.execute("create table numbers(n int)");
        statement.execute("insert into numbers values (" + number + "), (7)");
        try (var result = statement.executeQuery("select sum(n) from numbers")) {
          result.next();
          return result.getInt(1);
        }
      }
    }
  }

  static final class Logback {
    static String log() {
      var log = org.slf4j.LoggerFactory.getLogger("programs.Logback");
      log.warn("told by {}", "logback");
      return org.slf4j.LoggerFactory.getILoggerFactory().getClass().getName()
          + " "
          + log.isDebugEnabled();
    }
  }

  static final class Log4j {
    static String log() {
      var log = org.apache.logging.log4j.LogManager.getLogger("programs.Log4j");
      log.warn("told by {}", "log4j");
      var context =
          (org.apache.logging.log4j.core.LoggerContext)
              org.apache.logging.log4j.LogManager.getContext(false);
      return context.getConfiguration().getName() + " " + log.isDebugEnabled();
    }
  }

  static final class Groovy {
    static String evaluate(String script) {
      return String.valueOf(new groovy.lang.GroovyShell().evaluate(script));
    }
  }

  static final class Kotlin {
    static String use() {
      return kotlin.text.StringsKt.repeat("ab", 3)
          + kotlin.collections.CollectionsKt.joinToString(
              List.of(1, 2, 3), "-", "", "", -1, "", null)
          + new kotlin.text.Regex("[0-9]+").replace("a1b22", "#");
    }
  }

  static final class Asm {
    /** Reads its own class file, and makes a class that prints what it found. */
    static String use() throws Exception {
      try (var in = Asm.class.getResourceAsStream("Libraries$Asm.class")) {
        var reader = new org.objectweb.asm.ClassReader(in);
        var writer = new org.objectweb.asm.ClassWriter(0);
        writer.visit(
            org.objectweb.asm.Opcodes.V1_8,
            org.objectweb.asm.Opcodes.ACC_PUBLIC,
            "made/Made",
            null,
            "java/lang/Object",
            null);
        writer.visitEnd();
        byte[] made = writer.toByteArray();
        Class<?> type =
            new ClassLoader(Asm.class.getClassLoader()) {
              Class<?> define() {
                return defineClass("made.Made", made, 0, made.length);
              }
            }.define();
        return reader.getClassName() + " " + type.getName();
      }
    }
  }

  static final class Netty {
    static String echo(String text) throws Exception {
      var group = new io.netty.channel.nio.NioEventLoopGroup(1);
      try {
        var server =
            new io.netty.bootstrap.ServerBootstrap()
                .group(group)
                .channel(io.netty.channel.socket.nio.NioServerSocketChannel.class)
                .childHandler(new Echo())
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        int port = ((java.net.InetSocketAddress) server.localAddress()).getPort();
        try (var socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
          socket.getOutputStream().write(text.getBytes(UTF_8));
          return new String(socket.getInputStream().readNBytes(text.length()), UTF_8);
        }
      } finally {
        group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).sync();
      }
    }

    static final class Echo
        extends io.netty.channel.ChannelInitializer<io.netty.channel.socket.SocketChannel> {
      @Override
      protected void initChannel(io.netty.channel.socket.SocketChannel channel) {
        channel
            .pipeline()
            .addLast(
                new io.netty.channel.ChannelInboundHandlerAdapter() {
                  @SuppressWarnings("FutureReturnValueIgnored") // the client waits for the echo
                  @Override
                  public void channelRead(
                      io.netty.channel.ChannelHandlerContext context, Object message) {
                    context.writeAndFlush(message);
                  }
                });
      }
    }
  }

  static final class Spring {
    @org.springframework.context.annotation.Configuration
    public static class Beans {
      @org.springframework.context.annotation.Bean
      public StringBuilder text() {
        return new StringBuilder("bean");
      }
    }

    static String bean() {
      try (var context =
          new org.springframework.context.annotation.AnnotationConfigApplicationContext(
              Beans.class)) {
        return context.getBean(StringBuilder.class).toString();
      }
    }

    static String scan(String name) {
      try (var context =
          new org.springframework.context.annotation.AnnotationConfigApplicationContext(
              "programs.scanned")) {
        var greeter = context.getBean(programs.scanned.Greeter.class);
        return greeter.greet(name)
            + " "
            + context.getBeansWithAnnotation(org.springframework.stereotype.Component.class).size();
      }
    }
  }
}
