package example;

/** The application's repository: one interface, one implementation on each database. */
interface Accounts {
    void deposit(String id, long amount);

    long balance(String id);
}
