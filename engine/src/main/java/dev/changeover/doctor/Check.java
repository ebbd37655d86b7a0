package dev.changeover.doctor;

/** One thing that was looked at; {@code remedy} is what a person should do, empty where nothing is to be done. */
public record Check(Area area, String name, Verdict verdict, String finding, String remedy) {
    /** Where it belongs. */
    public enum Area {
        MONGODB,
        POSTGRESQL,
        TOGETHER
    }

    /** How bad it is. */
    public enum Verdict {
        OK,
        /** It goes, but a person should know. */
        WARN,
        /** Must be mended first. */
        FAIL,
        /** Could not be found out. */
        UNKNOWN
    }

    static Check ok(Area area, String name, String finding) {
        return new Check(area, name, Verdict.OK, finding, "");
    }

    static Check warn(Area area, String name, String finding, String remedy) {
        return new Check(area, name, Verdict.WARN, finding, remedy);
    }

    static Check fail(Area area, String name, String finding, String remedy) {
        return new Check(area, name, Verdict.FAIL, finding, remedy);
    }

    static Check unknown(Area area, String name, String finding, String remedy) {
        return new Check(area, name, Verdict.UNKNOWN, finding, remedy);
    }
}
