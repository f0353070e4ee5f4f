/// Model files, memory-mapped and read with suspicion.
///
/// A model is downloaded from somebody else: every count, length and offset in it is checked
/// against the bytes that are there before it is believed. Whatever is wrong with a file ends in
/// one exception, [ModelFileException][dev.jacquard.engine.model.file.ModelFileException].
@NullMarked
package dev.jacquard.engine.model.file;

import org.jspecify.annotations.NullMarked;
