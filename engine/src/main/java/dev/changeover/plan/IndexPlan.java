package dev.changeover.plan;

import java.util.Optional;

/**
 * What one MongoDB index becomes. {@code definition} is its specification as listIndexes gives it, in canonical Extended
 * JSON, so that a renamed column finds its way into the SQL; {@code sql} replaces the translation when a person wrote
 * one; {@code skip} leaves the index out.
 */
public record IndexPlan(String name, String definition, Optional<String> sql, boolean skip, Notes notes) {}
