package dev.changeover.demo;

import java.time.Duration;

/**
 * Which shop, and whether its servers stay. {@code following} is how long it is shown that PostgreSQL follows,
 * {@code redraw} the time between two {@link Scene.Copying} or {@link Scene.Following}.
 */
public record DemoSettings(Size size, long seed, boolean keep, Duration following, Duration redraw) {
    /** How large the shop is. */
    public enum Size {
        SMALL(2_000, 200, 1_000, 2_000),
        USUAL(20_000, 2_000, 60_000, 40_000);

        final int users;
        final int products;
        final int orders;
        final int reviews;

        Size(int users, int products, int orders, int reviews) {
            this.users = users;
            this.products = products;
            this.orders = orders;
            this.reviews = reviews;
        }
    }
}
