/// Chat messages to prompt text: the template families that models use, kept as data and told apart
/// by what their `tokenizer.chat_template` contains.
@NullMarked
package dev.jacquard.engine.chat;

import org.jspecify.annotations.NullMarked;
