package org.mitogen4j.internal.context;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.mitogen4j.internal.kernel.Link;

/**
 * The link that leads to each context below this one, and the parent of each. Ids are handed out
 * densely, so the table is an array of pages: a look-up is two loads, however many contexts there
 * are.
 *
 * <p>Any thread may look up, without blocking; threads that change the table wait for each other.
 */
public final class Routes {
  private static final int PAGE_BITS = 6; // small: a child may use few ids of many blocks
  private static final int PAGE = 1 << PAGE_BITS;

  private static final class Page {
    final AtomicReferenceArray<Link> links = new AtomicReferenceArray<>(PAGE);
    final AtomicIntegerArray parents = new AtomicIntegerArray(PAGE);
    int used; // guarded by the routes
  }

  private volatile AtomicReferenceArray<Page> pages = new AtomicReferenceArray<>(1);
  private volatile int size;
  private final Set<Link> children = ConcurrentHashMap.newKeySet();

  private Page page(int id) {
    AtomicReferenceArray<Page> all = pages;
    int page = id >>> PAGE_BITS;
    return page < all.length() ? all.get(page) : null;
  }

  /** The link that leads to a context below; null if there is no such context. */
  public Link get(int id) {
    Page page = page(id);
    return page == null ? null : page.links.get(id & PAGE - 1);
  }

  /** The id of the parent of a context below; -1 if there is no such context. */
  public int parent(int id) {
    Page page = page(id);
    return page == null || page.links.get(id & PAGE - 1) == null
        ? -1
        : page.parents.get(id & PAGE - 1);
  }

  public int size() {
    return size;
  }

  /** A view of the links to children, which changes as they come and go. */
  public Set<Link> children() {
    return Collections.unmodifiableSet(children);
  }

  /** The ids of the contexts behind a link. */
  public synchronized List<Integer> behind(Link link) {
    List<Integer> ids = new ArrayList<>();
    for (int p = 0; p < pages.length(); p++) {
      Page page = pages.get(p);
      for (int i = 0; page != null && i < PAGE; i++) {
        if (page.links.get(i) == link) {
          ids.add(p * PAGE + i);
        }
      }
    }
    return ids;
  }

  /** Adds or replaces the route to a context. */
  public synchronized void put(int id, int parent, Link link) {
    Page page = page(id);
    if (page == null) {
      page = add(id >>> PAGE_BITS);
    }
    page.parents.set(id & PAGE - 1, parent);
    if (page.links.getAndSet(id & PAGE - 1, link) == null) {
      page.used++;
      size++;
    }
    if (link.peer == id) {
      children.add(link);
    }
  }

  private Page add(int at) {
    AtomicReferenceArray<Page> all = pages;
    if (at >= all.length()) {
      AtomicReferenceArray<Page> more =
          new AtomicReferenceArray<>(Math.max(at + 1, 2 * all.length()));
      for (int i = 0; i < all.length(); i++) {
        more.set(i, all.get(i));
      }
      pages = all = more;
    }
    Page page = new Page();
    all.set(at, page);
    return page;
  }

  /** Forgets a context. */
  public synchronized void remove(int id) {
    Page page = page(id);
    Link link = page == null ? null : page.links.getAndSet(id & PAGE - 1, null);
    if (link != null) {
      size--;
      if (--page.used == 0) {
        pages.set(id >>> PAGE_BITS, null);
      }
      if (link.peer == id) {
        children.remove(link);
      }
    }
  }
}
