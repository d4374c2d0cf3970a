package pkg

import org.mitogen4j.Functions
import org.mitogen4j.Router
import org.mitogen4j.connect.Local

data class Point(val x: Int, val y: Int)

sealed interface Shape {
    data class Circle(val radius: Int) : Shape
    object Nothing : Shape
}

object Work {
    @JvmStatic
    fun `it's 100% (really?) #1`(n: Int): String {
        val shapes = listOf(Shape.Circle(n), Shape.Nothing)
        val names = shapes.map { shape ->
            when (shape) {
                is Shape.Circle -> "circle ${shape.radius}"
                Shape.Nothing -> "nothing"
            }
        }
        val odd = object : Any() {
            override fun toString() = names.joinToString { it.uppercase() }
        }
        return "$odd ${Point(1, 2).copy(y = n)}"
    }
}

fun main() {
    Router.create().use { router ->
        val child = router.connect(Local.create())
        println(child.call(Functions.RemoteFunction1 { n: Int -> Work.`it's 100% (really?) #1`(n) }, 3))
    }
}
