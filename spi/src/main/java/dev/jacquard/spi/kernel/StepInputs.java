package dev.jacquard.spi.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/// Everything that varies from step to step, as int columns in memory that the backend allocated ([KernelBackend#allocateStaging]). Filled by the engine, read by the backend, on
/// the host or by DMA. Tokens of a step are numbered `[0, tokens())` in the order of the rows; row `r` owns tokens `[queryStart(r), queryStart(r + 1))`.
///
/// One object, block tables included, per step in flight. The engine rewrites it only after a `synchronize` or a `downloadRows`, which wait for all earlier work: with the single
/// in-order stream that is the whole argument why freed blocks and reused staging are safe (KRN-18).
public final class StepInputs {
  private final StepShape shape;
  private final MemorySegment tokenIds;
  private final MemorySegment positions;
  private final MemorySegment slots;
  private final MemorySegment queryStarts;
  private final MemorySegment sequences;
  private final MemorySegment lengths;
  private final MemorySegment outputTokens;
  private final MemorySegment blockTables;
  private int rows;
  private int tokens;
  private int outputs;

  /// Columns for steps of the given shape.
  ///
  /// @param staging room for the columns, [#stagingBytes] of it
  /// @param blockTables room for the tables, [#blockTableBytes] of it; indexed by sequence id and kept from step to step, but never shared by two steps in flight: a plan may change
  ///     entries that the step before it still reads
  public StepInputs(StepShape shape, MemorySegment staging, MemorySegment blockTables) {
    this.shape = shape;
    this.blockTables = blockTables;
    long at = 0;
    tokenIds = staging.asSlice(at, 4L * shape.maxTokens());
    at += tokenIds.byteSize();
    positions = staging.asSlice(at, 4L * shape.maxTokens());
    at += positions.byteSize();
    slots = staging.asSlice(at, 4L * shape.maxTokens());
    at += slots.byteSize();
    queryStarts = staging.asSlice(at, 4L * (shape.maxRows() + 1));
    at += queryStarts.byteSize();
    sequences = staging.asSlice(at, 4L * shape.maxRows());
    at += sequences.byteSize();
    lengths = staging.asSlice(at, 4L * shape.maxRows());
    at += lengths.byteSize();
    outputTokens = staging.asSlice(at, 4L * shape.maxOutputs());
  }

  /// Bytes of staging one step needs, block tables apart.
  public static long stagingBytes(StepShape shape) {
    return 4L * (3L * shape.maxTokens() + 3L * shape.maxRows() + 1 + shape.maxOutputs());
  }

  /// Bytes of the block tables.
  public static long blockTableBytes(StepShape shape) {
    return 4L * shape.maxSequences() * shape.maxBlocksPerSequence();
  }

  /// Empties the step.
  public void clear() {
    rows = 0;
    tokens = 0;
    outputs = 0;
    queryStarts.setAtIndex(JAVA_INT, 0, 0);
  }

  /// Starts a row of sequence id `sequence`, whose length after this step is `length` positions. Its tokens follow by [#addToken].
  public void addRow(int sequence, int length) {
    sequences.setAtIndex(JAVA_INT, rows, sequence);
    lengths.setAtIndex(JAVA_INT, rows, length);
    rows++;
    queryStarts.setAtIndex(JAVA_INT, rows, tokens);
  }

  /// Adds a token to the last row. `tokenId` below 0 means "output `-1 - tokenId` of the step before". `slot` is `block * blockSize + offset`, or -1 for a token whose KV is not written.
  public void addToken(int tokenId, int position, int slot) {
    tokenIds.setAtIndex(JAVA_INT, tokens, tokenId);
    positions.setAtIndex(JAVA_INT, tokens, position);
    slots.setAtIndex(JAVA_INT, tokens, slot);
    tokens++;
    queryStarts.setAtIndex(JAVA_INT, rows, tokens);
  }

  /// Asks for the logits of token `token` of this step.
  public void addOutput(int token) {
    outputTokens.setAtIndex(JAVA_INT, outputs++, token);
  }

  /// Replaces a token id, once the output it referred to is known.
  public void resolveToken(int token, int tokenId) {
    tokenIds.setAtIndex(JAVA_INT, token, tokenId);
  }

  /// The bounds.
  public StepShape shape() {
    return shape;
  }

  /// Rows of the step.
  public int rows() {
    return rows;
  }

  /// Tokens of the step.
  public int tokens() {
    return tokens;
  }

  /// Logits wanted.
  public int outputs() {
    return outputs;
  }

  /// Id of a token, or `-1 - output` of the step before.
  public int tokenId(int token) {
    return tokenIds.getAtIndex(JAVA_INT, token);
  }

  /// Position of a token in its sequence.
  public int position(int token) {
    return positions.getAtIndex(JAVA_INT, token);
  }

  /// Where a token's KV goes, -1 for nowhere.
  public int slot(int token) {
    return slots.getAtIndex(JAVA_INT, token);
  }

  /// First token of a row; `queryStart(rows())` is the number of tokens.
  public int queryStart(int row) {
    return queryStarts.getAtIndex(JAVA_INT, row);
  }

  /// Sequence id of a row.
  public int sequence(int row) {
    return sequences.getAtIndex(JAVA_INT, row);
  }

  /// Positions of a row's sequence after this step.
  public int length(int row) {
    return lengths.getAtIndex(JAVA_INT, row);
  }

  /// The token whose logits are output `output`.
  public int outputToken(int output) {
    return outputTokens.getAtIndex(JAVA_INT, output);
  }

  /// Entry `index` of a sequence's block table, -1 for a block that a window gave up.
  public int block(int sequence, int index) {
    return blockTables.getAtIndex(JAVA_INT, (long) sequence * shape.maxBlocksPerSequence() + index);
  }

  /// The block tables, `[maxSequences][maxBlocksPerSequence]` ints.
  public MemorySegment blockTables() {
    return blockTables;
  }

  /// Column of token ids, for a backend that copies it.
  public MemorySegment tokenIds() {
    return tokenIds;
  }

  /// Column of positions.
  public MemorySegment positions() {
    return positions;
  }

  /// Column of slots.
  public MemorySegment slots() {
    return slots;
  }

  /// Column of query starts, `rows + 1` entries.
  public MemorySegment queryStarts() {
    return queryStarts;
  }

  /// Column of sequence ids by row.
  public MemorySegment sequences() {
    return sequences;
  }

  /// Column of lengths by row.
  public MemorySegment lengths() {
    return lengths;
  }

  /// Column of output tokens.
  public MemorySegment outputTokens() {
    return outputTokens;
  }
}
