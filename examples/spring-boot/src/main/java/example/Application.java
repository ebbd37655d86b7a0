package example;

import dev.changeover.router.Route;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /accounts/7/deposits?amount=1} and {@code GET /accounts/7}. */
@SpringBootApplication
@RestController
class Application {
    private final Route<Accounts> accounts;

    Application(Route<Accounts> accounts) {
        this.accounts = accounts;
    }

    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }

    @PostMapping("/accounts/{id}/deposits")
    void deposit(@PathVariable String id, @RequestParam long amount) {
        accounts.run(a -> a.deposit(id, amount));
    }

    @GetMapping("/accounts/{id}")
    long balance(@PathVariable String id) {
        return accounts.read(a -> a.balance(id));
    }
}
