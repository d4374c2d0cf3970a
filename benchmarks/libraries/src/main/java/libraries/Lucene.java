package libraries;

/** Calls a library. */
public class Lucene {
  public static String run() throws Exception {
    try (var folder = new org.apache.lucene.store.ByteBuffersDirectory()) {
      var analyzer = new org.apache.lucene.analysis.standard.StandardAnalyzer();
      var config = new org.apache.lucene.index.IndexWriterConfig(analyzer);
      try (var writer = new org.apache.lucene.index.IndexWriter(folder, config)) {
        var document = new org.apache.lucene.document.Document();
        document.add(
            new org.apache.lucene.document.TextField(
                "t", "hello wide world", org.apache.lucene.document.Field.Store.YES));
        writer.addDocument(document);
      }
      try (var reader = org.apache.lucene.index.DirectoryReader.open(folder)) {
        var query =
            new org.apache.lucene.search.TermQuery(
                new org.apache.lucene.index.Term("t", "world"));
        var searcher = new org.apache.lucene.search.IndexSearcher(reader);
        return "hits " + searcher.search(query, 10).totalHits.value;
      }
    }
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
