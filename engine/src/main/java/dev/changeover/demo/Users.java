package dev.changeover.demo;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDateTime;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** People with an account. Their oddities: ages as texts, phones as numbers, NULs, a date that no calendar has. */
final class Users {
    private final Chance chance;
    private final List<ObjectId> ids = new ArrayList<>();

    Users(Chance chance) {
        this.chance = chance;
    }

    List<ObjectId> ids() {
        return ids;
    }

    Document next() {
        Instant joined = chance.moment();
        ObjectId id = chance.id(joined);
        ids.add(id);
        String first = chance.oneOf(Words.FIRST_NAMES);
        String last = chance.oneOf(Words.LAST_NAMES);
        Document user = new Document("_id", id)
                .append(
                        "email",
                        "user" + ids.size() + "@" + chance.oneOf(Words.MAKES).toLowerCase(java.util.Locale.ROOT)
                                + ".example")
                .append("name", new Document("first", first).append("last", last))
                .append("createdAt", joined)
                .append("age", age())
                .append("credit", new Decimal128(new java.math.BigDecimal(chance.number(20_000)).movePointLeft(2)))
                .append("marketing", chance.rarely(400))
                .append("addresses", addresses())
                .append("tags", tags())
                .append("session", session());
        oddities(user);
        return user;
    }

    /** A number as a rule; a text that is one in old accounts; a text that is none in a few. */
    private Object age() {
        int age = 18 + chance.number(70);
        if (chance.rarely(5)) {
            return "n/a";
        }
        return chance.rarely(60) ? Integer.toString(age) : age;
    }

    private List<Document> addresses() {
        List<Document> addresses = new ArrayList<>();
        for (int i = chance.number(3); i >= 0; i--) {
            Document address = new Document("kind", i == 0 ? "home" : "other")
                    .append("street", chance.oneOf(Words.MAKES) + " Street " + (1 + chance.number(200)))
                    .append("city", chance.oneOf(Words.CITIES))
                    .append("zip code", chance.rarely(300) ? (Object) chance.number(99_999) : chance.hex(5))
                    .append("country", chance.oneOf(Words.COUNTRIES));
            addresses.add(address);
        }
        return addresses;
    }

    private List<String> tags() {
        List<String> tags = new ArrayList<>();
        for (int i = chance.number(4); i > 0; i--) {
            tags.add(chance.oneOf(Words.CATEGORIES));
        }
        return tags;
    }

    private Binary session() {
        ByteBuffer uuid = ByteBuffer.allocate(16);
        uuid.putLong(chance.bits() & ~0xF000L | 0x4000L).putLong(chance.bits() & ~(3L << 62) | 1L << 63);
        return new Binary((byte) 4, uuid.array());
    }

    private void oddities(Document user) {
        if (chance.rarely(700)) {
            user.append(
                    "phone",
                    chance.rarely(250)
                            ? (Object) (4_900_000_000L + chance.number(99_999_999))
                            : "+49 30 " + chance.number(999_999));
        } else if (chance.rarely(300)) {
            user.append("phone", null);
        }
        if (chance.rarely(20)) {
            user.append("note", "imported\u0000from the old system");
        }
        if (chance.rarely(2)) {
            user.append("bannedUntil", new BsonDateTime(Long.MAX_VALUE));
        } else if (chance.rarely(15)) {
            user.append("bannedUntil", chance.moment());
        }
        if (chance.rarely(1)) {
            user.append("createdat", "2019"); // beside createdAt
        }
    }
}
