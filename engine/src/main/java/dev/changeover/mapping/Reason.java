package dev.changeover.mapping;

import dev.changeover.mapping.Tally.Outcome;

/** Why a value ended where it did; the words stand in the ledger. */
enum Reason {
    EXACT(Outcome.EXACT, "as it is"),

    TYPE_NOTED(Outcome.CONVERTED, "equal in the column's type, its own type noted"),
    NUMBER_IN_STRING(Outcome.CONVERTED, "a string that is exactly a number"),
    VALUE_IN_STRING(Outcome.CONVERTED, "a string that is exactly a value of the column's type"),
    TYPES_NOTED_INSIDE(Outcome.CONVERTED, "JSON cannot tell all types inside; they are noted"),

    WRONG_TYPE(Outcome.KEPT, "its type does not fit the column"),
    NOT_A_NUMBER(Outcome.KEPT, "a string that is not exactly a number"),
    OUT_OF_RANGE(Outcome.KEPT, "outside the column's range"),
    INEXACT(Outcome.KEPT, "the column would round it"),
    NEGATIVE_ZERO(Outcome.KEPT, "negative zero; the column holds 0"),
    COHORT(Outcome.KEPT, "a decimal with another exponent; the column holds the equal number"),
    NOT_FINITE(Outcome.KEPT, "NaN or infinity that the column cannot hold exactly"),
    NUL(Outcome.KEPT, "text with U+0000"),
    NOT_UTF8(Outcome.KEPT, "text that is not UTF-8"),
    ODD_ARRAY(Outcome.KEPT, "an array whose keys are not 0, 1, 2 …"),
    ODD_BYTES(Outcome.KEPT, "bytes that no driver writes"),
    KEPT_INSIDE(Outcome.KEPT, "something inside that JSON cannot hold"),
    SECOND_OF_NAME(Outcome.KEPT, "a second field of the same name"),
    NOT_IN_PLAN(Outcome.KEPT, "a field that the plan does not know"),
    LONG_KEY(Outcome.KEPT, "a key too long for an index; mongo_id holds its digest"),

    EXCLUDED(Outcome.EXCLUDED, "left out by the plan");

    final Outcome outcome;
    final String text;

    Reason(Outcome outcome, String text) {
        this.outcome = outcome;
        this.text = text;
    }

    /** True when the value goes to mongo_extra under its own path by the caller's hand. */
    boolean kept() {
        return outcome == Outcome.KEPT && this != KEPT_INSIDE;
    }
}
