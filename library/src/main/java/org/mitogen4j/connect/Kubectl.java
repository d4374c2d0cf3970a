package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child in a container of a Kubernetes pod, by {@code kubectl exec}. Settings here override the
 * configuration of kubectl; {@code toolArguments("--kubeconfig", path)} uses another one.
 */
public final class Kubectl extends ContainerMethod<Kubectl> {
  private static final long serialVersionUID = 1;

  private final String pod;
  private String namespace;
  private String container;
  private String context;

  private Kubectl(String pod) {
    super("kubectl");
    this.pod = pod;
  }

  /**
   * Makes a connection method for a running pod.
   *
   * @param name its name; {@code deploy/web} stands for any pod of a deployment
   * @return a method with the default settings
   * @throws IllegalArgumentException when it can't be a name
   */
  public static Kubectl pod(String name) {
    return new Kubectl(CommandArgument.name(name, "a pod's name"));
  }

  /**
   * Sets the namespace of the pod; by default that of kubectl's context.
   *
   * @param name a name
   * @return a changed copy
   */
  public Kubectl namespace(String name) {
    CommandArgument.name(name, "a namespace");
    return with(m -> m.namespace = name);
  }

  /**
   * Sets the container in the pod; by default the pod's default container, or its first one.
   *
   * @param name a name
   * @return a changed copy
   */
  public Kubectl container(String name) {
    CommandArgument.name(name, "a container's name");
    return with(m -> m.container = name);
  }

  /**
   * Sets the context in kubectl's configuration; by default the current one.
   *
   * @param name a name
   * @return a changed copy
   */
  public Kubectl context(String name) {
    CommandArgument.text(name, "a context of kubectl");
    return with(m -> m.context = name);
  }

  /**
   * Sets the kubectl program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Kubectl kubectlPath(String path) {
    return tool(path);
  }

  @Override
  List<String> enter() {
    List<String> words = new ArrayList<>();
    if (context != null) {
      words.add("--context=" + context);
    }
    words.addAll(Arrays.asList("exec", "-i"));
    if (namespace != null) {
      words.add("--namespace=" + namespace);
    }
    if (container != null) {
      words.add("--container=" + container);
    }
    return words;
  }

  @Override
  List<String> target() {
    return Arrays.asList(pod, "--");
  }

  @Override
  public String defaultName() {
    return "kubectl." + pod;
  }

  @Override
  public String toString() {
    return "kubectl " + account() + pod;
  }
}
