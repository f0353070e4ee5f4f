/// Text to token ids and back: SentencePiece-style and byte-level BPE built from a model file's
/// metadata, and a decoder that streams text without ever splitting a character.
@NullMarked
package dev.jacquard.engine.token;

import org.jspecify.annotations.NullMarked;
