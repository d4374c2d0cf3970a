package pkg

import org.mitogen4j.Router
import org.mitogen4j.connect.Local

class Hello {
    static String use(int n) {
        (1..n).collect { it * it }.sum().toString() + " ${n.class.simpleName}"
    }

    static void main(String[] args) {
        Router.create().withCloseable { router ->
            def child = router.connect(Local.create())
            println(child.call(Hello, 'use', 4))
        }
    }
}
