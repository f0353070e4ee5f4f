package dev.jacquard.conformance.block;

import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A life of a manager: a list of steps, carried out on a driver.
final class SpaceLife {
  private static final int FAMILIES = 6;
  private static final int SHORT = 26;

  private final SpaceDriver driver;
  private final SpaceShape shape;

  private SpaceLife(SpaceDriver driver) {
    this.driver = driver;
    shape = driver.shape;
  }

  /// Lives `ops`, then gives everything back; the violation that ended it, or null.
  static @Nullable Violation run(ManagerUnderTest subject, SpaceShape shape, List<SpaceOp> ops) {
    return run(subject, shape, ops, true);
  }

  /// The same without giving anything back: the manager breaks off in the midst of its life.
  static @Nullable Violation breakOff(
      ManagerUnderTest subject, SpaceShape shape, List<SpaceOp> ops) {
    return run(subject, shape, ops, false);
  }

  private static @Nullable Violation run(
      ManagerUnderTest subject, SpaceShape shape, List<SpaceOp> ops, boolean toTheEnd) {
    try (SpaceDriver driver = new SpaceDriver(subject, shape, null)) {
      SpaceLife life = new SpaceLife(driver);
      ops.forEach(life::step);
      if (toTheEnd) {
        life.end();
      }
      return null;
    } catch (Violation e) {
      return e;
    }
  }

  /// Lives `ops` and writes down what the manager said, up to the first violation of `rule` or the
  /// first call that threw.
  ///
  /// @param peeks `peek` is asked before each step
  static List<String> trace(
      ManagerUnderTest subject, SpaceShape shape, List<SpaceOp> ops, Rule rule, boolean peeks) {
    List<String> trace = new ArrayList<>();
    try (SpaceDriver driver = new SpaceDriver(subject, shape, rule)) {
      SpaceLife life = new SpaceLife(driver);
      for (SpaceOp op : ops) {
        if (peeks) {
          life.peek(op.a() + 1, op.b() + 3, op.c());
          if (op.c() % 2 == 0) {
            life.peek(op.b(), op.c(), op.a());
          }
        }
        driver.begin(null);
        life.step(op);
        trace.add(op.kind() + " " + driver.shadow.events() + " " + driver.state.text());
      }
    } catch (NotApplicable e) {
      trace.add("ended early");
    }
    return trace;
  }

  private void step(SpaceOp op) {
    switch (op.kind()) {
      case ADMIT -> admit(op.a(), op.b(), op.c());
      case PEEK -> peek(op.a(), op.b(), op.c());
      case CLEAR -> driver.clear();
      case PLANNING -> driver.planning();
      case DRAIN -> driver.drain();
      case TICK -> driver.tick(op.a());
      case ILLEGAL -> new IllegalCalls(driver).tryOne(op.a(), op.b());
      case STEP, LAUNCH, COMMIT, SETTLE, RESERVE, TRUNCATE, FORK, SWAP_OUT, SWAP_IN, RELEASE -> {
        if (!driver.rows.isEmpty()) {
          List<Row> rows = List.copyOf(driver.rows.values());
          act(op, rows.get(op.a() % rows.size()));
        }
      }
    }
  }

  private void act(SpaceOp op, Row row) {
    if (row.swapped && op.kind() != SpaceOp.Kind.SWAP_IN && op.kind() != SpaceOp.Kind.RELEASE) {
      return;
    }
    switch (op.kind()) {
      case STEP -> {
        if (launch(row, op.b(), op.c())) {
          driver.settleTo(row, row.written);
          driver.commit(row, row.written);
        }
      }
      case LAUNCH -> launch(row, op.b(), op.c());
      case COMMIT -> commit(row, op.b(), op.c());
      case SETTLE -> driver.settle(row);
      case RESERVE -> reserve(row, op.b(), op.c());
      case TRUNCATE -> truncate(row, op.b());
      case FORK -> {
        if (driver.hasRoom()) {
          driver.settleTo(row, row.computed);
          driver.fork(row, op.c() % 2);
        }
      }
      case SWAP_OUT -> driver.swapOut(row);
      case SWAP_IN -> {
        if (row.swapped) {
          driver.swapIn(row, op.b() % 2 == 0);
        }
      }
      case RELEASE ->
          driver.release(row, ReleaseReason.values()[op.b() % ReleaseReason.values().length]);
      case ADMIT, PEEK, CLEAR, PLANNING, DRAIN, TICK, ILLEGAL ->
          throw new IllegalArgumentException("not about a sequence: " + op);
    }
  }

  private Row draw(int a, int b, int c) {
    int family = a % FAMILIES;
    int size = shape.blockSize();
    int most = Math.min(SHORT, (shape.device() + 1) * size);
    int length = 1 + b % most;
    if (b % 3 == 0) {
      length = Math.max(1, (1 + b / 3 % 4) * size + b / 12 % 3 - 1);
    }
    int[] prompt = new int[length];
    int same = size * (1 + family % 3) + (family > 2 ? 1 : 0);
    for (int i = 0; i < length; i++) {
      prompt[i] = i < same ? 1 + i % 3 : 10 * (family + 1) + i % 2;
    }
    return driver.row(c % 3 == 0 ? "red" : "blue", c / 3 % 2, length + a % (2 * size + 3), prompt);
  }

  private void admit(int a, int b, int c) {
    if (!driver.hasRoom()) {
      return;
    }
    Row row = draw(a, b, c);
    int length = row.view.length();
    int tokens = c % 4 == 0 ? length : 1 + c / 4 % length;
    if (driver.admit(row, tokens, a % 2 == 0) != Reservation.GRANTED) {
      driver.forget(row);
    }
  }

  private void peek(int a, int b, int c) {
    if (driver.hasRoom()) {
      Row row = draw(a, b, c);
      driver.peek(row);
      driver.forget(row);
    }
  }

  private boolean launch(Row row, int b, int c) {
    int to = Math.min(row.written + 1 + b % (2 * shape.blockSize()), row.view.maxLength());
    if (to <= row.written || driver.reserve(row, to) != Reservation.GRANTED) {
      return false;
    }
    driver.compute(row, to, c % 2);
    return true;
  }

  private void commit(Row row, int b, int c) {
    int to = row.computed + b % (row.written - row.computed + 1);
    if (c % 2 == 0) {
      driver.settleTo(row, to);
    }
    driver.commit(row, to);
  }

  private void reserve(Row row, int b, int c) {
    int tokens = Math.min(row.view.maxLength(), row.computed + b % (3 * shape.blockSize() + 1));
    driver.reserve(row, c % 8 == 0 ? (shape.device() + 1 + b % 3) * shape.blockSize() : tokens);
  }

  private void truncate(Row row, int b) {
    int mark = b % (row.table.length * shape.blockSize() + 1);
    for (int i = 0; i < shape.blocks(mark); i++) {
      if (row.table[i] == -1 && !shape.unseen(i, mark)) {
        return; // a window gave up what would be seen again
      }
    }
    driver.truncate(row, mark);
  }

  private void end() {
    driver.drain();
    for (Row row : List.copyOf(driver.rows.values())) {
      driver.release(row, ReleaseReason.CANCELLED);
    }
    driver.clear();
    driver.drain();
  }
}
