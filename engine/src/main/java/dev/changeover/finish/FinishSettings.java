package dev.changeover.finish;

/** {@code allNotNull}: also columns that nothing but their rows says to be never NULL. */
public record FinishSettings(boolean foreignKeys, boolean allNotNull) {}
