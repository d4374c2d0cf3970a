package org.mitogen4j.examples;

import java.io.File;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.Context;
import org.mitogen4j.Router;

/** Functions that return the program's own types. Where there are records, they are shorter. */
final class Volumes {
  private Volumes() {}

  // tag::type
  static final class Volume implements Serializable {
    private static final long serialVersionUID = 1;

    private String path;
    private long free;

    private Volume() {} // where it arrives

    Volume(String path, long free) {
      this.path = path;
      this.free = free;
    }

    // end::type

    @Override
    public String toString() {
      return path + " has " + free + " bytes free";
    }
  }

  static List<Volume> all() {
    List<Volume> volumes = new ArrayList<>();
    for (File root : File.listRoots()) {
      volumes.add(new Volume(root.getPath(), root.getUsableSpace()));
    }
    return volumes;
  }

  /** The most important volume, or why there is none. */
  static Object best() {
    List<Volume> volumes = all();
    return volumes.isEmpty() ? "none" : volumes.get(0);
  }

  static List<Volume> declared(Context context) {
    // tag::declared
    List<Volume> volumes = context.call(Volumes::all); // all() says that it returns List<Volume>
    // end::declared
    return volumes;
  }

  static Object allowed(Router router, Context context) {
    // tag::allowed
    router.allowTypes(Volume.class);
    Object best = context.call(Volumes::best); // best() says Object
    // end::allowed
    return best;
  }
}
