package dev.jacquard.spi.schedule;

import java.util.Arrays;

/// One step, column-wise: each row computes positions `[firstPosition, firstPosition + tokenCount)` of one sequence and, when `outputs > 0`, the logits of its
/// last `outputs` positions. Owned by the engine, allocated once, cleared and refilled every step. A sequence has at most one row.
public final class StepPlan {
  private final SchedulerLimits limits;
  private final int[] sequences;
  private final int[] firstPositions;
  private final int[] tokenCounts;
  private final int[] outputs;
  private final int[] rowOf;
  private final int[] preempted;
  private int rows;
  private int totalTokens;
  private int totalOutputs;
  private int preemptions;
  private int budget;

  /// An empty plan for the given limits.
  public StepPlan(SchedulerLimits limits) {
    this.limits = limits;
    sequences = new int[limits.maxRunning()];
    firstPositions = new int[limits.maxRunning()];
    tokenCounts = new int[limits.maxRunning()];
    outputs = new int[limits.maxRunning()];
    rowOf = new int[limits.maxSequences()];
    preempted = new int[limits.maxSequences()];
    Arrays.fill(rowOf, -1);
    budget = limits.maxStepTokens();
  }

  /// Empties the plan; called by the engine. `budget` bounds the tokens of the next step and is at most `limits.maxStepTokens()`.
  public void clear(int budget) {
    for (int row = 0; row < rows; row++) {
      rowOf[sequences[row]] = -1;
    }
    rows = 0;
    totalTokens = 0;
    totalOutputs = 0;
    preemptions = 0;
    this.budget = Math.clamp(budget, 1, limits.maxStepTokens());
  }

  /// Adds a row and returns its index.
  ///
  /// @throws IllegalStateException when a bound of the step would be exceeded or the sequence has a row already (SCH-1, SCH-3)
  public int add(int sequence, int firstPosition, int tokenCount, int outputs) {
    if (rows == sequences.length) {
      throw new IllegalStateException("the plan has " + rows + " rows already, its limit");
    }
    if (tokenCount < 1 || tokenCount > budget - totalTokens) {
      throw new IllegalStateException(
          "a row of " + tokenCount + " tokens does not fit: " + remainingTokens() + " are left");
    }
    if (outputs < 0 || outputs > tokenCount || firstPosition < 0) {
      throw new IllegalStateException(
          "row at position " + firstPosition + " with " + outputs + " outputs of " + tokenCount);
    }
    if (rowOf[sequence] >= 0) {
      throw new IllegalStateException("sequence " + sequence + " has a row already");
    }
    sequences[rows] = sequence;
    firstPositions[rows] = firstPosition;
    tokenCounts[rows] = tokenCount;
    this.outputs[rows] = outputs;
    rowOf[sequence] = rows;
    totalTokens += tokenCount;
    totalOutputs += outputs;
    return rows++;
  }

  /// Notes that `sequence` gave its blocks up in this plan, and removes its row if it has one. Later rows move up by one.
  public void preempt(int sequence) {
    int row = rowOf[sequence];
    if (row >= 0) {
      totalTokens -= tokenCounts[row];
      totalOutputs -= outputs[row];
      rowOf[sequence] = -1;
      int tail = rows - row - 1;
      System.arraycopy(sequences, row + 1, sequences, row, tail);
      System.arraycopy(firstPositions, row + 1, firstPositions, row, tail);
      System.arraycopy(tokenCounts, row + 1, tokenCounts, row, tail);
      System.arraycopy(outputs, row + 1, outputs, row, tail);
      rows--;
      for (int i = row; i < rows; i++) {
        rowOf[sequences[i]] = i;
      }
    }
    preempted[preemptions++] = sequence;
  }

  /// Rows of the step.
  public int rows() {
    return rows;
  }

  /// Sequence of a row.
  public int sequence(int row) {
    return sequences[checked(row)];
  }

  /// First position a row computes.
  public int firstPosition(int row) {
    return firstPositions[checked(row)];
  }

  /// Positions a row computes, at least 1.
  public int tokenCount(int row) {
    return tokenCounts[checked(row)];
  }

  /// Logits wanted, counted from the row's end.
  public int outputs(int row) {
    return outputs[checked(row)];
  }

  /// The row of a sequence, or -1.
  public int rowOf(int sequence) {
    return rowOf[sequence];
  }

  /// Tokens of all rows.
  public int totalTokens() {
    return totalTokens;
  }

  /// Outputs of all rows.
  public int totalOutputs() {
    return totalOutputs;
  }

  /// Tokens that may still be added.
  public int remainingTokens() {
    return budget - totalTokens;
  }

  /// Rows that may still be added.
  public int remainingRows() {
    return sequences.length - rows;
  }

  /// Sequences preempted in this plan.
  public int preemptions() {
    return preemptions;
  }

  /// The `index`-th preempted sequence.
  public int preempted(int index) {
    return preempted[java.util.Objects.checkIndex(index, preemptions)];
  }

  private int checked(int row) {
    return java.util.Objects.checkIndex(row, rows);
  }
}
