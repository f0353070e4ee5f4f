package dev.jacquard.conformance;

/// A deliberately broken implementation, and the rule that must find it.
///
/// @param breaks the rule it breaks
/// @param name what is wrong with it, for the table of mutants
/// @param subject makes it
/// @param phrase what the message of a failing check of the rule contains
/// @param <S> the kind of component
public record Mutant<S>(Rule breaks, String name, S subject, String phrase) {}
