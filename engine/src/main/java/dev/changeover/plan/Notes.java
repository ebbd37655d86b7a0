package dev.changeover.plan;

/** What the plan tells a person: {@code seen} in the data, {@code why} it was decided so, and the person's own {@code note}. */
public record Notes(String seen, String why, String note) {
    public static final Notes NONE = new Notes("", "", "");

    public static Notes seen(String seen, String why) {
        return new Notes(seen, why, "");
    }
}
