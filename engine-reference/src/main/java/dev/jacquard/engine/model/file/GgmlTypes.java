package dev.jacquard.engine.model.file;

import dev.jacquard.spi.kernel.DType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tensor type numbers of GGUF (ggml's `ggml_type`): those that can be read, and the names of the
/// others so that a refusal can say what the file holds.
final class GgmlTypes {
  private static final Map<Integer, DType> READABLE =
      Map.ofEntries(
          Map.entry(0, DType.F32),
          Map.entry(1, DType.F16),
          Map.entry(2, DType.Q4_0),
          Map.entry(3, DType.Q4_1),
          Map.entry(6, DType.Q5_0),
          Map.entry(7, DType.Q5_1),
          Map.entry(8, DType.Q8_0),
          Map.entry(10, DType.Q2_K),
          Map.entry(11, DType.Q3_K),
          Map.entry(12, DType.Q4_K),
          Map.entry(13, DType.Q5_K),
          Map.entry(14, DType.Q6_K),
          Map.entry(20, DType.IQ4_NL),
          Map.entry(26, DType.I32),
          Map.entry(30, DType.BF16),
          Map.entry(39, DType.MXFP4));

  /// ggml's names by number.
  private static final List<String> NAMES =
      List.of(
          "F32",
          "F16",
          "Q4_0",
          "Q4_1",
          "Q4_2 (withdrawn)",
          "Q4_3 (withdrawn)",
          "Q5_0",
          "Q5_1",
          "Q8_0",
          "Q8_1",
          "Q2_K",
          "Q3_K",
          "Q4_K",
          "Q5_K",
          "Q6_K",
          "Q8_K",
          "IQ2_XXS",
          "IQ2_XS",
          "IQ3_XXS",
          "IQ1_S",
          "IQ4_NL",
          "IQ3_S",
          "IQ2_S",
          "IQ4_XS",
          "I8",
          "I16",
          "I32",
          "I64",
          "F64",
          "IQ1_M",
          "BF16",
          "Q4_0_4_4 (withdrawn)",
          "Q4_0_4_8 (withdrawn)",
          "Q4_0_8_8 (withdrawn)",
          "TQ1_0",
          "TQ2_0",
          "IQ4_NL_4_4 (withdrawn)",
          "IQ4_NL_4_8 (withdrawn)",
          "IQ4_NL_8_8 (withdrawn)",
          "MXFP4",
          "NVFP4",
          "Q1_0");

  private GgmlTypes() {}

  static @Nullable DType readable(int id) {
    return READABLE.get(id);
  }

  /// "23 (IQ4_XS)", or "77 (unknown to this version)".
  static String describe(int id) {
    String name = id >= 0 && id < NAMES.size() ? NAMES.get(id) : "unknown to this version";
    return Integer.toUnsignedString(id) + " (" + name + ")";
  }

  static String supported() {
    return READABLE.values().stream().sorted().map(DType::name).collect(Collectors.joining(", "));
  }
}
