package dev.changeover.phase;

/**
 * What must be so before the phase moves on, and whether it is. {@code name} is what {@code --force} calls it; {@code seen}
 * says what was found, and {@code remedy} what to do if that is not enough.
 */
public record Guard(String name, boolean holds, String seen, String remedy) {}
