package dev.jacquard.spi.kernel;

import java.util.Set;

/// What a backend can do on this machine.
///
/// @param device for people
/// @param operations what it computes
/// @param weightTypes types of [WeightRole#MATRIX] and [WeightRole#EMBEDDING] it loads; norms and biases may be F32, F16 or BF16 everywhere
/// @param kvTypes types of KV it stores
/// @param deterministic the same calls give the same bits (KRN-9)
/// @param batchInvariant a row's bits do not depend on its neighbours (KRN-10); false only in an announced fast mode
/// @param tolerance largest relative error against a float64 oracle, as KRN-1 measures it
public record BackendCapabilities(
    String device,
    Set<Operation> operations,
    Set<DType> weightTypes,
    Set<DType> kvTypes,
    boolean deterministic,
    boolean batchInvariant,
    double tolerance) {
  /// Copies the sets.
  public BackendCapabilities {
    operations = Set.copyOf(operations);
    weightTypes = Set.copyOf(weightTypes);
    kvTypes = Set.copyOf(kvTypes);
  }
}
