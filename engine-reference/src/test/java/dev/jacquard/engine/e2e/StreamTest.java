package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SamplingParams;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Text by subscription.
class StreamTest {
  private static final Engine ENGINE = Engine.open(Runs.config().build());
  private static final GenerationRequest REQUEST =
      Runs.request("The people of the United States", Runs.greedy(30));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  /// Asks for nothing by itself.
  private static final class Reader implements Flow.Subscriber<TextChunk> {
    final BlockingQueue<TextChunk> chunks = new LinkedBlockingQueue<>();
    final CountDownLatch done = new CountDownLatch(1);
    final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.set(given);
    }

    @Override
    public void onNext(TextChunk chunk) {
      chunks.add(chunk);
    }

    @Override
    public void onError(Throwable cause) {
      error.set(cause);
      done.countDown();
    }

    @Override
    public void onComplete() {
      done.countDown();
    }

    Flow.Subscription subscription() {
      return java.util.Objects.requireNonNull(subscription.get());
    }

    TextChunk take() throws InterruptedException {
      TextChunk chunk = chunks.poll(60, TimeUnit.SECONDS);
      return java.util.Objects.requireNonNull(chunk, "no chunk came");
    }
  }

  private static Reader subscribe(GenerationRequest request) {
    Reader reader = new Reader();
    ENGINE.stream(request).subscribe(reader);
    return reader;
  }

  private static void awaitRest() {
    while (ENGINE.status().running() + ENGINE.status().waiting() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void allChunksTogetherAreTheAnswer() throws InterruptedException {
    Reader reader = subscribe(REQUEST);
    reader.subscription().request(Long.MAX_VALUE);
    assertTrue(reader.done.await(60, TimeUnit.SECONDS));
    assertNull(reader.error.get());
    String text = String.join("", reader.chunks.stream().map(TextChunk::text).toList());
    assertEquals(ENGINE.generate(REQUEST).text(), text);
    assertEquals(30, reader.chunks.stream().mapToInt(chunk -> chunk.tokenIds().size()).sum());
    assertEquals(1, reader.chunks.stream().filter(c -> c.finish() == FinishReason.LENGTH).count());
  }

  @Test
  void nothingComesThatNobodyAskedFor() throws InterruptedException {
    Reader reader = subscribe(REQUEST);
    while (ENGINE.status().running() == 0) {
      Thread.onSpinWait();
    }
    awaitRest();
    assertTrue(reader.chunks.isEmpty(), "nobody asked");
    reader.subscription().request(1);
    TextChunk first = reader.take();
    assertTrue(reader.chunks.isEmpty(), "one was asked for");
    reader.subscription().request(Long.MAX_VALUE);
    assertTrue(reader.done.await(60, TimeUnit.SECONDS));
    int rest = reader.chunks.stream().mapToInt(chunk -> chunk.tokenIds().size()).sum();
    assertEquals(30, first.tokenIds().size() + rest);
  }

  @Test
  void aCancelledSubscriptionCancelsTheRequest() throws InterruptedException {
    Reader reader = subscribe(Runs.request("The people of the United States", Runs.greedy(480)));
    reader.subscription().request(1);
    reader.take();
    reader.subscription().cancel();
    awaitRest();
    assertEquals(1, reader.done.getCount(), "neither completion nor error after a cancel");
    assertTrue(reader.chunks.size() <= 1);
  }

  @Test
  void aDemandThatIsNotPositiveIsAnError() throws InterruptedException {
    Reader reader = subscribe(REQUEST);
    reader.subscription().request(0);
    assertTrue(reader.done.await(60, TimeUnit.SECONDS));
    assertInstanceOf(IllegalArgumentException.class, reader.error.get());
    awaitRest();
  }

  @Test
  void aRefusedRequestIsAnErrorOfTheStream() throws InterruptedException {
    SamplingParams beams = SamplingParams.builder().beamSearch(true).build();
    Reader reader = subscribe(Runs.request("x", beams));
    reader.subscription().request(1);
    assertTrue(reader.done.await(60, TimeUnit.SECONDS));
    assertInstanceOf(RequestRejectedException.class, reader.error.get());
  }

  @Test
  void aStreamHasOneSubscriber() throws InterruptedException {
    Flow.Publisher<TextChunk> stream = ENGINE.stream(REQUEST);
    Reader first = new Reader();
    Reader second = new Reader();
    stream.subscribe(first);
    stream.subscribe(second);
    assertInstanceOf(IllegalStateException.class, second.error.get());
    first.subscription().request(Long.MAX_VALUE);
    assertTrue(first.done.await(60, TimeUnit.SECONDS));
    assertNull(first.error.get());
  }
}
