package dev.changeover.profile;

/** How many paths a profile may still follow, so that its memory does not grow with the data. Not thread-safe. */
final class Budget {
    private int left;

    Budget(int paths) {
        left = paths;
    }

    boolean take() {
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    void give(int paths) {
        left += paths;
    }
}
