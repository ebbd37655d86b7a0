package example;

import java.sql.SQLException;

/** The application's repository: one interface, one implementation on each database. */
interface Accounts {
    void deposit(String id, long amount) throws SQLException;

    long balance(String id) throws SQLException;
}
