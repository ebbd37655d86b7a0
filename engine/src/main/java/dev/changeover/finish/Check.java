package dev.changeover.finish;

/** Something that must hold before Changeover is retired; {@code remedy} is what to do where it does not. */
public record Check(String name, boolean holds, String detail, String remedy) {}
