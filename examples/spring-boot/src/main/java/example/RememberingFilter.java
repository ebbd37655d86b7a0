package example;

import dev.changeover.router.Causality;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import org.springframework.web.util.WebUtils;

/** A user's session reads what it has written, whichever instance answers: what it has seen goes along in a cookie. */
@Component
class RememberingFilter extends OncePerRequestFilter {
    private static final String COOKIE = "seen";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        ContentCachingResponseWrapper held = new ContentCachingResponseWrapper(response); // cookies come before the body
        Causality seen = from(WebUtils.getCookie(request, COOKIE));
        try (Causality.Binding bound = seen.bind()) {
            chain.doFilter(request, held);
        }
        Cookie cookie = new Cookie(COOKIE, seen.text());
        cookie.setHttpOnly(true);
        cookie.setPath("/");
        response.addCookie(cookie);
        held.copyBodyToResponse();
    }

    private static Causality from(Cookie cookie) {
        try {
            return cookie == null ? new Causality() : Causality.of(cookie.getValue());
        } catch (IllegalArgumentException garbled) {
            return new Causality();
        }
    }
}
