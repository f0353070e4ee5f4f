package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.engine.model.file.ModelFileException;
import dev.jacquard.engine.model.file.TensorInfo;
import dev.jacquard.spi.kernel.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Every weight that a model needs, found and checked. Immutable.
public final class ModelWeights {
  private static final int SHOWN = 20;

  /// Buffers that old checkpoints store and nobody needs: the plain rotary frequencies.
  private static final Pattern IGNORED = Pattern.compile("model\\..*rotary_emb\\.inv_freq");

  private final ModelConfig config;
  private final Map<TensorRole, TensorInfo[]> found;

  private ModelWeights(ModelConfig config, Map<TensorRole, TensorInfo[]> found) {
    this.config = config;
    this.found = found;
  }

  /// Finds the weights of a model.
  ///
  /// @throws ModelFileException naming all tensors that are missing, have the wrong shape or type,
  ///   or are not known: an unknown tensor means arithmetic that would silently be left out
  public static ModelWeights resolve(ModelFile file, ModelConfig config) {
    WeightNames names = WeightNames.of(file);
    Problems problems = new Problems();
    Set<String> known = new HashSet<>();
    Map<TensorRole, TensorInfo[]> found = new EnumMap<>(TensorRole.class);
    for (TensorRole role : TensorRole.values()) {
      if (!role.neededBy(config)) {
        continue;
      }
      TensorInfo[] layers = new TensorInfo[role.perLayer() ? config.layers() : 1];
      for (int layer = 0; layer < layers.length; layer++) {
        String name = role.name(names, layer);
        known.add(name);
        TensorInfo tensor = file.find(name);
        String problem = problem(role, name, tensor, config);
        if (tensor == null || problem != null) {
          problems.add(String.valueOf(problem));
        } else {
          layers[layer] = tensor;
        }
      }
      found.put(role, layers);
    }
    addUnknown(file, config, names, known, problems);
    if (problems.count > 0) {
      throw new ModelFileException(
          file.path(), problems.describe(), "get an intact file of the model");
    }
    return new ModelWeights(config, found);
  }

  private static @Nullable String problem(
      TensorRole role, String name, @Nullable TensorInfo tensor, ModelConfig config) {
    if (tensor == null) {
      return name + " is missing";
    }
    long[] shape = role.shape(config);
    if (!tensor.hasShape(shape)) {
      return tensor + " should have shape " + Arrays.toString(shape);
    }
    boolean plain =
        tensor.type() == DType.F32 || tensor.type() == DType.F16 || tensor.type() == DType.BF16;
    if ((role.vector() && !plain) || tensor.type() == DType.I32) {
      return tensor + " should be of type F32, F16 or BF16";
    }
    return null;
  }

  private static void addUnknown(
      ModelFile file, ModelConfig config, WeightNames names, Set<String> known, Problems problems) {
    if (names == WeightNames.GGUF) {
      known.add(TensorRole.ROPE_FREQS.name(names, 0));
    } else if (config.tiedEmbeddings()) {
      known.add(TensorRole.OUTPUT.name(names, 0)); // a second copy of the embedding
    }
    for (TensorInfo tensor : file.tensors()) {
      if (!known.contains(tensor.name()) && !IGNORED.matcher(tensor.name()).matches()) {
        problems.add(quote(tensor.name()) + " is not known in " + config.architecture());
      }
    }
  }

  /// All are counted, the first are kept: an absurd layer count must not fill the memory.
  private static final class Problems {
    private final List<String> shown = new ArrayList<>();
    private int count;

    void add(String problem) {
      if (count++ < SHOWN) {
        shown.add(problem);
      }
    }

    String describe() {
      String more = count > SHOWN ? " and " + (count - SHOWN) + " more" : "";
      return count + " of the weights cannot be used: " + String.join(", ", shown) + more;
    }
  }

  /// The configuration that the weights were checked against.
  public ModelConfig config() {
    return config;
  }

  /// Whether the model has weights of that role. [TensorRole#OUTPUT] is always there.
  public boolean has(TensorRole role) {
    return role == TensorRole.OUTPUT || found.containsKey(role);
  }

  /// A weight that is not part of a layer. The output of a tied model is its token embedding.
  ///
  /// @throws IllegalArgumentException when the model has none
  public TensorInfo get(TensorRole role) {
    if (role.perLayer()) {
      throw new IllegalArgumentException(role + " needs a layer");
    }
    boolean tied = role == TensorRole.OUTPUT && config.tiedEmbeddings();
    return layers(tied ? TensorRole.TOKEN_EMBEDDING : role)[0];
  }

  /// A weight of a layer.
  ///
  /// @param layer from 0
  /// @throws IllegalArgumentException when the model has none
  public TensorInfo get(TensorRole role, int layer) {
    if (!role.perLayer()) {
      throw new IllegalArgumentException(role + " belongs to no layer");
    }
    return layers(role)[layer];
  }

  /// Bytes of all weights in the file, tied ones counted once.
  public long bytes() {
    long bytes = 0;
    for (TensorInfo[] layers : found.values()) {
      for (TensorInfo tensor : layers) {
        bytes += tensor.bytes();
      }
    }
    return bytes;
  }

  private TensorInfo[] layers(TensorRole role) {
    TensorInfo[] layers = found.get(role);
    if (layers == null) {
      throw new IllegalArgumentException(config.architecture() + " has no " + role);
    }
    return layers;
  }
}
