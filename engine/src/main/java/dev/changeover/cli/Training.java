package dev.changeover.cli;

/** What the launcher runs once after a build, so that the JVM can keep the classes which every command needs. */
final class Training {
    private Training() {}

    public static void main(String[] args) {
        System.exit(Main.run(Output.ofProcess(), "--help"));
    }
}
