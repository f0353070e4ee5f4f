import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;

public class Hello {
  public static void main(String[] args) throws Exception {
    try (Engine engine = Engine.open(EngineConfig.builder().build())) { // the embedded demo model
      System.out.println(engine.generate("Once upon a time").text());
    }
  }
}
