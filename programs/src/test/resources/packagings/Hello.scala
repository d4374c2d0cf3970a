package pkg

import org.mitogen4j.{Functions, Router}
import org.mitogen4j.connect.Local

case class Point(x: Int, y: Int)

sealed trait Shape
case class Circle(radius: Int) extends Shape
case object Nothing_! extends Shape

object Work {
  def use(n: Int): String = {
    val names = List[Shape](Circle(n), Nothing_!).map {
      case Circle(r) => s"circle $r"
      case Nothing_! => "nothing"
    }
    names.mkString(",") + " " + Point(1, 2).copy(y = n)
  }
}

object Hello {
  def main(args: Array[String]): Unit = {
    val router = Router.create()
    try {
      val child = router.connect(Local.create())
      val function: Functions.RemoteFunction1[Integer, String] = n => Work.use(n)
      println(child.call(function, Integer.valueOf(3)))
    } finally router.close()
  }
}
