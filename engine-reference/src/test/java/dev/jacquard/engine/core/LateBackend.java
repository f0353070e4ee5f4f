package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.StepInputs;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A backend in front of another one that does everything as late as the contract allows: operations are queued, and happen when a call has to wait for them. What a real device would
/// read too late, this one reads too late, every time.
///
/// It also keeps what each queued step was given, and complains when it reads something else.
final class LateBackend {
  private final Queue<Callable<@Nullable Object>> stream = new ArrayDeque<>();
  private int late;

  /// Operations that happened after the call that asked for them had returned.
  int late() {
    return late;
  }

  KernelBackend before(KernelBackend real) {
    return (KernelBackend)
        Proxy.newProxyInstance(
            KernelBackend.class.getClassLoader(),
            new Class<?>[] {KernelBackend.class},
            (proxy, method, arguments) -> call(real, method, arguments));
  }

  private @Nullable Object call(KernelBackend real, Method method, Object @Nullable [] arguments)
      throws Exception {
    return switch (method.getName()) {
      case "embed",
          "rmsNorm",
          "matmul",
          "addBias",
          "rope",
          "writeKv",
          "attention",
          "siluMultiply",
          "add",
          "gatherRows",
          "addRmsNorm",
          "ropeWriteKv" ->
          later(() -> invoke(real, method, arguments));
      case "copyBlocks" -> {
        Object[] given = Objects.requireNonNull(arguments);
        // the list stays the caller's: it is read before the call returns
        Object[] own = {given[0], copyOf((BlockCopies) given[1])};
        yield later(() -> invoke(real, method, own));
      }
      case "end" -> {
        StepInputs in = (StepInputs) Objects.requireNonNull(arguments)[0];
        String given = contents(in);
        yield later(() -> {
          assertEquals(given, contents(in), "a step was changed while it was in flight");
          return invoke(real, method, arguments);
        });
      }
      case "downloadRows", "exportBlock", "importBlock", "uploadRows", "synchronize" -> {
        happen();
        yield invoke(real, method, arguments);
      }
      default -> invoke(real, method, arguments);
    };
  }

  private @Nullable Object later(Callable<@Nullable Object> operation) {
    stream.add(operation);
    return null;
  }

  private void happen() throws Exception {
    while (!stream.isEmpty()) {
      late++;
      stream.remove().call();
    }
  }

  private static @Nullable Object invoke(
      KernelBackend real, Method method, Object @Nullable [] arguments) throws Exception {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    }
  }

  private static BlockCopies copyOf(BlockCopies copies) {
    BlockCopies own = new BlockCopies();
    for (int i = 0; i < copies.size(); i++) {
      own.add(copies.source(i), copies.target(i));
    }
    return own;
  }

  /// Everything a kernel may read of a step.
  private static String contents(StepInputs in) {
    StringJoiner all = new StringJoiner("\n");
    int blockSize = in.shape().blockSize();
    for (int row = 0; row < in.rows(); row++) {
      int sequence = in.sequence(row);
      StringJoiner text = new StringJoiner(" ");
      text.add("row " + row + " sequence " + sequence + " length " + in.length(row) + " blocks");
      for (int i = 0; i < Math.ceilDiv(in.length(row), blockSize); i++) {
        text.add(Integer.toString(in.block(sequence, i)));
      }
      text.add("tokens");
      for (int token = in.queryStart(row); token < in.queryStart(row + 1); token++) {
        text.add(in.tokenId(token) + "@" + in.position(token) + ">" + in.slot(token));
      }
      all.add(text.toString());
    }
    for (int output = 0; output < in.outputs(); output++) {
      all.add("output " + in.outputToken(output));
    }
    return all.toString();
  }
}
