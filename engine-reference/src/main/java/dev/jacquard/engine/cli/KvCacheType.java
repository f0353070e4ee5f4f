package dev.jacquard.engine.cli;

import dev.jacquard.spi.kernel.DType;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `--kv-cache-dtype`: of the types that tensors have, those that a KV cache can have. Whether the backend stores it is for the backend to say.
final class KvCacheType implements ITypeConverter<DType> {
  @Override
  public DType convert(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "f16" -> DType.F16;
      case "f32" -> DType.F32;
      case "bf16" -> DType.BF16;
      default ->
          throw new TypeConversionException(
              "'" + value + "' is no type of a KV cache; accepted: f16, f32, bf16");
    };
  }
}
