package dev.changeover.demo;

import java.util.List;

/** What the shop's people and things are called. */
final class Words {
    static final List<String> FIRST_NAMES = List.of(
            "Ada",
            "Ben",
            "Chiara",
            "Dmitri",
            "Elif",
            "Farid",
            "Grace",
            "Hana",
            "Ivo",
            "Jürgen",
            "Kofi",
            "Léa",
            "Mei",
            "Nadia",
            "Oluwaseun",
            "Paula",
            "Quentin",
            "Rosa",
            "Søren",
            "Tove",
            "Uma",
            "Víctor",
            "Wanda",
            "Ximena",
            "Yuki",
            "Zoë");
    static final List<String> LAST_NAMES = List.of(
            "Almeida",
            "Brandt",
            "Castillo",
            "Dąbrowski",
            "Eriksen",
            "Fontaine",
            "García",
            "Haddad",
            "Ivanova",
            "Jansen",
            "Kowalski",
            "Lindqvist",
            "Moreau",
            "Nakamura",
            "O'Brien",
            "Petrović",
            "Quist",
            "Rossi",
            "Schäfer",
            "Tanaka",
            "Usman",
            "Virtanen",
            "Weiß",
            "Yilmaz",
            "Zhang");
    static final List<String> CITIES = List.of(
            "Amsterdam",
            "Bergen",
            "Coimbra",
            "Dublin",
            "Essen",
            "Firenze",
            "Gdańsk",
            "Helsinki",
            "İzmir",
            "København",
            "Lyon",
            "Málaga",
            "Napoli",
            "Oslo",
            "Praha",
            "Reims",
            "Sofia",
            "Tallinn",
            "Uppsala",
            "Wien",
            "Zürich");
    static final List<String> COUNTRIES =
            List.of("AT", "CH", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "NL", "NO", "PL", "PT", "SE");
    static final List<String> MAKES = List.of(
            "Oak", "Linen", "Copper", "Walnut", "Ceramic", "Glass", "Cork", "Steel", "Cotton", "Bamboo", "Marble");
    static final List<String> THINGS = List.of(
            "Kettle", "Lamp", "Shelf", "Chair", "Blanket", "Teapot", "Bowl", "Clock", "Basket", "Mirror", "Stool",
            "Vase");
    static final List<String> CATEGORIES = List.of("kitchen", "living", "light", "textile", "garden");
    static final List<String> COLOURS = List.of("black", "white", "sand", "moss", "rust", "sea", "plum");
    static final List<String> OPINIONS = List.of(
            "Exactly as described, and a little heavier than I thought.",
            "Arrived with a scratch; the shop sent another within two days.",
            "I bought two more for friends.",
            "The colour is darker than in the picture.",
            "Does what it should. The box could be smaller.",
            "Not for me, but well made. Returned without any questions.",
            "Nach drei Monaten noch wie neu – sehr zufrieden!",
            "Très joli, mais la livraison a pris trop de temps.",
            "とても気に入りました。また買います。",
            "5 stars ⭐️⭐️⭐️⭐️⭐️ would buy again 👍");

    private Words() {}
}
