package example;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** On the table that Changeover fills. Its transactions begin with the epoch's check, as the data source is the router's. */
@Repository
class PostgresAccounts implements Accounts {
    private final JdbcTemplate jdbc;

    PostgresAccounts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    @Transactional
    public void deposit(String id, long amount) {
        jdbc.update("UPDATE accounts SET balance = balance + ? WHERE mongo_id = ?", amount, id);
    }

    @Override
    @Transactional(readOnly = true)
    public long balance(String id) {
        return jdbc.query("SELECT balance FROM accounts WHERE mongo_id = ?", rows -> rows.next() ? rows.getLong(1) : 0, id);
    }
}
