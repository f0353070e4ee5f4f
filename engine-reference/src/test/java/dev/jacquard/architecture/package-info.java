/// The rules of the house, checked in the classes and in the source, each with the reason why it stands.
@NullMarked
package dev.jacquard.architecture;

import org.jspecify.annotations.NullMarked;
