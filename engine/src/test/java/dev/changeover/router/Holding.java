package dev.changeover.router;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/** Connections on which the router's own thread can be held before it asks for the phase, as a stopped process is. */
final class Holding {
    private final Semaphore goes = new Semaphore(1);
    private final DataSource source;

    Holding(DataSource source) {
        this.source = source;
    }

    /** Returns when the router's thread asks nothing any more. */
    void hold() throws InterruptedException {
        goes.acquire();
    }

    void release() {
        goes.release();
    }

    DataSource source() {
        return (DataSource) Proxy.newProxyInstance(
                Holding.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    Object result = call(source, method, arguments);
                    return result instanceof Connection connection ? held(connection) : result;
                });
    }

    private Connection held(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Holding.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    boolean asks = method.getName().equals("prepareStatement")
                            && Thread.currentThread().getName().equals("changeover-phase");
                    if (!asks) {
                        return call(connection, method, arguments);
                    }
                    goes.acquire();
                    try {
                        return call(connection, method, arguments);
                    } finally {
                        goes.release();
                    }
                });
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
