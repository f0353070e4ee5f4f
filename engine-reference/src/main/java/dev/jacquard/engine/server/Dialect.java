package dev.jacquard.engine.server;

import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.spi.request.SamplingParams;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What differs between the two generating end points: how a body becomes prompts, and how answers are written. Stateless; any thread.
interface Dialect {
  /// Prefix of response ids.
  String idPrefix();

  /// `object` of a whole answer.
  String object();

  /// `object` of a streamed piece.
  String chunkObject();

  /// The sampling fields of the body.
  SamplingParams sampling(RequestBody body, int maxModelLength);

  /// The prompts of the body, each with what all have in common still missing.
  List<GenerationRequest.Builder> prompts(RequestBody body, SamplingParams sampling);

  /// Text put in front of every answer to prompt `index` (`echo`), usually empty.
  String echo(RequestBody body, int index);

  /// One choice of a whole answer.
  ObjectNode choice(int index, String echo, Completion completion, int promptTokens);

  /// The pieces that open a choice of a stream.
  void open(ArrayNode choices, int index, String echo);

  /// One piece of a choice.
  ObjectNode piece(int index, TextChunk chunk, int offset);
}
