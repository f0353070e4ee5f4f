package dev.jacquard.engine;

import dev.jacquard.engine.output.TextChunk;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Publishes the chunks of a request to one subscriber, as fast as it asks for them. The request is submitted when somebody subscribes; cancelling the subscription cancels it.
final class TextPublisher implements Flow.Publisher<TextChunk> {
  private final Supplier<Generation> submission;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  TextPublisher(Supplier<Generation> submission) {
    this.submission = submission;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super TextChunk> subscriber) {
    if (!subscribed.compareAndSet(false, true)) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
          });
      subscriber.onError(
          new IllegalStateException("a stream has one subscriber; ask the engine for another one"));
      return;
    }
    Delivery delivery = new Delivery(subscriber);
    subscriber.onSubscribe(delivery);
    Thread.ofVirtual().name("jacquard-stream").start(() -> delivery.run(submission));
  }

  /// Carries chunks to the subscriber on a virtual thread of its own.
  private static final class Delivery implements Flow.Subscription {
    private final Flow.Subscriber<? super TextChunk> subscriber;
    private final Semaphore demand = new Semaphore(0);
    private volatile boolean cancelled;
    private volatile boolean badDemand;
    private volatile @Nullable Generation generation;

    Delivery(Flow.Subscriber<? super TextChunk> subscriber) {
      this.subscriber = subscriber;
    }

    void run(Supplier<Generation> submission) {
      try {
        Generation generation = submission.get();
        this.generation = generation;
        while (!cancelled) {
          TextChunk chunk = generation.next();
          if (chunk == null && !cancelled) {
            subscriber.onComplete();
            return;
          }
          demand.acquire();
          if (badDemand) {
            throw new IllegalArgumentException("a subscriber must request a positive number");
          }
          if (chunk != null && !cancelled) {
            subscriber.onNext(chunk);
          }
        }
        generation.cancel();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(e);
      } catch (RuntimeException e) {
        fail(e);
      }
    }

    private void fail(Exception e) {
      Generation started = generation;
      if (started != null) {
        started.cancel();
      }
      if (!cancelled) {
        subscriber.onError(e);
      }
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        badDemand = true;
        demand.release();
        return;
      }
      // a semaphore counts ints; more than that many chunks no answer has
      int free = Integer.MAX_VALUE - demand.availablePermits();
      demand.release((int) Math.min(n, free));
    }

    @Override
    public void cancel() {
      cancelled = true;
      Generation started = generation;
      if (started != null) {
        started.cancel();
      }
      demand.release(demand.availablePermits() == Integer.MAX_VALUE ? 0 : 1);
    }
  }
}
